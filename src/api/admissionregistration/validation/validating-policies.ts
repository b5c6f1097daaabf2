/** Validating admission policies and their bindings, as they are written (https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/). */

import { types } from "../../cel/types/type.ts";
import type {
  AuditAnnotation,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  Validation,
} from "../../generated/admissionregistration-v1.ts";
import { deepEqual, type KubeObject, type Shared } from "../../object.ts";
import { checkSupported } from "../../validation/checks.ts";
import { validateConditions } from "../../validation/conditions.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { isQualifiedName, utf8Length } from "../../validation/names.ts";
import { compileExpression, PolicyVariables } from "../expressions/compiled-expression.ts";
import { admissionEnvironment } from "../expressions/environment.ts";
import { conditionErrors, expressionErrors } from "./expressions.ts";
import { bindingErrors, constraintErrors, failurePolicyErrors, paramKindErrors, variableErrors } from "./policies.ts";

export type ValidatingPolicy = Shared<ValidatingAdmissionPolicy>;
export type ValidatingBinding = Shared<ValidatingAdmissionPolicyBinding>;

const mostAnnotations = 20;
const longestValueExpression = 5 * 1024;
const reasons = ["Forbidden", "Invalid", "RequestEntityTooLarge"];
const actions = ["Audit", "Deny", "Warn"];

/** Whether nothing has changed on which the conditions' validity depends. */
export function sameConditions(object: KubeObject, old: KubeObject | undefined): boolean {
  if (!old) return false;
  const part = (one: KubeObject): object => {
    const { paramKind, matchConditions } = (one as unknown as ValidatingPolicy).spec;
    return { paramKind: paramKind ?? null, matchConditions: matchConditions ?? [] };
  };
  return deepEqual(part(object), part(old));
}

export function validatingPolicyErrors(object: KubeObject, old?: KubeObject): FieldError[] {
  const { metadata, spec } = object as unknown as ValidatingPolicy;
  const path = new Path("spec");
  const params = spec.paramKind !== undefined;
  const variables = new PolicyVariables({ params });
  const errors = failurePolicyErrors(spec.failurePolicy, path.child("failurePolicy"));
  if (spec.paramKind) errors.push(...paramKindErrors(spec.paramKind, path.child("paramKind")));
  errors.push(...constraintErrors(spec.matchConstraints, path.child("matchConstraints")));
  if (!sameConditions(object, old))
    errors.push(...conditionErrors(spec.matchConditions, path.child("matchConditions"), params));
  errors.push(...variableErrors(spec.variables, path.child("variables"), variables));
  const { validations = [], auditAnnotations = [] } = spec;
  if (!validations.length && !auditAnnotations.length) {
    const why = "validations or auditAnnotations must contain at least one item";
    return [...errors, path.child("validations").required(why), path.child("auditAnnotations").required(why)];
  }
  const composed = spec.variables?.length ? variables : undefined;
  for (const [i, validation] of validations.entries())
    errors.push(...validationErrors(validation, path.child("validations").index(i), params, composed));
  const at = path.child("auditAnnotations");
  return [...errors, ...annotationErrors(auditAnnotations, at, metadata.name ?? "", params, composed)];
}

function validationErrors(
  { expression, message = "", messageExpression = "", reason }: Shared<Validation>,
  path: Path,
  params: boolean,
  variables: PolicyVariables | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  const check = (text: string, at: Path, authorizer: boolean, wanted: typeof types.bool): void => {
    const environment = admissionEnvironment({ params, authorizer, variables: variables?.types });
    errors.push(...expressionErrors(compileExpression(text, environment, [wanted]), at));
  };
  if (!expression.trim()) errors.push(path.child("expression").required("expression is not specified"));
  else check(expression, path.child("expression"), true, types.bool);
  const [messagePath, byExpression] = [path.child("message"), path.child("messageExpression")];
  if (messageExpression && !messageExpression.trim())
    errors.push(byExpression.invalid(messageExpression, "must be non-empty if specified"));
  else if (messageExpression) check(messageExpression, byExpression, false, types.string);
  if (message && !message.trim()) errors.push(messagePath.invalid(message, "must be non-empty if specified"));
  else if (/[\n\r]/.test(message.trim())) errors.push(messagePath.invalid(message, "must not contain line breaks"));
  checkSupported(errors, path.child("reason"), reason, reasons);
  return errors;
}

function annotationErrors(
  given: Shared<readonly AuditAnnotation[]>,
  path: Path,
  policy: string,
  params: boolean,
  variables: PolicyVariables | undefined,
): FieldError[] {
  const errors: FieldError[] = [];
  if (given.length > mostAnnotations)
    errors.push(path.invalid(given, `must not have more than ${mostAnnotations} auditAnnotations`));
  const environment = admissionEnvironment({ params, authorizer: true, variables: variables?.types });
  const keys = new Set<string>();
  for (const [i, { key, valueExpression }] of given.entries()) {
    const at = path.index(i);
    const name = `${policy}/${key}`;
    if (!policy) errors.push(at.child("key").invalid(key, "requires metadata.name be non-empty"));
    else for (const fault of isQualifiedName(name)) errors.push(at.child("key").invalid(name, fault));
    const text = valueExpression.trim();
    const value = at.child("valueExpression");
    if (!text) errors.push(value.required("valueExpression is not specified"));
    else if (utf8Length(text) > longestValueExpression)
      errors.push(value.required(`must not exceed ${longestValueExpression} bytes in length`));
    else {
      const compiled = compileExpression(text, environment, [types.string, types.null]);
      errors.push(...expressionErrors(compiled, value, valueExpression));
    }
    if (keys.has(key)) errors.push(at.child("key").duplicate(key));
    keys.add(key);
  }
  return errors;
}

export function validatingBindingErrors(object: KubeObject): FieldError[] {
  const { spec } = object as unknown as ValidatingBinding;
  const path = new Path("spec");
  return [
    ...bindingErrors(spec as Parameters<typeof bindingErrors>[0], path),
    ...actionErrors(spec.validationActions ?? [], path.child("validationActions")),
  ];
}

function actionErrors(given: readonly string[], path: Path): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, action] of given.entries()) {
    checkSupported(errors, path.index(i), action, actions);
    if (given.indexOf(action) < i) errors.push(path.index(i).duplicate(action));
  }
  if (given.includes("Deny") && given.includes("Warn")) {
    const why =
      "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)";
    errors.push(path.invalid(given, why));
  }
  if (!given.length) errors.push(path.required("at least one validation action is required"));
  return errors;
}

export function validatingPolicyStatusErrors(object: KubeObject): FieldError[] {
  const { status } = object as unknown as ValidatingPolicy;
  const path = new Path("status");
  const errors: FieldError[] = [];
  for (const [i, { fieldRef, warning }] of (status?.typeChecking?.expressionWarnings ?? []).entries()) {
    const at = path.child("typeChecking", "expressionWarnings").index(i);
    if (!warning) errors.push(at.child("warning").required());
    if (!fieldRef.trim()) errors.push(at.child("fieldRef").required());
  }
  validateConditions(
    errors,
    (status?.conditions ?? []) as Parameters<typeof validateConditions>[1],
    path.child("conditions"),
  );
  return errors;
}
