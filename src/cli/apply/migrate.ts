/**
 * Objects that were applied by the client and are now applied by the server: the fields that the client's manager had
 * become the server-side manager's, so that what leaves the file leaves the object.
 */
import type { KubeObject, ManagedFieldsEntry } from "../../api/object.ts";
import { groupVersionOf, type Resource } from "../../client/http/discovery.ts";
import { lastApplied } from "./last-applied.ts";

type Fields = { readonly [name: string]: Fields };

const owns = ({ fieldsV1 }: ManagedFieldsEntry): boolean => {
  const fields = fieldsV1 as unknown as Fields | undefined;
  return fields?.["f:metadata"]?.["f:annotations"]?.[`f:${lastApplied}`] !== undefined;
};

/** The names of managers that own the annotation by an operation. */
export const annotationOwners = ({ metadata }: KubeObject, operation: "Apply" | "Update"): readonly string[] => [
  ...new Set(
    (metadata.managedFields ?? []).filter((e) => e.operation === operation && owns(e)).map((e) => e.manager ?? ""),
  ),
];

/** What keeps the annotation for its own manager, `kubectl-last-applied`; undefined if that is not needed. */
export function annotationAlone(resource: Resource, object: KubeObject): KubeObject | undefined {
  const text = object.metadata.annotations?.[lastApplied];
  if (text === undefined || annotationOwners(object, "Apply").length) return undefined;
  const { name, namespace } = object.metadata;
  return {
    apiVersion: groupVersionOf(resource),
    kind: resource.kind,
    metadata: { ...(name && { name }), ...(namespace && { namespace }), annotations: { [lastApplied]: text } },
  } as KubeObject;
}

/** A JSON patch that moves the fields of the client's managers to `manager`; undefined if there is nothing to move. */
export function migration(object: KubeObject, manager: string): readonly object[] | undefined {
  const before = object.metadata.managedFields ?? [];
  const after = annotationOwners(object, "Update").reduce<readonly ManagedFieldsEntry[]>(
    (entries, name) => moved(entries, name, manager),
    before,
  );
  if (after === before) return undefined;
  return [
    { op: "replace", path: "/metadata/managedFields", value: after },
    { op: "replace", path: "/metadata/resourceVersion", value: object.metadata.resourceVersion },
  ];
}

const isEntry = (entry: ManagedFieldsEntry, manager: string, operation: string): boolean =>
  entry.manager === manager && entry.operation === operation && !entry.subresource;

function moved(entries: readonly ManagedFieldsEntry[], from: string, to: string): readonly ManagedFieldsEntry[] {
  const own = entries.find((e) => isEntry(e, to, "Apply"));
  const target = own ?? entries.find((e) => isEntry(e, from, "Update"));
  if (!target) return entries;
  const source = entries.find((e) => isEntry(e, from, "Update") && e.apiVersion === target.apiVersion);
  const fieldsV1 = union((target.fieldsV1 ?? {}) as Fields, (source?.fieldsV1 ?? {}) as Fields);
  const joined = { ...target, manager: to, operation: "Apply", fieldsV1 } as ManagedFieldsEntry;
  return entries.filter((e) => e === target || !isEntry(e, from, "Update")).map((e) => (e === target ? joined : e));
}

const union = (a: Fields, b: Fields): Fields => {
  const out: Record<string, Fields> = { ...a };
  for (const key in b) out[key] = union(a[key] ?? {}, b[key] as Fields);
  return out;
};
