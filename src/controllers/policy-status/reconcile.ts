/** What the types of objects say about the expressions of validating policies, told in their status. */
import { typeWarnings } from "../../api/admissionregistration/expressions/type-check.ts";
import type { ValidatingPolicy } from "../../api/admissionregistration/validation/validating-policies.ts";
import type { Catalog } from "../../api/catalog.ts";
import { ApiError } from "../../api/errors.ts";
import type * as admission from "../../api/generated/admissionregistration-v1.ts";
import { validatingPolicies } from "../../client/kinds.ts";
import { type Controller, done } from "../../reconciler/controller.ts";

/** Upstream's name for it as a manager of fields. */
const manager = "validatingadmissionpolicy-status";

const isObserved = ({ metadata, status }: ValidatingPolicy): boolean =>
  (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0);

export const policyStatusController = (catalog: Catalog): Controller<admission.ValidatingAdmissionPolicy> => ({
  name: "validatingadmissionpolicy-status-controller",
  reconciles: validatingPolicies,
  ignores: ({ after }) => !after || isObserved(after as ValidatingPolicy),
  async reconcile(key, { cache, client }) {
    const policy = cache(validatingPolicies).get(key) as ValidatingPolicy | undefined;
    if (!policy || isObserved(policy)) return done;
    const expressionWarnings = typeWarnings(policy, catalog);
    const wanted = {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingAdmissionPolicy",
      metadata: { name: key },
      status: {
        observedGeneration: policy.metadata.generation,
        typeChecking: { ...(expressionWarnings.length && { expressionWarnings }) },
      },
    };
    const how = { type: "apply", subresource: "status", force: true, fieldManager: manager } as const;
    try {
      await client.patch(validatingPolicies, { name: key }, wanted, how);
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
    }
    return done;
  },
});
