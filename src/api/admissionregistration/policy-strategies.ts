/** How admission policies and their bindings are completed and checked. */
import type { ObjectSubresource, Strategy } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { mutatingBindingErrors, mutatingPolicyErrors } from "./validation/mutating-policies.ts";
import {
  validatingBindingErrors,
  validatingPolicyErrors,
  validatingPolicyStatusErrors,
} from "./validation/validating-policies.ts";

interface MatchDraft {
  matchPolicy?: string;
  namespaceSelector?: object;
  objectSelector?: object;
  resourceRules?: { scope?: string }[];
  excludeResourceRules?: { scope?: string }[];
}

function complete(match: MatchDraft | undefined): void {
  if (!match) return;
  match.matchPolicy ??= "Equivalent";
  match.namespaceSelector ??= {};
  match.objectSelector ??= {};
  for (const rule of [...(match.resourceRules ?? []), ...(match.excludeResourceRules ?? [])]) rule.scope ??= "*";
}

function completePolicy(object: Draft): void {
  const spec = object.spec as { failurePolicy?: string; matchConstraints?: MatchDraft } | undefined;
  if (!spec) return;
  spec.failurePolicy ??= "Fail";
  complete(spec.matchConstraints);
}

const completeBinding = (object: Draft): void =>
  complete((object.spec as { matchResources?: MatchDraft } | undefined)?.matchResources);

const reserved = ".static.k8s.io";

/** Names that upstream is to give policies from files. */
function warnings({ metadata: { name = "" } }: KubeObject): string[] {
  if (!name.endsWith(reserved)) return [];
  const why = "are reserved for static manifest-based configurations and cannot be managed via the API";
  return [`metadata.name: names ending with ${JSON.stringify(reserved)} ${why}`];
}

const policy = { generation: true, allowUnconditionalUpdate: false, defaults: completePolicy, warnings };
const binding = { generation: true, allowUnconditionalUpdate: false, defaults: completeBinding, warnings };

export const validatingPolicyStrategy: Strategy = {
  ...policy,
  validate: (object) => validatingPolicyErrors(object),
  validateUpdate: validatingPolicyErrors,
};
export const validatingPolicyStatus: ObjectSubresource = {
  verbs: ["get", "patch", "update"],
  validateUpdate: validatingPolicyStatusErrors,
};
export const validatingBindingStrategy: Strategy = { ...binding, validate: validatingBindingErrors };
export const mutatingPolicyStrategy: Strategy = {
  ...policy,
  validate: (object) => mutatingPolicyErrors(object),
  validateUpdate: mutatingPolicyErrors,
};
export const mutatingBindingStrategy: Strategy = { ...binding, validate: mutatingBindingErrors };
