import type { TypeText } from "../schema/sources.ts";

/** The types of scheduling/v1, in the notation that schema/notation.ts reads. */
export const schedulingTypes = {
  groupVersion: "scheduling/v1",
  text: `
PriorityClass kind
  metadata 1 ObjectMeta
  value 2 int32 always default=0
  globalDefault 3 bool
  description 4 string
  preemptionPolicy 5 *string enum(Never,PreemptLowerPriority)
`,
};

/** What is known of the group, and not served. */
export const schedulingUnserved: readonly TypeText[] = [
  {
    groupVersion: "scheduling/v1beta1",
    like: ["scheduling/v1"],
    text: "",
  },
  {
    groupVersion: "scheduling/v1alpha2",
    text: `
BasicSchedulingPolicy
GangSchedulingPolicy
  minCount 1 int32 always required
PodGroup kind
  metadata 1 ObjectMeta
  spec 2 PodGroupSpec always required
  status 3 PodGroupStatus
PodGroupResourceClaim
  name 1 string always required
  resourceClaimName 2 *string
  resourceClaimTemplateName 3 *string
PodGroupResourceClaimStatus
  name 1 string always required
  resourceClaimName 2 *string
PodGroupSchedulingConstraints
  topology 1 []TopologyConstraint atomic
PodGroupSchedulingPolicy
  basic 1 *BasicSchedulingPolicy
  gang 2 *GangSchedulingPolicy
PodGroupSpec
  podGroupTemplateRef 1 *PodGroupTemplateReference always
  schedulingPolicy 2 PodGroupSchedulingPolicy always required
  schedulingConstraints 3 *PodGroupSchedulingConstraints
  resourceClaims 4 []PodGroupResourceClaim map(name) merge(name) retainKeys
  disruptionMode 5 *string enum(Pod,PodGroup) default="Pod"
  priorityClassName 6 string
  priority 7 *int32
PodGroupStatus
  conditions 1 []Condition map(type) merge(type)
  resourceClaimStatuses 2 []PodGroupResourceClaimStatus map(name) merge(name) retainKeys
PodGroupTemplate
  name 1 string always required
  schedulingPolicy 2 PodGroupSchedulingPolicy always required
  schedulingConstraints 3 *PodGroupSchedulingConstraints always
  resourceClaims 4 []PodGroupResourceClaim map(name) merge(name) retainKeys
  disruptionMode 5 *string enum(Pod,PodGroup)
  priorityClassName 6 string
  priority 7 *int32
PodGroupTemplateReference
  workload 1 *WorkloadPodGroupTemplateReference always
TopologyConstraint
  key 1 string always required
TypedLocalObjectReference
  apiGroup 1 string
  kind 2 string always required
  name 3 string always required
Workload kind
  metadata 1 ObjectMeta
  spec 2 WorkloadSpec always required
WorkloadPodGroupTemplateReference
  workloadName 1 string always required
  podGroupTemplateName 2 string always required
WorkloadSpec
  controllerRef 1 *TypedLocalObjectReference
  podGroupTemplates 2 []PodGroupTemplate always map(name) required
`,
  },
];
