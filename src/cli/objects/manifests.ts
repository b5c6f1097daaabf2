/** Objects in files: YAML or JSON, one or many, out of files, folders, addresses and stdin. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { parseAllDocuments } from "yaml";
import { ApiError } from "../../api/errors.ts";
import type { KubeObject } from "../../api/object.ts";
import type { Resource } from "../../client/http/discovery.ts";
import type { Query } from "../../client/http/rest-client.ts";
import type { Environment } from "../environment.ts";
import { VerbError } from "../verbs/failures.ts";

export interface Manifest {
  readonly object: KubeObject;
  /** As errors name where it stands. */
  readonly source: string;
}

/** All objects of the files, in order; lists are taken apart. Throws VerbError in kubectl's words. */
export async function readManifests(
  files: readonly string[],
  recursive: boolean,
  environment: Environment,
): Promise<readonly Manifest[]> {
  const all: Manifest[] = [];
  for (const file of files) {
    for (const [source, text] of await textsOf(file, recursive, environment)) all.push(...parseManifests(text, source));
  }
  return all;
}

async function textsOf(file: string, recursive: boolean, { stdin, cwd }: Environment): Promise<[string, string][]> {
  if (file === "-") {
    const parts: Buffer[] = [];
    for await (const part of stdin) parts.push(Buffer.from(part as Uint8Array));
    return [["STDIN", Buffer.concat(parts).toString()]];
  }
  if (/^https?:\/\//.test(file)) return [[file, await download(file)]];
  const place = path.resolve(cwd, file);
  if (!existsSync(place)) throw new VerbError(`the path ${JSON.stringify(file)} does not exist`);
  if (!statSync(place).isDirectory()) return [[file, readFileSync(place, "utf8")]];
  const found = filesIn(file, cwd, recursive);
  if (!found.length) throw new VerbError(`error reading [${file}]: recognized file extensions are [.json .yaml .yml]`);
  return found.map((name) => [name, readFileSync(path.resolve(cwd, name), "utf8")]);
}

function filesIn(folder: string, cwd: string, recursive: boolean): string[] {
  const entries = readdirSync(path.resolve(cwd, folder), { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  return entries.flatMap((entry) => {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) return recursive ? filesIn(name, cwd, true) : [];
    return /\.(json|ya?ml)$/.test(entry.name) ? [name] : [];
  });
}

async function download(address: string): Promise<string> {
  const answer = await fetch(address);
  if (!answer.ok)
    throw new VerbError(
      `unable to read URL "${address}", server reported ${answer.status} ${answer.statusText}, status code=${answer.status}`,
    );
  return answer.text();
}

/** Throws VerbError for what is neither YAML nor JSON, and for what is no object of Kubernetes. */
export function parseManifests(text: string, source: string): readonly Manifest[] {
  const documents = parseAllDocuments(text, { uniqueKeys: false, merge: true, version: "1.1" });
  return [...documents].flatMap((document) => {
    const fault = document.errors[0];
    if (fault)
      throw new VerbError(
        `error parsing ${source}: error converting YAML to JSON: yaml: ${fault.message.split("\n")[0]}`,
      );
    const value = plain(document.toJS() as unknown);
    return value === null || value === undefined ? [] : objectsIn(value, source);
  });
}

/** Dates that YAML makes are texts in JSON. */
const plain = (value: unknown): unknown =>
  value === undefined ? value : (JSON.parse(JSON.stringify(value)) as unknown);

function objectsIn(value: unknown, source: string): Manifest[] {
  const object = value as KubeObject & { readonly items?: readonly unknown[] };
  const shown = JSON.stringify(value);
  if (typeof value !== "object")
    throw new VerbError(`error parsing ${source}: error converting YAML to JSON: yaml: ${shown}`);
  if (!object.kind) throw notSet(source, "Object 'Kind' is missing in", shown);
  if (!object.apiVersion) throw notSet(source, "Object 'apiVersion' is missing in", shown);
  if (object.kind.endsWith("List") && Array.isArray(object.items))
    return object.items.flatMap((item) => objectsIn(item, source));
  return [{ object: { ...object, metadata: object.metadata ?? {} }, source }];
}

const notSet = (source: string, what: string, shown: string): VerbError =>
  new VerbError(`unable to decode ${JSON.stringify(source)}: ${what} '${shown}'`);

/** A list that failed, told with what was asked for. */
export function listFailure(error: unknown, { group, version, plural }: Resource, query: Query): unknown {
  if (!(error instanceof ApiError) || (error.code !== 400 && error.code !== 404)) return error;
  const { labelSelector = "", fieldSelector = "" } = query;
  const what = JSON.stringify(`${group}/${version}, Resource=${plural}`);
  const doing =
    labelSelector || fieldSelector
      ? `Unable to find ${what} that match label selector ${JSON.stringify(labelSelector)}, field selector ${JSON.stringify(fieldSelector)}`
      : `Unable to list ${what}`;
  return new ApiError(error.reason, `${doing}: ${error.message}`, error.details, error.code);
}

export const isNotFound = (error: unknown): boolean => error instanceof ApiError && error.reason === "NotFound";
