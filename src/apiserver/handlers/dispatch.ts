/** From a resource request to the code that carries it out. */
import type { Catalog } from "../../api/catalog.ts";
import { methodNotAllowed } from "../../api/errors.ts";
import type { RequestContext } from "../context.ts";
import { mediaTypes, notAcceptable } from "../encode/negotiate.ts";
import type { HttpRequest, HttpResponse } from "../exchange.ts";
import type { Registry } from "../registry/registry.ts";
import type { RequestInfo } from "../request-info.ts";
import { admitConnection } from "./connect.ts";
import { deleteCollection, deleteOne } from "./delete.ts";
import { patch } from "./patch.ts";
import { getList, getOne } from "./read.ts";
import { representation } from "./respond.ts";
import { changeScale, getScale } from "./scale.ts";
import { checkVerb, findKind, type Scope, subresourceOf } from "./scope.ts";
import { watch } from "./watch.ts";
import { create, replace } from "./write.ts";

/**
 * Code for subresources and kinds that are not plain objects, by `resource` or `resource/subresource`; where several
 * groups have a resource of that name, by `resource.group`.
 */
export type SubresourceHandlers = Readonly<Record<string, (scope: Scope) => Promise<HttpResponse>>>;

export interface Served {
  readonly catalog: Catalog;
  readonly registry: Registry;
  readonly subresources: SubresourceHandlers;
}

/** What the request is about, once its path is known to lead somewhere and its verb is one that it has. Throws ApiError. */
export function scopeOf(served: Served, request: HttpRequest, info: RequestInfo, context: RequestContext): Scope {
  const kind = findKind(served.catalog, info);
  checkVerb(kind, subresourceOf(kind, info.subresource, info.name), info);
  return { kind, stored: kind.storedAs?.kind ?? kind, info, registry: served.registry, request, context };
}

/** Custom resources have no form in protobuf; their metadata has. Throws NotAcceptable. */
function refuseProtobuf(request: HttpRequest): void {
  const { mediaType, as } = representation(request, true);
  if (mediaType === "application/vnd.kubernetes.protobuf" && !as) throw notAcceptable(mediaTypes);
}

/** Throws ApiError. */
export async function dispatch(
  served: Served,
  request: HttpRequest,
  info: RequestInfo,
  context: RequestContext,
): Promise<HttpResponse> {
  const scope = scopeOf(served, request, info, context);
  const { kind } = scope;
  if (kind.custom) refuseProtobuf(request);
  if (kind.deprecation) {
    context.warnings.push(kind.deprecation);
    context.audit?.("k8s.io/deprecated", "true");
  }
  const subresource = subresourceOf(kind, info.subresource);
  const special = info.subresource
    ? served.subresources[`${kind.plural}/${info.subresource}`]
    : (served.subresources[`${kind.plural}.${kind.group}`] ?? served.subresources[kind.plural]);
  await admitConnection(scope);
  if (special) return special(scope);
  if (subresource.is === "scale") return info.verb === "get" ? getScale(scope) : changeScale(scope);
  switch (info.verb) {
    case "get":
      return getOne(scope);
    case "list":
      return getList(scope);
    case "watch":
      return watch(scope);
    case "create":
      if (info.name) throw methodNotAllowed();
      return create(scope);
    case "update":
      if (!info.name) throw methodNotAllowed();
      return replace(scope);
    case "patch":
      if (!info.name) throw methodNotAllowed();
      return patch(scope);
    case "delete":
      return deleteOne(scope);
    case "deletecollection":
      return deleteCollection(scope);
    default:
      throw methodNotAllowed();
  }
}
