/** Which requests policies and bindings are about, and the parameters that bindings give to policies. */
import type { MatchedResources } from "../../../api/admissionregistration/validation/policies.ts";
import type { Catalog } from "../../../api/catalog.ts";
import type { ParamKind, ParamRef } from "../../../api/generated/admissionregistration-v1.ts";
import type { Kind } from "../../../api/kind.ts";
import type { KubeObject, LabelSelector, Shared } from "../../../api/object.ts";
import { selects } from "../../../api/selectors.ts";
import { typed } from "../../encode/objects.ts";
import type { Registry } from "../../registry/registry.ts";
import { prefixOf } from "../../registry/stored.ts";
import { type AdmissionRequest, spokenKind } from "../admission.ts";
import { matchesNamespace, matchesObject, matchingKind } from "../matching.ts";

export interface Around {
  readonly catalog: Catalog;
  readonly registry: Registry;
}

/** The kind through which the request is meant; undefined: it is not. Throws ApiError. */
export async function concernedKind(
  match: MatchedResources | undefined,
  request: AdmissionRequest,
  { catalog, registry }: Around,
): Promise<Kind | undefined> {
  if (!match) return spokenKind(request);
  if (!(await matchesNamespace(match.namespaceSelector, request, registry))) return undefined;
  if (!matchesObject(match.objectSelector, request)) return undefined;
  const among = (rules: MatchedResources["resourceRules"]): Kind | undefined => {
    const named = rules?.filter(({ resourceNames: names }) => !names?.length || names.includes(request.name));
    return matchingKind(named, match.matchPolicy, request, catalog);
  };
  if (among(match.excludeResourceRules)) return undefined;
  return match.resourceRules?.length ? among(match.resourceRules) : spokenKind(request);
}

/** What is wrong with how a policy or a binding is set up. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

type Given<T> = Shared<T> | undefined;

/** The kind of a policy's parameters, if it has some. Throws ConfigurationError. */
export function kindOfParams(paramKind: Given<ParamKind>, catalog: Catalog): Kind | undefined {
  if (!paramKind) return undefined;
  const { apiVersion = "", kind = "" } = paramKind;
  const found = catalog.kind(apiVersion, kind);
  if (found) return found;
  const shown = `${apiVersion.includes("/") ? apiVersion : `/${apiVersion}`}, Kind=${kind}`;
  throw new ConfigurationError(`failed to find resource referenced by paramKind: '${shown}'`);
}

/**
 * The parameters with which a policy looks at a request, one after another; undefined stands for none. Throws
 * ConfigurationError.
 */
export async function paramsOf(
  kind: Kind | undefined,
  ref: Given<ParamRef>,
  request: AdmissionRequest,
  registry: Registry,
): Promise<readonly (KubeObject | undefined)[]> {
  if (!kind || !ref) return [undefined];
  if (!kind.namespaced && ref.namespace)
    throw new ConfigurationError("paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
  const namespace = kind.namespaced ? ref.namespace || request.namespace : "";
  if (kind.namespaced && !namespace) {
    throw new ConfigurationError(
      "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources",
    );
  }
  const found = await findParams(kind, ref, namespace, registry);
  if (!found.length && ref.parameterNotFoundAction === "Deny")
    throw new ConfigurationError("no params found for policy binding with `Deny` parameterNotFoundAction");
  return found.map((object) => typed(kind, object));
}

async function findParams(
  kind: Kind,
  { name, selector }: Shared<ParamRef>,
  namespace: string,
  registry: Registry,
): Promise<readonly KubeObject[]> {
  const show = (object: KubeObject): KubeObject => kind.storedAs?.fromStored(object) ?? object;
  const stored = kind.storedAs?.kind ?? kind;
  if (name) {
    const found = await registry.find(stored, namespace, name);
    return found ? [show(found)] : [];
  }
  const { entries } = await registry.storeOf(stored).list(prefixOf(stored, namespace || undefined));
  const chosen = entries.filter(({ value }) => selects(selector as LabelSelector, value.metadata.labels));
  return chosen.map(({ value }) => show(value));
}
