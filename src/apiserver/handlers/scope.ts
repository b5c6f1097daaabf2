/** What a resource request is about, once its path is known to lead somewhere. */

import type { Catalog } from "../../api/catalog.ts";
import { ApiError, methodNotAllowed, notFound, unknownResource } from "../../api/errors.ts";
import { type ForeignSubresource, type Kind, resourceOf, type Verb } from "../../api/kind.ts";
import { own } from "../../base/own.ts";
import type { RequestContext } from "../context.ts";
import type { HttpRequest } from "../exchange.ts";
import type { Registry } from "../registry/registry.ts";
import type { RequestInfo } from "../request-info.ts";

export interface Scope {
  /** The kind as the path names it. */
  readonly kind: Kind;
  /** The kind as it is stored; mostly the same. */
  readonly stored: Kind;
  readonly info: RequestInfo;
  readonly registry: Registry;
  readonly request: HttpRequest;
  readonly context: RequestContext;
}

/** The subresource's declaration: its own code, the object itself, or the scale. Throws NotFound. */
export type Subresource =
  | { readonly is: "none" }
  | { readonly is: "object"; readonly verbs: readonly Verb[] }
  | { readonly is: "scale" }
  | { readonly is: "foreign"; readonly declared: ForeignSubresource };

export function findKind(catalog: Catalog, info: RequestInfo): Kind {
  const groupVersion = info.group ? `${info.group}/${info.version}` : info.version;
  const kind = catalog.resource(groupVersion, info.resource);
  if (!kind) throw unknownResource();
  const inNamespace = info.namespace !== "" && info.resource !== "namespaces";
  if (kind.namespaced ? !inNamespace && info.name !== "" : inNamespace) throw unknownResource();
  return kind;
}

export function subresourceOf(kind: Kind, name: string, of = ""): Subresource {
  if (!name) return { is: "none" };
  const object = own(kind.objectSubresources, name);
  if (object) return { is: "object", verbs: object.verbs };
  if (name === "scale" && kind.scale) return { is: "scale" };
  const declared = own(kind.foreignSubresources, name);
  if (declared) return { is: "foreign", declared };
  throw kind.custom ? notFound(resourceOf(kind), of) : unknownResource();
}

const scaleVerbs: readonly Verb[] = ["get", "patch", "update"];

const notSupported = ({ group, plural }: Kind, verb: string): ApiError =>
  new ApiError("MethodNotAllowed", `${verb} is not supported on resources of kind "${plural}.${group}"`, {
    group,
    kind: plural,
  });

/** Throws MethodNotAllowed for a verb that the resource does not have. */
export function checkVerb(kind: Kind, subresource: Subresource, { verb, namespace }: RequestInfo): void {
  const verbs = ((): readonly Verb[] => {
    switch (subresource.is) {
      case "none":
        return kind.verbs;
      case "object":
        return subresource.verbs;
      case "scale":
        return scaleVerbs;
      case "foreign":
        return subresource.declared.verbs;
    }
  })();
  if (!verbs.includes(verb as Verb)) throw kind.custom ? notSupported(kind, verb) : methodNotAllowed();
  if (kind.namespaced && !namespace && (verb === "create" || verb === "deletecollection")) throw methodNotAllowed();
}
