/**
 * Discovery: which groups, versions and resources there are, in the legacy documents and in the aggregated one
 * (https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api). All of it follows from the catalog.
 */
import type { Catalog } from "../../api/catalog.ts";
import { methodNotAllowed, unknownResource } from "../../api/errors.ts";
import { type GroupVersionKind, groupVersionOf, type Kind, type Verb } from "../../api/kind.ts";
import { acceptClauses, mediaTypes } from "../encode/negotiate.ts";
import { encodeValue } from "../encode/objects.ts";
import type { HttpRequest, HttpResponse } from "../exchange.ts";
import { respondValue, wantsPretty } from "../handlers/respond.ts";
import type { RequestInfo } from "../request-info.ts";
import type { PathHandler } from "../server.ts";

const aggregatedParameters = "g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/** A subresource as both forms of discovery list it. */
interface Listed {
  readonly name: string;
  readonly verbs: readonly Verb[];
  readonly kind: GroupVersionKind;
  readonly foreign: boolean;
}

function subresources(kind: Kind): Listed[] {
  const all: Listed[] = [
    ...Object.entries(kind.objectSubresources).map(([name, { verbs }]) => ({ name, verbs, kind, foreign: false })),
    ...Object.entries(kind.foreignSubresources).map(([name, { verbs, kind: own }]) => {
      return { name, verbs, kind: own, foreign: own.group !== kind.group || own.version !== kind.version };
    }),
  ];
  if (kind.scale) {
    all.push({
      name: "scale",
      verbs: ["get", "patch", "update"],
      kind: { group: "autoscaling", version: "v1", kind: "Scale" },
      foreign: true,
    });
  }
  // those of custom resources stand in the order of their declaration
  return kind.custom ? all : all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The verbs of custom resources, in the order in which upstream lists them. */
const customVerbs: readonly Verb[] = [
  "delete",
  "deletecollection",
  "get",
  "list",
  "patch",
  "create",
  "update",
  "watch",
];

const sortedVerbs = (verbs: readonly Verb[]): Verb[] => [...verbs].sort();

/** What other servers serve (`aggregation/remote-discovery.ts`). */
export interface RemoteGroups {
  /** Rises with every change. */
  readonly generation: number;
  readonly versions: readonly {
    readonly group: string;
    readonly version: string;
    readonly resources: readonly object[];
    readonly freshness: string;
  }[];
  /** Whether another server serves it, whatever is in the catalog. */
  serves(group: string, version: string): boolean;
  priorities(group: string): { readonly group: number; readonly versions: ReadonlyMap<string, number> };
}

const noRemote: RemoteGroups = {
  generation: 0,
  versions: [],
  serves: () => false,
  priorities: () => ({ group: 0, versions: new Map() }),
};

export class Discovery implements PathHandler {
  readonly #catalog: Catalog;
  readonly #remote: RemoteGroups;
  #documents: Promise<Documents> | undefined;
  #generation = -1;

  constructor(catalog: Catalog, remote: RemoteGroups = noRemote) {
    this.#catalog = catalog;
    this.#remote = remote;
  }

  async handle(request: HttpRequest, { path }: RequestInfo): Promise<HttpResponse | undefined> {
    const parts = path.split("/").filter(Boolean);
    if (parts[0] !== "api" && parts[0] !== "apis") return undefined;
    const documents = await this.#current();
    const legacy = parts[0] === "api";
    const group = parts[1] ?? "";
    if (!legacy && group && !documents.groups.has(group) && !this.#catalog.hasGroup(group)) return undefined;
    if (request.method !== "GET" && request.method !== "HEAD") throw methodNotAllowed();
    if (parts.length === 1) return this.#root(request, legacy, documents);
    const known = legacy
      ? documents.versions.get(group)
      : parts.length === 2
        ? documents.groups.get(group)
        : documents.versions.get(`${group}/${parts[2]}`);
    // groups of custom resources have no page for what they lack
    if (!known && !legacy && this.#catalog.all().every((kind) => kind.group !== group || kind.custom)) return undefined;
    if (!known) throw unknownResource();
    return respondValue(request, 200, known);
  }

  #root(request: HttpRequest, legacy: boolean, documents: Documents): HttpResponse {
    for (const { type, parameters } of acceptClauses(request.headers.accept || "*/*")) {
      if (parameters.as === undefined) {
        if (type === "*/*" || (mediaTypes as readonly string[]).includes(type)) break;
        continue;
      }
      const mediaType = mediaTypes.find((one) => one === type);
      const { g, v, as } = parameters;
      if (!mediaType || g !== "apidiscovery.k8s.io" || v !== "v2" || as !== "APIGroupDiscoveryList") continue;
      const document = legacy ? documents.aggregatedCore : documents.aggregatedGroups;
      const headers = {
        "content-type": `${mediaType};${aggregatedParameters}`,
        vary: "Accept",
        etag: `"${document.hash}"`,
        "cache-control": "public",
      };
      if (request.headers["if-none-match"] === headers.etag) return { status: 304, headers, body: [] };
      return {
        status: 200,
        headers,
        body: encodeValue(document.value, {
          mediaType,
          pretty: wantsPretty(request),
          stream: false,
        }),
      };
    }
    return respondValue(request, 200, legacy ? documents.apiVersions : documents.groupList);
  }

  #current(): Promise<Documents> {
    const generation = this.#catalog.generation + this.#remote.generation;
    if (this.#generation !== generation || !this.#documents) {
      this.#generation = generation;
      this.#documents = build(this.#catalog.all(), this.#remote);
    }
    return this.#documents;
  }
}

interface Documents {
  readonly apiVersions: object;
  readonly groupList: object;
  readonly groups: ReadonlyMap<string, object>;
  /** By group and version. */
  readonly versions: ReadonlyMap<string, object>;
  readonly aggregatedCore: { readonly value: object; readonly hash: string };
  readonly aggregatedGroups: { readonly value: object; readonly hash: string };
}

async function build(all: readonly Kind[], remote: RemoteGroups): Promise<Documents> {
  const kinds = all.filter(({ group, version }) => !remote.serves(group, version));
  const hashes = new Map(await Promise.all(kinds.map(async (kind) => [kind, await storageVersionHash(kind)] as const)));
  const perVersion = new Map<string, Kind[]>();
  for (const kind of kinds) {
    const groupVersion = groupVersionOf(kind);
    perVersion.set(groupVersion, [...(perVersion.get(groupVersion) ?? []), kind]);
  }
  const versions = new Map([...perVersion].map(([gv, members]) => [gv, resourceList(gv, members, hashes)]));
  const groupNames = inOrder([...kinds, ...remote.versions].map(({ group }) => group).filter(Boolean), remote);
  const named = [...perVersion.keys(), ...remote.versions.map(({ group, version }) => `${group}/${version}`)];
  const groups = new Map(groupNames.map((name) => [name, groupDocument(name, named, remote)]));
  const aggregated = async (names: readonly string[]): Promise<{ value: object; hash: string }> => {
    const items = names.map((name) => aggregatedGroup(name, perVersion, remote));
    const value = { kind: "APIGroupDiscoveryList", apiVersion: "apidiscovery.k8s.io/v2", metadata: {}, items };
    return { value, hash: (await sha256(JSON.stringify(value))).toUpperCase() };
  };
  return {
    apiVersions: {
      kind: "APIVersions",
      versions: ["v1"],
      serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: "" }],
    },
    groupList: {
      kind: "APIGroupList",
      apiVersion: "v1",
      groups: [...groups.values()].map(
        ({ kind: _k, apiVersion: _a, ...rest }: { kind?: string; apiVersion?: string }) => rest,
      ),
    },
    groups,
    versions,
    aggregatedCore: await aggregated([""]),
    aggregatedGroups: await aggregated(groupNames),
  };
}

/** Built-in groups in their own order; where other servers have groups too, all by their priority. */
function inOrder(groups: readonly string[], remote: RemoteGroups): string[] {
  const names = [...new Set(groups)];
  if (!remote.versions.length) return names;
  const priority = new Map(names.map((name) => [name, remote.priorities(name).group || builtInPriority]));
  return names.sort((a, b) => (priority.get(b) ?? 0) - (priority.get(a) ?? 0));
}

/** Of groups for which there is no APIService, such as apiregistration's own: before all others. */
const builtInPriority = 20_000;

/** The order of a group's versions: by priority where other servers have some, else as versions are ordered. */
function versionOrder(group: string, remote: RemoteGroups): (a: string, b: string) => number {
  if (!remote.versions.some((one) => one.group === group)) return (a, b) => compareVersions(b, a);
  const { versions } = remote.priorities(group);
  return (a, b) => (versions.get(b) ?? 0) - (versions.get(a) ?? 0) || compareVersions(b, a);
}

function groupDocument(name: string, groupVersions: readonly string[], remote: RemoteGroups): object {
  const order = versionOrder(name, remote);
  const versions = groupVersions
    .filter((gv) => gv.startsWith(`${name}/`))
    .map((groupVersion) => ({ groupVersion, version: groupVersion.split("/")[1] ?? "" }))
    .sort((a, b) => order(a.version, b.version));
  return { kind: "APIGroup", apiVersion: "v1", name, versions, preferredVersion: versions[0] };
}

/** Orders versions as Kubernetes does: stable before beta before alpha, higher before lower; others by text. */
export function compareVersions(a: string, b: string): number {
  const rank = (version: string): number[] | undefined => {
    const found = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
    return found
      ? [found[2] === undefined ? 2 : found[2] === "beta" ? 1 : 0, Number(found[1]), Number(found[3] ?? 0)]
      : undefined;
  };
  const [x, y] = [rank(a), rank(b)];
  if (!x || !y) return x ? 1 : y ? -1 : a < b ? 1 : a > b ? -1 : 0;
  for (let i = 0; i < 3; i++) if (x[i] !== y[i]) return (x[i] ?? 0) - (y[i] ?? 0);
  return 0;
}

const byPlural = (a: Kind, b: Kind): number => (a.plural < b.plural ? -1 : 1);

function resourceList(groupVersion: string, kinds: readonly Kind[], hashes: ReadonlyMap<Kind, string>): object {
  const resources = kinds.toSorted(byPlural).flatMap((kind) => [
    {
      name: kind.plural,
      singularName: kind.singular,
      namespaced: kind.namespaced,
      kind: kind.kind,
      verbs: kind.custom ? customVerbs : sortedVerbs(kind.verbs),
      ...(kind.shortNames.length && { shortNames: kind.shortNames }),
      ...(kind.categories.length && { categories: kind.categories }),
      ...(!kind.virtual &&
        kind.verbs.includes("create") &&
        kind.verbs.includes("get") && { storageVersionHash: hashes.get(kind) }),
    },
    ...subresources(kind).map(({ name, verbs, kind: own, foreign }) => ({
      name: `${kind.plural}/${name}`,
      singularName: "",
      namespaced: kind.namespaced,
      ...(foreign && { group: own.group, version: own.version }),
      kind: own.kind,
      verbs: sortedVerbs(verbs),
    })),
  ]);
  return { kind: "APIResourceList", ...(groupVersion !== "v1" && { apiVersion: "v1" }), groupVersion, resources };
}

function aggregatedGroup(name: string, perVersion: ReadonlyMap<string, readonly Kind[]>, remote: RemoteGroups): object {
  const order = versionOrder(name, remote);
  const own = [...perVersion.values()]
    .filter(([first]) => first?.group === name)
    .map((kinds) => ({
      version: kinds[0]?.version ?? "",
      resources: kinds.toSorted(byPlural).map(aggregatedResource),
      freshness: "Current",
    }));
  const others = remote.versions
    .filter(({ group }) => group === name)
    .map(({ version, resources, freshness }) => ({
      version,
      ...(resources.length && { resources }),
      freshness,
    }));
  const versions = [...own, ...others].sort((a, b) => order(a.version, b.version));
  return { metadata: name ? { name } : {}, versions };
}

function aggregatedResource(kind: Kind): object {
  const own =
    kind.group === "" || isBuiltIn(kind) ? { group: "", version: "" } : { group: kind.group, version: kind.version };
  const below = subresources(kind).map(({ name, verbs, kind: sub, foreign }) => ({
    subresource: name,
    responseKind: { ...(foreign ? { group: sub.group, version: sub.version } : own), kind: sub.kind },
    verbs: sortedVerbs(verbs),
  }));
  return {
    resource: kind.plural,
    responseKind: { ...own, kind: kind.kind },
    scope: kind.namespaced ? "Namespaced" : "Cluster",
    singularResource: kind.singular,
    verbs: kind.custom ? customVerbs : sortedVerbs(kind.verbs),
    ...(kind.shortNames.length && { shortNames: kind.shortNames }),
    ...(kind.categories.length && { categories: kind.categories }),
    ...(below.length && { subresources: below }),
  };
}

/** Custom resources name their group and version in full; built-in ones leave them to the frame. */
const isBuiltIn = (kind: Kind): boolean => !kind.custom;

async function sha256(text: string): Promise<string> {
  const digest = await globalThis.crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, "0")).join("");
}

/** Tells clients when the stored form of a kind has changed: the first 8 bytes of a hash of its name. */
async function storageVersionHash(kind: Kind): Promise<string> {
  const { group, version, kind: name, storageVersion = version } = kind.storedAs?.kind ?? kind;
  const hex = await sha256(`${group}/${storageVersion}/${name}`);
  return btoa(String.fromCharCode(...(hex.slice(0, 16).match(/../g) ?? []).map((h) => Number.parseInt(h, 16))));
}
