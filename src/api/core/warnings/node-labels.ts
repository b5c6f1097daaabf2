/** Labels of nodes that have had their day. */
import type { NodeSelectorTerm } from "../../generated/core-v1.ts";
import type { Path } from "../../validation/field-error.ts";
import { isLabelValue } from "../../validation/names.ts";

const deprecated: Readonly<Record<string, string>> = {
  "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
  "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  "app.kubernetes.io/created-by": "deprecated since v1.9",
  "scheduler.alpha.kubernetes.io/preferAvoidPods": "deprecated since v1.22; use Taints and Tolerations instead",
  "node-role.kubernetes.io/master": 'use "node-role.kubernetes.io/control-plane" instead',
};

export const deprecatedLabel = (key: string): string | undefined =>
  Object.hasOwn(deprecated, key) ? deprecated[key] : undefined;

/** `checkValues`: also tell of values that no label can have. */
export function warningsForTerm(term: NodeSelectorTerm, checkValues: boolean, path: Path): string[] {
  return (term.matchExpressions ?? []).flatMap(({ key, values }, i) => {
    const at = path.child("matchExpressions").index(i);
    const why = deprecatedLabel(key);
    const ofValues = checkValues ? (values ?? []) : [];
    return [
      ...(why ? [`${at.child("key")}: ${key} is ${why}`] : []),
      ...ofValues.flatMap((value, j) =>
        isLabelValue(value).map((fault) => `${at.child("values").index(j)}: ${value} is invalid, ${fault}`),
      ),
    ];
  });
}
