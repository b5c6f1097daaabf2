/** What a server serves: `cox api-resources`, `api-versions`, `explain`, `cluster-info`. */

import { byBytes } from "../../base/go-json.ts";
import { groupVersionOf, qualifiedName } from "../../client/http/discovery.ts";
import { type Document, explain as explainText } from "../output/explain.ts";
import { TableWriter } from "../output/tab-writer.ts";
import { PlainError, VerbError } from "./failures.ts";
import { unknownType } from "./session.ts";
import type { Verb } from "./verb.ts";

export const apiResources: Verb = {
  name: "api-resources",
  summary: "Show what kinds of objects there are",
  flags: {
    output: { kind: "text", short: "o", help: "wide or name" },
    "no-headers": { kind: "switch", help: "no line of headers" },
    "api-group": { kind: "text", help: "of this group" },
    namespaced: { kind: "switch", default: "true", help: "those in namespaces, or (false) those of the cluster" },
    verbs: { kind: "csv", help: "that have all these verbs" },
    categories: { kind: "csv", help: "of these categories" },
    "sort-by": { kind: "text", help: "name or kind" },
    cached: { kind: "switch" },
  },
  async run(session, flags) {
    const wide = flags.text("output") === "wide";
    const found = (await session.discovery())
      .preferred()
      .filter((r) => !flags.given("api-group") || r.group === flags.text("api-group"))
      .filter((r) => !flags.given("namespaced") || r.namespaced === flags.on("namespaced"))
      .filter((r) => flags.all("verbs").every((verb) => r.verbs.includes(verb)))
      .filter((r) => !flags.given("categories") || flags.all("categories").every((c) => r.categories.includes(c)))
      .filter((r) => r.verbs.length)
      .toSorted((a, b) =>
        flags.text("sort-by") === "kind"
          ? byBytes(a.kind, b.kind)
          : byBytes(a.group, b.group) || byBytes(a.plural, b.plural),
      );
    if (flags.text("output") === "name") {
      session.out(found.map((r) => `${qualifiedName(r)}\n`).join(""));
      return;
    }
    const head = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND", ...(wide ? ["VERBS", "CATEGORIES"] : [])];
    const rows = found.map((r) => [
      r.plural,
      r.shortNames.join(","),
      groupVersionOf(r),
      String(r.namespaced),
      r.kind,
      ...(wide ? [[...r.verbs].sort().join(","), r.categories.join(",")] : []),
    ]);
    session.out(new TableWriter().lines([...(flags.on("no-headers") ? [] : [head]), ...rows]));
  },
};

export const apiVersions: Verb = {
  name: "api-versions",
  summary: "Show which versions of the API there are",
  async run(session) {
    const versions = new Set((await session.discovery()).resources.map(groupVersionOf));
    session.out(
      [...versions]
        .sort(byBytes)
        .map((version) => `${version}\n`)
        .join(""),
    );
  },
};

export const explain: Verb = {
  name: "explain",
  summary: "Explain the fields of a kind",
  usage: "TYPE[.FIELD ...] [--recursive]",
  flags: {
    recursive: { kind: "switch", help: "all fields below, without their descriptions" },
    "api-version": { kind: "text", help: "group and version" },
    output: { kind: "text", default: "plaintext", help: "plaintext" },
  },
  async run(session, flags) {
    const [word] = flags.args;
    if (word === undefined || flags.args.length > 1)
      throw new VerbError(
        word === undefined
          ? 'You must specify the type of resource to explain. Use "cox api-resources" for a complete list of supported resources.'
          : "We accept only this format: explain RESOURCE",
      );
    const [type = "", ...path] = word.split(".");
    const discovery = await session.discovery();
    const named = discovery.find(type);
    if (!named) throw new PlainError(unknownType(type).message.replace(/^error: /, ""));
    const version = flags.text("api-version");
    const resource = version ? discovery.kind(version, named.kind) : named;
    if (!resource) throw new VerbError(`couldn't find resource for "${version}, Kind=${named.kind}"`);
    const { group, kind } = resource;
    const place = group ? `apis/${groupVersionOf(resource)}` : `api/${resource.version}`;
    const document = await session.client.json<Document>({ path: `/openapi/v3/${place}` });
    const { text, found } = explainText(
      document,
      { group, kind, version: resource.version },
      path,
      flags.on("recursive"),
    );
    session.out(text);
    if (!found) throw new VerbError(`field ${JSON.stringify(path.at(-1) ?? "")} does not exist`);
  },
};

export const clusterInfo: Verb = {
  name: "cluster-info",
  summary: "Show where the cluster is",
  async run(session) {
    const colored = (code: number, text: string): string =>
      session.environment.terminal ? `\x1b[0;${code}m${text}\x1b[0m` : text;
    const services = await session.resource("services");
    const { items } = await session.client.list(services, "kube-system", {
      labelSelector: "kubernetes.io/cluster-service=true",
    });
    const line = (name: string, at: string): void =>
      session.out(`${colored(32, name)} is running at ${colored(33, at)}\n`);
    line("Kubernetes control plane", session.access.server);
    for (const { metadata, spec } of items) {
      const name = metadata.labels?.["kubernetes.io/name"] ?? metadata.name ?? "";
      const port = (spec as { readonly ports?: readonly { readonly name?: string }[] } | undefined)?.ports?.[0]?.name;
      line(
        name,
        `${session.access.server}/api/v1/namespaces/kube-system/services/${metadata.name}${port ? `:${port}` : ""}/proxy`,
      );
    }
    session.out("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n");
  },
};
