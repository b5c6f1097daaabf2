/** Mutating admission policies and their bindings, as they are written (https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/). */

import { listOf, type Type } from "../../cel/types/type.ts";
import type {
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicyBinding,
  Mutation,
} from "../../generated/admissionregistration-v1.ts";
import type { KubeObject, Shared } from "../../object.ts";
import { checkOneOf } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { compileExpression, PolicyVariables } from "../expressions/compiled-expression.ts";
import { admissionEnvironment, jsonPatchType, objectType } from "../expressions/environment.ts";
import { conditionErrors, expressionErrors } from "./expressions.ts";
import {
  bindingErrors,
  changingOperationErrors,
  constraintErrors,
  failurePolicyErrors,
  paramKindErrors,
  variableErrors,
} from "./policies.ts";
import { sameConditions } from "./validating-policies.ts";

export type MutatingPolicy = Shared<MutatingAdmissionPolicy>;
export type MutatingBinding = Shared<MutatingAdmissionPolicyBinding>;

/** The ways of changing: the field of each, and the type of its expression. */
export const patchTypes: Readonly<Record<string, { readonly field: "applyConfiguration" | "jsonPatch"; type: Type }>> =
  {
    ApplyConfiguration: { field: "applyConfiguration", type: objectType },
    JSONPatch: { field: "jsonPatch", type: listOf(jsonPatchType) },
  };

export function mutatingPolicyErrors(object: KubeObject, old?: KubeObject): FieldError[] {
  const { spec } = object as unknown as MutatingPolicy;
  const path = new Path("spec");
  const params = spec.paramKind !== undefined;
  const variables = new PolicyVariables({ params });
  const constraints = path.child("matchConstraints");
  const errors = failurePolicyErrors(spec.failurePolicy, path.child("failurePolicy"));
  if (spec.paramKind) errors.push(...paramKindErrors(spec.paramKind, path.child("paramKind")));
  errors.push(...constraintErrors(spec.matchConstraints, constraints));
  errors.push(...changingOperationErrors(spec.matchConstraints, constraints));
  if (!sameConditions(object, old))
    errors.push(...conditionErrors(spec.matchConditions, path.child("matchConditions"), params));
  errors.push(...variableErrors(spec.variables, path.child("variables"), variables));
  const mutations = path.child("mutations");
  if (!spec.mutations?.length) errors.push(mutations.required("mutations must contain at least one item"));
  for (const [i, mutation] of (spec.mutations ?? []).entries())
    errors.push(...mutationErrors(mutation, mutations.index(i), params, variables));
  checkOneOf(errors, path.child("reinvocationPolicy"), spec.reinvocationPolicy, ["IfNeeded", "Never"]);
  return errors;
}

function mutationErrors(
  mutation: Shared<Mutation>,
  path: Path,
  params: boolean,
  variables: PolicyVariables,
): FieldError[] {
  const { patchType } = mutation;
  const errors: FieldError[] = [];
  checkOneOf(errors, path.child("patchType"), patchType, Object.keys(patchTypes));
  const wanted = patchTypes[patchType];
  if (!wanted) return errors;
  const { field, type } = wanted;
  const expression = mutation[field]?.expression?.trim();
  const at = path.child(field, "expression");
  if (!mutation[field]) errors.push(path.child(field).required(`must be specified when patchType is ${patchType}`));
  else if (!expression) errors.push(at.required());
  else {
    const environment = admissionEnvironment({ params, authorizer: true, patch: true, variables: variables.types });
    errors.push(...expressionErrors(compileExpression(expression, environment, [type]), at));
  }
  const other = field === "jsonPatch" ? "applyConfiguration" : "jsonPatch";
  if (mutation[other])
    errors.push(path.child(other).invalid(`{${other}}`, `must not be specified when patchType is ${patchType}`));
  return errors;
}

export function mutatingBindingErrors(object: KubeObject): FieldError[] {
  const { spec } = object as unknown as MutatingBinding;
  const path = new Path("spec");
  return [
    ...bindingErrors(spec as Parameters<typeof bindingErrors>[0], path),
    ...changingOperationErrors(spec.matchResources, path.child("matchResources")),
  ];
}
