/** Which type an object is of, by what it calls itself. */
import { own } from "../../base/own.ts";
import type { StructType } from "./model.ts";
import { types } from "./types.ts";

/** The folders in which the types of groups are written down, and by which they are named: `rbac/v1.Role`. */
const folders: Readonly<Record<string, string>> = {
  "": "core",
  "admission.k8s.io": "admission",
  "admissionregistration.k8s.io": "admissionregistration",
  "apidiscovery.k8s.io": "apidiscovery",
  "apiextensions.k8s.io": "apiextensions",
  "apiregistration.k8s.io": "apiregistration",
  apps: "apps",
  "authentication.k8s.io": "authentication",
  "authorization.k8s.io": "authorization",
  autoscaling: "autoscaling",
  batch: "batch",
  "certificates.k8s.io": "certificates",
  "coordination.k8s.io": "coordination",
  "discovery.k8s.io": "discovery",
  "events.k8s.io": "events",
  extensions: "extensions",
  "flowcontrol.apiserver.k8s.io": "flowcontrol",
  "imagepolicy.k8s.io": "imagepolicy",
  "internal.apiserver.k8s.io": "apiserverinternal",
  "meta.k8s.io": "meta",
  "metrics.k8s.io": "metrics",
  "networking.k8s.io": "networking",
  "node.k8s.io": "node",
  policy: "policy",
  "rbac.authorization.k8s.io": "rbac",
  "resource.k8s.io": "resource",
  "scheduling.k8s.io": "scheduling",
  "storage.k8s.io": "storage",
  "storagemigration.k8s.io": "storagemigration",
};

/** Undefined for groups of custom resources. */
export const folderOf = (group: string): string | undefined => own(folders, group);

/** Kinds that belong to no group: they call themselves `v1`, or nothing, and their types are those of meta. */
export const unversionedKinds: ReadonlySet<string> = new Set([
  "Status",
  "APIVersions",
  "APIGroupList",
  "APIGroup",
  "APIResourceList",
]);

/** Kinds that every version has for its own. */
export const sharedKinds: ReadonlySet<string> = new Set([
  "CreateOptions",
  "DeleteOptions",
  "GetOptions",
  "ListOptions",
  "PatchOptions",
  "UpdateOptions",
  "WatchEvent",
]);

export function splitVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const at = apiVersion.indexOf("/");
  return { group: at < 0 ? "" : apiVersion.slice(0, at), version: apiVersion.slice(at + 1) };
}

/** The name under which the notation knows what an object calls itself, lists aside; undefined if it does not. */
export function typeName(apiVersion: string, kind: string): string | undefined {
  const { group, version } = splitVersion(apiVersion);
  const folder = folderOf(group);
  if (folder === undefined) return undefined;
  const isMeta = folder === "meta" || sharedKinds.has(kind) || (folder === "core" && unversionedKinds.has(kind));
  const name = `${isMeta ? "meta/v1" : `${folder}/${version}`}.${kind}`; // v1beta1 of meta is the same
  return types.has(name) ? name : undefined;
}

/** The list of such objects. Lists are not written down: all have the same two fields. */
export function listOf(item: StructType): StructType {
  const meta = types.struct("meta/v1.PartialObjectMetadataList");
  const metadata = meta.byName.get("metadata");
  const items = meta.byName.get("items");
  if (!metadata || items?.type.kind !== "list") throw new Error("meta/v1.PartialObjectMetadataList has no items");
  const fields = [metadata, { ...items, type: { ...items.type, kind: "list" as const, of: item } }];
  return {
    kind: "struct",
    groupVersion: item.groupVersion,
    name: `${item.name}List`,
    typed: true,
    atomic: false,
    preserveUnknown: false,
    fields,
    byName: new Map(fields.map((field) => [field.name, field])),
    always: [items],
    defaulted: [],
  };
}
