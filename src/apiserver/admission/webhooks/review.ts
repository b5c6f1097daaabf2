/** What webhooks are asked, and what their answers mean (`admission.k8s.io/v1` and `v1beta1` AdmissionReview). */
import { ApiError, type Status } from "../../../api/errors.ts";
import type { AdmissionResponse } from "../../../api/generated/admission-v1.ts";
import type { GroupVersionKind, Kind } from "../../../api/kind.ts";
import { type Draft, isMap, type KubeObject } from "../../../api/object.ts";
import { type AdmissionRequest, spokenKind } from "../admission.ts";

/** Versions of the review that the server speaks. */
const reviewVersions = ["v1", "v1beta1"];

/** The objects of a request as a webhook sees them. */
export interface Seen {
  /** The kind through which the webhook is about the request. */
  readonly kind: Kind;
  readonly object: Draft | KubeObject | undefined;
  readonly old: KubeObject | undefined;
}

export interface Review {
  readonly uid: string;
  readonly version: string;
  readonly body: object;
}

const kindOf = ({ group, version, kind }: GroupVersionKind): object => ({ group, version, kind });
const resourceOf = ({ group, version, plural }: Kind): object => ({ group, version, resource: plural });

/** Who wants what of which object, seen as `kind`: all but the objects themselves. */
export function aboutRequest(request: AdmissionRequest, kind: Kind): object {
  const { subresource, context, objectKind } = request;
  const { name, uid, groups, extra } = context.user;
  const asked = spokenKind(request);
  return {
    kind: kindOf(objectKind ?? kind),
    resource: resourceOf(kind),
    ...(subresource && { subResource: subresource }),
    requestKind: kindOf(objectKind ?? asked),
    requestResource: resourceOf(asked),
    ...(subresource && { requestSubResource: subresource }),
    ...(request.name && { name: request.name }),
    ...(request.namespace && { namespace: request.namespace }),
    operation: request.operation,
    userInfo: { username: name, ...(uid && { uid }), groups, ...(extra && { extra }) },
    dryRun: request.dryRun,
    options: request.options ?? null,
  };
}

/** The review in the first version that both speak; undefined if there is none. */
export function reviewOf(
  request: AdmissionRequest,
  { kind, object, old }: Seen,
  versions: readonly string[] | null,
  uid: string,
): Review | undefined {
  const version = versions?.find((one) => reviewVersions.includes(one));
  if (!version) return undefined;
  const about = {
    uid,
    ...aboutRequest(request, kind),
    object: object ?? null,
    oldObject: old ?? null,
    options: request.options ?? null,
  };
  return { uid, version, body: { kind: "AdmissionReview", apiVersion: `admission.k8s.io/${version}`, request: about } };
}

export interface Verdict {
  readonly allowed: boolean;
  readonly status: Partial<Status> | undefined;
  /** A JSON patch, in base64. */
  readonly patch: string | undefined;
  readonly auditAnnotations: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

/** The answer to a review, or what is wrong with it. */
export function verdictOf(answer: unknown, { uid, version }: Review, mutates: boolean): Verdict | string {
  const { apiVersion, kind, response } = (isMap(answer) ? answer : {}) as Partial<Record<string, unknown>>;
  if (!isMap(response)) return "webhook response was absent";
  const given = response as unknown as Partial<AdmissionResponse>;
  const fault = version === "v1" ? faultOf(given, uid, apiVersion, kind, mutates) : undefined;
  if (fault) return fault;
  return {
    allowed: given.allowed === true,
    status: given.status as Partial<Status> | undefined,
    patch: mutates && given.patch ? given.patch : undefined,
    auditAnnotations: given.auditAnnotations ?? {},
    warnings: given.warnings ?? [],
  };
}

function faultOf(
  { uid: answered, patch, patchType }: Partial<AdmissionResponse>,
  uid: string,
  apiVersion: unknown,
  kind: unknown,
  mutates: boolean,
): string | undefined {
  if (answered !== uid) return `expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(answered ?? "")}`;
  if (apiVersion !== "admission.k8s.io/v1" || kind !== "AdmissionReview") {
    const got = `${String(apiVersion ?? "/")}, Kind=${String(kind ?? "")}`;
    return `expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got ${got}`;
  }
  if (!mutates) {
    if (patch) return "validating webhook may not return response.patch";
    return patchType === undefined ? undefined : "validating webhook may not return response.patchType";
  }
  if (patch && patchType === undefined) return "webhook returned response.patch but not response.patchType";
  if (!patch && patchType !== undefined) return "webhook returned response.patchType but not response.patch";
  if (patchType !== undefined && patchType !== "JSONPatch")
    return `unsupported patch type ${JSON.stringify(patchType)}`;
  return undefined;
}

/** The refusal as the client reads it: by whom, and why; never with the code of a success. */
export function refusalOf(name: string, status: Partial<Status> | undefined): ApiError {
  const by = `admission webhook ${JSON.stringify(name)} denied the request`;
  const { message, reason = "", details, code = 0 } = status ?? {};
  const text = message ? `${by}: ${message}` : reason ? `${by}: ${reason}` : `${by} without explanation`;
  return new ApiError(reason as ApiError["reason"], text, details, Math.max(code, 400));
}
