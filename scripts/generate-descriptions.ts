/**
 * Writes src/api/generated/descriptions.json.gz: what each type and field of the API is for, which `kubectl explain` shows.
 * The words are Kubernetes' own (Apache-2.0), taken from the JavaScript client, which is made from its OpenAPI. The output
 * is not kept in git; the build takes it along.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { gzipSync } from "node:zlib";
import type { StructType } from "../src/api/schema/model.ts";
import { types } from "../src/api/schema/types.ts";

const entry = createRequire(import.meta.url).resolve("@kubernetes/client-node");
const models = path.join(path.dirname(entry), "gen", "models");
const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

/** The client names a type after its version, and after its group too where two groups have one of that name. */
function modelOf({ groupVersion, name }: Pick<StructType, "groupVersion" | "name">): string | undefined {
  const [group = "", version = ""] = groupVersion.split("/").map(capital);
  const found = [`${group}${version}${name}`, `${version}${name}`].find((n) =>
    existsSync(path.join(models, `${n}.d.ts`)),
  );
  return found && readFileSync(path.join(models, `${found}.d.ts`), "utf8");
}

const comment = String.raw`/\*\*\s*\n\s*\* ?((?:(?!\*/)[\s\S])*?)\s*\*/\s*\n\s*`;
const words = (text: string): string =>
  text
    .replace(/\n\s*\* ?/g, "\n")
    .replace(/\\(['"\\])/g, "$1")
    .trim();

function describe(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const ofType = new RegExp(`${comment}export declare class`).exec(text)?.[1];
  if (ofType) found[""] = words(ofType);
  for (const [, told = "", field = ""] of text.matchAll(new RegExp(`${comment}'([^']+)'\\??:`, "g")))
    found[field.replace(/^_/, "")] = words(told);
  return found;
}

/** Options have no models: their words stand at the requests that take them. */
const requests: Readonly<Record<string, string>> = {
  "meta/v1.GetOptions": "ListNamespacedPod",
  "meta/v1.ListOptions": "ListNamespacedPod",
  "meta/v1.CreateOptions": "CreateNamespacedPod",
  "meta/v1.UpdateOptions": "ReplaceNamespacedPod",
  "meta/v1.PatchOptions": "PatchNamespacedPod",
  "core/v1.PodLogOptions": "ReadNamespacedPodLog",
  "core/v1.PodAttachOptions": "ConnectGetNamespacedPodAttach",
  "core/v1.PodExecOptions": "ConnectGetNamespacedPodExec",
  "core/v1.PodPortForwardOptions": "ConnectGetNamespacedPodPortforward",
  "core/v1.PodProxyOptions": "ConnectGetNamespacedPodProxy",
  "core/v1.ServiceProxyOptions": "ConnectGetNamespacedServiceProxy",
  "core/v1.NodeProxyOptions": "ConnectGetNodeProxy",
};
const signs: Readonly<Record<string, string>> = { quot: '"', lt: "<", gt: ">", amp: "&" };

/** The client writes signs as HTML does, and lines one after another: how far each was set in tells where it began. */
function plain(told: string, hasParagraphs: boolean): string {
  const text = told.replace(/\\?&(#x?)?(\w+);/g, (all, number: string | undefined, sign: string) =>
    number ? String.fromCodePoint(Number.parseInt(sign, number === "#x" ? 16 : 10)) : (signs[sign] ?? all),
  );
  if (!hasParagraphs) return text;
  return text
    .replace(/(?<=\S) {5}(?=\S)/g, "\n    ")
    .replace(/(?<=\S) {4}(?=\S)/g, "\n\n  ")
    .replace(/(?<=\S) {3}(?=\S)/g, "\n  ")
    .replace(/([.:)]|- \S+) {2}(?=\S)/g, "$1\n\n")
    .replaceAll(". - ", ".\n- ");
}

function describeRequests(): Record<string, Record<string, string>> {
  const text = readFileSync(path.join(path.dirname(entry), "gen", "types", "ObjectParamAPI.d.ts"), "utf8");
  const all: Record<string, Record<string, string>> = {};
  for (const [name, request] of Object.entries(requests)) {
    const start = text.indexOf(`export interface CoreV1Api${request}Request {`);
    const of = text.slice(start, text.indexOf("\n}", start));
    const fields: Record<string, string> = {};
    for (const [, told = "", field = ""] of of.matchAll(/\/\*\*\n\s*\* (.*)\n(?:(?!\*\/)[\s\S])*\*\/\s*(\w+)\??:/g)) {
      const own = field.replace(/^_/, "");
      if (types.struct(name).byName.has(own)) fields[own] = plain(told, /(Get|List)Options$/.test(name));
    }
    all[name] = fields;
  }
  return all;
}

export function generateDescriptions(): void {
  const all = describeRequests();
  for (const name of types.names()) {
    const text = modelOf(types.struct(name));
    if (text) all[name] = describe(text);
    const { groupVersion, name: own } = types.struct(name);
    const list = modelOf({ groupVersion, name: `${own}List` });
    if (list) all[`${name}List`] = { "": describe(list)[""] ?? "" };
  }
  const folder = new URL("../src/api/generated/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL("descriptions.json.gz", folder), gzipSync(JSON.stringify(all), { level: 9 }));
}

if (process.argv[1]?.endsWith("generate-descriptions.ts")) generateDescriptions();
