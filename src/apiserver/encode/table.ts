/**
 * Tables and bare metadata: how `kubectl get` and the metadata clients ask to see objects
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables).
 */
import { badRequest } from "../../api/errors.ts";
import { groupVersionOf, type Kind, type Printer } from "../../api/kind.ts";
import type { KubeObject } from "../../api/object.ts";
import { defaultPrinter } from "../../api/printing/default-printer.ts";
import type { ListMeta } from "./objects.ts";

/** What a table needs to know of its request. */
export interface TableScope {
  readonly kind: Kind;
  readonly request: { readonly query: URLSearchParams };
}

type Version = "v1" | "v1beta1";

export function columnsOf(kind: Kind): object[] {
  return printerOf(kind).columns.map(({ name, type, format = "", description, priority = 0 }) => ({
    name,
    type,
    format,
    description,
    priority,
  }));
}

export const printerOf = (kind: Kind): Printer => kind.printer ?? defaultPrinter;

export function tableOf(
  scope: TableScope,
  version: Version,
  items: readonly KubeObject[],
  metadata: ListMeta,
  now: number,
  withColumns = true,
): object {
  const policy = scope.request.query.get("includeObject") || "Metadata";
  if (!["None", "Metadata", "Object"].includes(policy)) {
    const why = "must be 'Metadata', 'Object', 'None', or empty";
    throw badRequest(
      `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(policy)}: ${why}`,
    );
  }
  const { kind } = scope;
  const printer = printerOf(kind);
  return {
    kind: "Table",
    apiVersion: `meta.k8s.io/${version}`,
    metadata,
    columnDefinitions: withColumns ? columnsOf(kind) : null,
    rows: items.map((object) => {
      const conditions = printer.rowConditions?.(object);
      return {
        cells: printer.cells(object, now),
        ...(conditions?.length && { conditions }),
        ...rowObject(kind, object, policy, version),
      };
    }),
  };
}

function rowObject(kind: Kind, object: KubeObject, policy: string, version: Version): { object: object | null } {
  if (policy === "None") return { object: null };
  if (policy === "Object")
    return { object: object.kind ? object : { kind: kind.kind, apiVersion: groupVersionOf(kind), ...object } };
  return { object: metadataOnly(object, version) };
}

export const metadataOnly = (object: KubeObject, version: Version): object => ({
  kind: "PartialObjectMetadata",
  apiVersion: `meta.k8s.io/${version}`,
  metadata: object.metadata,
});

export const metadataList = (items: readonly KubeObject[], metadata: ListMeta, version: Version): object => ({
  kind: "PartialObjectMetadataList",
  apiVersion: `meta.k8s.io/${version}`,
  metadata,
  items: items.map((object) => metadataOnly(object, version)),
});
