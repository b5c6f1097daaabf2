/** When a container starts again, by itself or to be resized. */
import type { Container, ContainerResizePolicy } from "../../generated/core-v1.ts";
import { checkSupported } from "../../validation/checks.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";

const policies = ["Always", "Never", "OnFailure"];
const actions = ["Restart", "RestartAllContainers"];
export const policyNeeded = "must specify restartPolicy when restart rules are used";
const mostRules = 20;
const mostCodes = 255;

export function validateRestartRules(
  errors: FieldError[],
  { restartPolicy, restartPolicyRules: rules = [] }: Pick<Container, "restartPolicy" | "restartPolicyRules">,
  path: Path,
): void {
  if (restartPolicy === undefined) {
    if (!rules.length) return;
    errors.push(path.child("restartPolicy").required(policyNeeded));
  } else checkSupported(errors, path.child("restartPolicy"), restartPolicy, policies);
  const at = path.child("restartPolicyRules");
  if (rules.length > mostRules) errors.push(at.tooMany(rules.length, mostRules));
  for (const [i, { action, exitCodes }] of rules.entries()) {
    checkSupported(errors, at.index(i).child("action"), action ?? "", actions);
    const codes = at.index(i).child("exitCodes");
    if (!exitCodes) {
      errors.push(codes.required("must be specified"));
      continue;
    }
    checkSupported(errors, codes.child("operator"), exitCodes.operator ?? "", ["In", "NotIn"]);
    const count = exitCodes.values?.length ?? 0;
    if (count > mostCodes) errors.push(codes.child("values").tooMany(count, mostCodes));
  }
}

export function validateResizePolicies(
  errors: FieldError[],
  policies: readonly ContainerResizePolicy[] | undefined,
  podRestartPolicy: string | undefined,
  path: Path,
): void {
  const seen = new Set<string>();
  for (const [i, { resourceName, restartPolicy }] of (policies ?? []).entries()) {
    if (seen.has(resourceName)) errors.push(path.index(i).duplicate(resourceName));
    seen.add(resourceName);
    // upstream leaves the index out of these paths
    if (!resourceName) errors.push(path.required());
    else checkSupported(errors, path, resourceName, ["cpu", "memory"]);
    if (!restartPolicy) errors.push(path.required());
    else checkSupported(errors, path, restartPolicy, ["NotRequired", "RestartContainer"]);
    if (podRestartPolicy === "Never" && restartPolicy !== "NotRequired")
      errors.push(path.invalid(restartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'"));
  }
}
