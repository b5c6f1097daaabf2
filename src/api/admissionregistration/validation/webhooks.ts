/** Admission webhooks as they are configured (https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/). */
import type { MutatingWebhook } from "../../generated/admissionregistration-v1.ts";
import { deepEqual, type KubeObject, type LabelSelector, type Shared } from "../../object.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { validateLabelSelector } from "../../validation/label-selector.ts";
import { isDns1035Label, isDns1123Subdomain } from "../../validation/names.ts";
import { webhookServiceErrors, webhookUrlErrors } from "../../validation/webhook-client.ts";
import { conditionErrors } from "./expressions.ts";
import { ruleErrors } from "./rules.ts";

/** Of either kind; a validating one has no reinvocation policy. */
export type Webhook = Shared<MutatingWebhook>;

const reviewVersions = ["v1", "v1beta1"];
const withoutSideEffects = ["None", "NoneOnDryRun"];
const allSideEffects = ["None", "NoneOnDryRun", "Some", "Unknown"];

export const webhooksOf = (configuration: KubeObject): readonly Webhook[] =>
  ((configuration as { webhooks?: readonly Webhook[] }).webhooks ?? []) as readonly Webhook[];

/** What is let pass on an update because it was so before. */
interface Leniency {
  readonly sideEffects: boolean;
  readonly reviewVersions: boolean;
  readonly names: boolean;
  readonly conditions: boolean;
}

/** Errors of a configuration, which was `old` before. */
export function webhookConfigurationErrors(configuration: KubeObject, old?: KubeObject): FieldError[] {
  const hooks = webhooksOf(configuration);
  const before = old ? webhooksOf(old) : [];
  const lenient: Leniency = {
    sideEffects: before.some(({ sideEffects }) => !withoutSideEffects.includes(sideEffects ?? "")),
    reviewVersions: before.some((hook) => (hook.admissionReviewVersions ?? []).length > 0 && !isSpoken(hook)),
    names: new Set(before.map(({ name }) => name)).size < before.length,
    conditions: old !== undefined && sameConditions(configuration, old),
  };
  const seen = new Set<string>();
  return hooks.flatMap((hook, i) => {
    const path = new Path("webhooks").index(i);
    const errors = [...webhookErrors(hook, path, lenient), ...versionErrors(hook, path, lenient)];
    if (!lenient.names && hook.name && seen.has(hook.name)) errors.push(path.child("name").duplicate(hook.name));
    seen.add(hook.name);
    return errors;
  });
}

const isSpoken = ({ admissionReviewVersions }: Webhook): boolean =>
  (admissionReviewVersions ?? []).some((version) => reviewVersions.includes(version));

function versionErrors(hook: Webhook, path: Path, lenient: Leniency): FieldError[] {
  const at = path.child("admissionReviewVersions");
  const versions = hook.admissionReviewVersions ?? [];
  if (!versions.length) return [at.required(`must specify one of ${reviewVersions.join(", ")}`)];
  const errors = versions.flatMap((version, i) => {
    if (versions.indexOf(version) < i) return [at.index(i).invalid(version, "duplicate version")];
    return isDns1035Label(version).map((fault) => at.index(i).invalid(version, fault));
  });
  if (!lenient.reviewVersions && !isSpoken(hook))
    errors.push(at.invalid(versions, `must include at least one of ${reviewVersions.join(", ")}`));
  return errors;
}

function nameErrors(name: string, path: Path): FieldError[] {
  if (!name) return [path.required()];
  const faults = isDns1123Subdomain(name);
  if (faults.length) return [path.invalid(name, faults.join(","))];
  if (name.split(".").length >= 3) return [];
  return [path.invalid(name, "should be a domain with at least three segments separated by dots")];
}

function webhookErrors(hook: Webhook, path: Path, lenient: Leniency): FieldError[] {
  const errors = nameErrors(hook.name, path.child("name"));
  const oneOf = (field: "failurePolicy" | "matchPolicy" | "reinvocationPolicy", allowed: readonly string[]): void => {
    const value = hook[field];
    if (value !== undefined && !allowed.includes(value)) errors.push(path.child(field).notSupported(value, allowed));
  };
  for (const [i, rule] of (hook.rules ?? []).entries()) errors.push(...ruleErrors(rule, path.child("rules").index(i)));
  oneOf("failurePolicy", ["Fail", "Ignore"]);
  oneOf("matchPolicy", ["Equivalent", "Exact"]);
  errors.push(...sideEffectErrors(hook, path.child("sideEffects"), lenient));
  const { timeoutSeconds, namespaceSelector, objectSelector } = hook;
  if (timeoutSeconds !== undefined && (timeoutSeconds > 30 || timeoutSeconds < 1)) {
    const why = "the timeout value must be between 1 and 30 seconds";
    errors.push(path.child("timeoutSeconds").invalid(timeoutSeconds, why));
  }
  validateLabelSelector(errors, namespaceSelector as LabelSelector | undefined, path.child("namespaceSelector"));
  validateLabelSelector(errors, objectSelector as LabelSelector | undefined, path.child("objectSelector"));
  oneOf("reinvocationPolicy", ["IfNeeded", "Never"]);
  errors.push(...clientErrors(hook, path.child("clientConfig")));
  if (lenient.conditions) return errors;
  return [...errors, ...conditionErrors(hook.matchConditions, path.child("matchConditions"), false)];
}

function sideEffectErrors({ sideEffects }: Webhook, path: Path, lenient: Leniency): FieldError[] {
  const allowed = lenient.sideEffects ? allSideEffects : withoutSideEffects;
  if (!sideEffects) return [path.required(`must specify one of ${allowed.join(", ")}`)];
  return allowed.includes(sideEffects) ? [] : [path.notSupported(sideEffects, allowed)];
}

function clientErrors({ clientConfig: { url, service } }: Webhook, path: Path): FieldError[] {
  if ((url === undefined) === (service === undefined))
    return [path.required("exactly one of url or service is required")];
  if (url !== undefined) return webhookUrlErrors(url, path.child("url"));
  if (!service) return [];
  // upstream hands the two over the other way round
  const swapped = { ...service, name: service.namespace, namespace: service.name };
  return webhookServiceErrors(swapped, path.child("service"));
}

/** Whether nothing about match conditions has changed. */
const sameConditions = (configuration: KubeObject, old: KubeObject): boolean =>
  deepEqual(
    webhooksOf(configuration).map(({ matchConditions }) => matchConditions),
    webhooksOf(old).map(({ matchConditions }) => matchConditions),
  );
