/**
 * Who writes a policy or a binding must be able to read the parameters that it names: else it would show them. Upstream asks
 * when all else about the object is right, before others look at it.
 */
import { mutatingAdmissionPolicy } from "../../../api/admissionregistration/mutating-admission-policy.ts";
import { validatingAdmissionPolicy } from "../../../api/admissionregistration/validating-admission-policy.ts";
import type { Catalog } from "../../../api/catalog.ts";
import { type ApiError, invalid } from "../../../api/errors.ts";
import type { ParamKind, ParamRef } from "../../../api/generated/admissionregistration-v1.ts";
import { deepEqual, type KubeObject } from "../../../api/object.ts";
import { Path } from "../../../api/validation/field-error.ts";
import type { Authorizer } from "../../authz/authorizer.ts";
import type { User } from "../../context.ts";
import type { Registry } from "../../registry/registry.ts";
import type { AdmissionPlugin, AdmissionRequest } from "../admission.ts";

interface Ways {
  readonly registry: () => Registry;
  readonly catalog: Catalog;
  readonly authorizer: Authorizer;
}

interface Spec {
  readonly policyName?: string;
  readonly paramKind?: ParamKind;
  readonly paramRef?: ParamRef;
}

const specOf = (object: object | undefined): Spec => (object as { spec?: Spec } | undefined)?.spec ?? {};
const policyKinds = [validatingAdmissionPolicy, mutatingAdmissionPolicy];

export function paramGuard(ways: Ways): AdmissionPlugin {
  return {
    name: "PolicyParams",
    async validate(request) {
      const { kind, object, old, subresource, context } = request;
      if (kind.group !== "admissionregistration.k8s.io" || !object || subresource) return;
      if (context.user.groups.includes("system:masters")) return;
      const { paramKind, paramRef } = specOf(object);
      if (paramKind && !deepEqual(specOf(old).paramKind, paramKind)) await mayUseKind(ways, request, paramKind);
      if (paramRef) await mayUse(ways, request, paramRef);
    },
  };
}

const refused = ({ kind, object, name }: AdmissionRequest, field: string, why: string): ApiError =>
  invalid({ group: kind.group, name: kind.kind }, name || (object?.metadata.name ?? ""), [
    new Path("spec").child(field).forbidden(why),
  ]);

/** As Go prints a user's record. */
const shown = ({ name, uid = "", groups, extra = {} }: User): string => {
  const more = Object.keys(extra)
    .sort()
    .map((key) => `${key}:[${extra[key]?.join(" ")}]`);
  return `&{${name} ${uid} [${groups.join(" ")}] map[${more.join(" ")}]}`;
};

interface Resource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}
const everything: Resource = { group: "*", version: "*", resource: "*" };

function resourceOf({ apiVersion = "", kind = "" }: ParamKind, catalog: Catalog): Resource {
  const [version = "", group = ""] = apiVersion.split("/").reverse();
  return { group, version, resource: catalog.kind(apiVersion, kind)?.plural ?? "*" };
}

async function may(
  { authorizer }: Ways,
  { context: { user } }: AdmissionRequest,
  what: Resource & { readonly verb: string; readonly namespace: string; readonly name: string },
): Promise<boolean> {
  const asked = { user, isResource: true, subresource: "", path: "", ...what };
  return (await authorizer.authorize(asked)).allowed;
}

async function mayUseKind(ways: Ways, request: AdmissionRequest, paramKind: ParamKind): Promise<void> {
  const what = { ...resourceOf(paramKind, ways.catalog), verb: "get", namespace: "*", name: "*" };
  if (await may(ways, request, what)) return;
  const kind = `(kind=${paramKind.kind}, apiVersion=${paramKind.apiVersion})`;
  const why = `user ${shown(request.context.user)} must have "get" permission on all objects of the referenced paramKind ${kind}`;
  throw refused(request, "paramKind", why);
}

async function mayUse(ways: Ways, request: AdmissionRequest, { name = "", namespace = "" }: ParamRef): Promise<void> {
  const { policyName = "" } = specOf(request.object);
  const kind = policyKinds.find((one) => request.kind.kind === `${one.kind}Binding`) ?? validatingAdmissionPolicy;
  const policy: KubeObject | undefined = await ways.registry().find(kind, "", policyName);
  const { paramKind } = specOf(policy);
  const resource = paramKind ? resourceOf(paramKind, ways.catalog) : everything;
  const verb = name ? "get" : "list";
  if (await may(ways, request, { ...resource, verb, namespace, name })) return;
  const user = shown(request.context.user);
  const least = `to determine minimum required permissions and user ${user} does not have "${verb}" permission for all groups, versions and resources`;
  if (!policy) throw refused(request, "paramRef", `unable to get policy ${policyName} ${least}`);
  if (paramKind && resource.resource === "*") {
    const text = `&ParamKind{APIVersion:${paramKind.apiVersion},Kind:${paramKind.kind},}`;
    throw refused(request, "paramRef", `unable to resolve paramKind ${text} ${least}`);
  }
  const why = `user ${user} does not have "${verb}" permission on the object referenced by paramRef`;
  throw refused(request, "paramRef", why);
}
