/** Validation of what a Job wants, in a Job or in the template of a CronJob. */
import { validateChangedTemplate } from "../../apps/validation/workload.ts";
import type { JobSpec } from "../../generated/batch-v1.ts";
import { checkNonNegative, checkSupported, report } from "../../validation/checks.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import { isDns1123Subdomain } from "../../validation/names.ts";
import { shownSuccessPolicy, validateFailurePolicy, validateSuccessPolicy } from "./policies.ts";

const natural = [
  "parallelism",
  "completions",
  "activeDeadlineSeconds",
  "backoffLimit",
  "ttlSecondsAfterFinished",
  "backoffLimitPerIndex",
  "maxFailedIndexes",
] as const;
const longestManager = 63;

/** A template that is as it was (`old`) is not looked at again. */
export function validateJobSpec(errors: FieldError[], spec: JobSpec, path: Path, old?: JobSpec): void {
  for (const field of natural) checkNonNegative(errors, path.child(field), spec[field]);
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined)
    errors.push(path.child("backoffLimitPerIndex").required("when maxFailedIndexes is specified"));
  if (spec.managedBy !== undefined) checkManager(errors, spec.managedBy, path.child("managedBy"));
  const mode = spec.completionMode ?? "NonIndexed";
  checkSupported(errors, path.child("completionMode"), mode, ["NonIndexed", "Indexed"]);
  if (mode === "Indexed") checkIndexed(errors, spec, path);
  if (mode === "NonIndexed") {
    for (const field of ["backoffLimitPerIndex", "maxFailedIndexes"] as const)
      if (spec[field] !== undefined)
        errors.push(path.child(field).invalid(spec[field], "requires indexed completion mode"));
  }
  if (spec.podFailurePolicy) validateFailurePolicy(errors, spec, path.child("podFailurePolicy"));
  if (spec.successPolicy) {
    const at = path.child("successPolicy");
    if (mode !== "Indexed") errors.push(at.invalid(shownSuccessPolicy(spec), "requires indexed completion mode"));
    else validateSuccessPolicy(errors, spec, at);
  }
  const replacements = spec.podFailurePolicy ? ["Failed"] : ["Failed", "TerminatingOrFailed"];
  checkSupported(errors, path.child("podReplacementPolicy"), spec.podReplacementPolicy, replacements);
  validateChangedTemplate(errors, spec.template, old?.template, path.child("template"));
  checkRestartPolicy(errors, spec, path.child("template", "spec", "restartPolicy"));
}

function checkRestartPolicy(errors: FieldError[], { template, podFailurePolicy }: JobSpec, path: Path): void {
  const policy = template.spec.restartPolicy ?? "";
  if (policy === "Always" || policy === "") errors.push(path.required('valid values: "OnFailure", "Never"'));
  else if (policy !== "OnFailure" && policy !== "Never") errors.push(path.notSupported(policy, ["OnFailure", "Never"]));
  else if (podFailurePolicy && policy !== "Never")
    errors.push(path.invalid(policy, 'only "Never" is supported when podFailurePolicy is specified'));
}

/** `example.com/my-controller`. */
function checkManager(errors: FieldError[], manager: string, path: Path): void {
  const slash = manager.indexOf("/");
  const [host, rest] = [manager.slice(0, slash), manager.slice(slash + 1)];
  if (!manager) errors.push(path.required());
  else if (slash < 1 || !rest)
    errors.push(path.invalid(manager, 'must be a domain-prefixed path (such as "acme.io/foo")'));
  else {
    report(errors, path, host, isDns1123Subdomain(host));
    const pattern = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
    if (!new RegExp(`^${pattern}$`).test(rest))
      errors.push(path.invalid(rest, `Invalid path (regex used for validation is '${pattern}')`));
  }
  if (manager.length > longestManager) errors.push(path.tooLong(longestManager));
}

/** The indexes that have ended are listed in the status: their number is bounded, so that the list is. */
const limits = {
  parallelism: 100_000,
  failedIndexes: 100_000,
  many: 100_000,
  parallelismOfMany: 10_000,
  failedOfMany: 10_000,
};

function checkIndexed(errors: FieldError[], spec: JobSpec, path: Path): void {
  const { completions, parallelism = 0, maxFailedIndexes: failed } = spec;
  const limit = (field: "parallelism" | "maxFailedIndexes", most: number, when = ""): void => {
    const value = spec[field] ?? 0;
    if (value > most) errors.push(path.child(field).invalid(value, `must be less than or equal to ${most}${when}`));
  };
  if (completions === undefined) errors.push(path.child("completions").required("when completion mode is Indexed"));
  limit("parallelism", limits.parallelism, " when completion mode is Indexed");
  if (completions !== undefined && failed !== undefined && failed > completions)
    errors.push(path.child("maxFailedIndexes").invalid(failed, "must be less than or equal to completions"));
  limit("maxFailedIndexes", limits.failedIndexes);
  if ((completions ?? 0) <= limits.many || spec.backoffLimitPerIndex === undefined) return;
  const when = ` when completions are above ${limits.many} and used with backoff limit per index`;
  if (failed === undefined)
    errors.push(path.child("maxFailedIndexes").required(`must be specified when completions is above ${limits.many}`));
  if (parallelism > 0) limit("parallelism", limits.parallelismOfMany, when);
  limit("maxFailedIndexes", limits.failedOfMany, when);
}
