import type { CertificateSigningRequest, CertificateSigningRequestCondition } from "../generated/certificates-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { certificateSigningRequestPrinter } from "./signing-request-printer.ts";
import { validateSigningRequest, validateSigningRequestUpdate } from "./signing-request-validation.ts";

type Condition = CertificateSigningRequestCondition;

const asRequest = (object: Draft | KubeObject): CertificateSigningRequest =>
  object as unknown as CertificateSigningRequest;
const conditionsOf = (object: Draft | KubeObject): readonly Condition[] => asRequest(object).status?.conditions ?? [];

/** Conditions that do not say when they came came now, or when they last changed their status. */
function dated(conditions: readonly Condition[], before: readonly Condition[], nowMs: number): Condition[] {
  const now = new Date(nowMs).toISOString().replace(/\.\d+Z$/, "Z");
  return conditions.map((condition) => {
    const same = before.find(({ type, status }) => type === condition.type && status === condition.status);
    return {
      ...condition,
      lastUpdateTime: condition.lastUpdateTime ?? now,
      lastTransitionTime: condition.lastTransitionTime ?? same?.lastTransitionTime ?? now,
    };
  });
}

/** Approval changes conditions and nothing else. */
function prepareForApproval(object: Draft, old: KubeObject, nowMs: number): void {
  const conditions = dated(conditionsOf(object), conditionsOf(old), nowMs);
  object.spec = old.spec;
  const { conditions: _, ...rest } = asRequest(old).status ?? {};
  object.status = { ...rest, ...(conditions.length && { conditions }) };
}

/** What was decided stays as it was, unless something is added or taken away, which validation refuses. */
function prepareForStatus(object: Draft, old: KubeObject, nowMs: number): void {
  object.spec = old.spec;
  let conditions = [...conditionsOf(object)];
  for (const type of ["Approved", "Denied"]) {
    const before = conditionsOf(old).filter((condition) => condition.type === type);
    const after = conditions.filter((condition) => condition.type === type);
    if (before.length !== after.length) continue;
    conditions = conditions.map((condition) => before[after.indexOf(condition)] ?? condition);
  }
  const made = dated(conditions, conditionsOf(old), nowMs);
  object.status = { ...asRequest(object).status, ...(made.length && { conditions: made }) };
}

export const certificateSigningRequest = defineKind({
  group: "certificates.k8s.io",
  version: "v1",
  kind: "CertificateSigningRequest",
  plural: "certificatesigningrequests",
  shortNames: ["csr"],
  namespaced: false,
  type: "certificates/v1.CertificateSigningRequest",
  strategy: {
    signCreate(object, { name, uid, groups, extra }) {
      const { request, signerName, expirationSeconds, usages } = asRequest(object).spec;
      object.spec = {
        request,
        signerName,
        ...(expirationSeconds !== undefined && { expirationSeconds }),
        ...(usages && { usages }),
        username: name,
        ...(uid && { uid }),
        ...(groups.length && { groups: [...groups] }),
        ...(extra && Object.keys(extra).length && { extra }),
      };
    },
    // a request is as it was made; it is only decided upon
    prepareForUpdate(object, old) {
      object.spec = old.spec;
      object.status = old.status;
    },
    validate: (object) => validateSigningRequest(asRequest(object)),
    validateUpdate: (object, old) => validateSigningRequestUpdate(asRequest(object), asRequest(old)),
  },
  selectableFields: { "spec.signerName": (object) => asRequest(object).spec.signerName },
  status: {
    verbs: ["get", "patch", "update"],
    prepareForUpdate: prepareForStatus,
    validateUpdate: (object, old) =>
      validateSigningRequestUpdate(asRequest(object), asRequest(old), { certificate: true }),
  },
  objectSubresources: {
    approval: {
      verbs: ["get", "patch", "update"],
      prepareForUpdate: prepareForApproval,
      validateUpdate: (object, old) =>
        validateSigningRequestUpdate(asRequest(object), asRequest(old), { approval: true }),
    },
  },
  printer: certificateSigningRequestPrinter,
});
