import type { TypeText } from "../schema/sources.ts";

/** The types of policy/v1, in the notation that schema/notation.ts reads. */
export const policyTypes = {
  groupVersion: "policy/v1",
  text: `
Eviction kind
  metadata 1 ObjectMeta
  deleteOptions 2 *DeleteOptions
PodDisruptionBudget kind
  metadata 1 ObjectMeta
  spec 2 PodDisruptionBudgetSpec
  status 3 PodDisruptionBudgetStatus
PodDisruptionBudgetSpec
  minAvailable 1 *IntOrString
  selector 2 *LabelSelector replace
  maxUnavailable 3 *IntOrString
  unhealthyPodEvictionPolicy 4 *string enum(AlwaysAllow,IfHealthyBudget)
PodDisruptionBudgetStatus
  observedGeneration 1 int64
  disruptedPods 2 {}Time
  disruptionsAllowed 3 int32 always default=0
  currentHealthy 4 int32 always default=0
  desiredHealthy 5 int32 always default=0
  expectedPods 6 int32 always default=0
  conditions 7 []Condition map(type) merge(type)
`,
};

/** What is known of the group, and not served. */
export const policyUnserved: readonly TypeText[] = [
  {
    groupVersion: "policy/v1beta1",
    like: ["policy/v1"],
    text: `
PodDisruptionBudgetSpec like
  selector 2 *LabelSelector
`,
  },
];
