/** Objects as they go into the audit log. */
import type { RequestInfo } from "../request-info.ts";

interface Any {
  readonly metadata?: { readonly managedFields?: unknown };
  readonly items?: readonly Any[];
  readonly spec?: { readonly token?: unknown };
  readonly status?: { readonly token?: unknown };
}

const hidden = "<redacted>";

/** Without managed fields, if those are not wanted; tokens never stand in a log, whatever the policy asks. */
export function prepared(object: object, { resource, subresource }: RequestInfo, omitManagedFields: boolean): object {
  const one = omitManagedFields ? withoutManagedFields(object) : (object as Any);
  if (resource === "tokenreviews" && one.spec?.token) return { ...one, spec: { ...one.spec, token: hidden } };
  if (resource === "serviceaccounts" && subresource === "token" && one.status?.token)
    return { ...one, status: { ...one.status, token: hidden } };
  return one;
}

function withoutManagedFields(object: Any): Any {
  if (object.items) return { ...object, items: object.items.map(withoutManagedFields) };
  if (!object.metadata?.managedFields) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
