import type { TypeText } from "../schema/sources.ts";

/** The types of flowcontrol/v1, in the notation that schema/notation.ts reads. */
export const flowcontrolTypes = {
  groupVersion: "flowcontrol/v1",
  text: `
ExemptPriorityLevelConfiguration
  nominalConcurrencyShares 1 *int32
  lendablePercent 2 *int32
FlowDistinguisherMethod
  type 1 string always required
FlowSchema kind
  metadata 1 ObjectMeta
  spec 2 FlowSchemaSpec
  status 3 FlowSchemaStatus
FlowSchemaCondition
  type 1 string
  status 2 string
  lastTransitionTime 3 Time
  reason 4 string
  message 5 string
FlowSchemaSpec
  priorityLevelConfiguration 1 PriorityLevelConfigurationReference always required
  matchingPrecedence 2 int32 always default=0
  distinguisherMethod 3 *FlowDistinguisherMethod
  rules 4 []PolicyRulesWithSubjects atomic
FlowSchemaStatus
  conditions 1 []FlowSchemaCondition map(type) merge(type)
GroupSubject
  name 1 string always required
LimitResponse
  type 1 string always required
  queuing 2 *QueuingConfiguration
LimitedPriorityLevelConfiguration
  nominalConcurrencyShares 1 *int32 always
  limitResponse 2 LimitResponse
  lendablePercent 3 *int32
  borrowingLimitPercent 4 *int32
NonResourcePolicyRule
  verbs 1 []string always set required
  nonResourceURLs 6 []string always set required
PolicyRulesWithSubjects
  subjects 1 []Subject always atomic required
  resourceRules 2 []ResourcePolicyRule atomic
  nonResourceRules 3 []NonResourcePolicyRule atomic
PriorityLevelConfiguration kind
  metadata 1 ObjectMeta
  spec 2 PriorityLevelConfigurationSpec
  status 3 PriorityLevelConfigurationStatus
PriorityLevelConfigurationCondition
  type 1 string
  status 2 string
  lastTransitionTime 3 Time
  reason 4 string
  message 5 string
PriorityLevelConfigurationReference
  name 1 string always required
PriorityLevelConfigurationSpec
  type 1 string always required
  limited 2 *LimitedPriorityLevelConfiguration
  exempt 3 *ExemptPriorityLevelConfiguration
PriorityLevelConfigurationStatus
  conditions 1 []PriorityLevelConfigurationCondition map(type) merge(type)
QueuingConfiguration
  queues 1 int32 always default=0
  handSize 2 int32 always default=0
  queueLengthLimit 3 int32 always default=0
ResourcePolicyRule
  verbs 1 []string always set required
  apiGroups 2 []string always set required
  resources 3 []string always set required
  clusterScope 4 bool
  namespaces 5 []string always set
ServiceAccountSubject
  namespace 1 string always required
  name 2 string always required
Subject
  kind 1 string always required
  user 2 *UserSubject
  group 3 *GroupSubject
  serviceAccount 4 *ServiceAccountSubject
UserSubject
  name 1 string always required
`,
};

/** What is known of the group, and not served. */
export const flowcontrolUnserved: readonly TypeText[] = [
  {
    groupVersion: "flowcontrol/v1beta3",
    like: ["flowcontrol/v1"],
    text: `
LimitedPriorityLevelConfiguration like
  nominalConcurrencyShares 1 int32 always default=0
`,
  },
  {
    groupVersion: "flowcontrol/v1beta2",
    like: ["flowcontrol/v1beta3"],
    text: `
FlowSchemaStatus
  conditions 1 []FlowSchemaCondition map(type)
LimitedPriorityLevelConfiguration like
  -nominalConcurrencyShares
  assuredConcurrencyShares 1 int32 always default=0
PriorityLevelConfigurationStatus
  conditions 1 []PriorityLevelConfigurationCondition map(type)
`,
  },
  {
    groupVersion: "flowcontrol/v1beta1",
    like: ["flowcontrol/v1beta2"],
    text: "",
  },
];
