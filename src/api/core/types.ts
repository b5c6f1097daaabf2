import type { TypeText } from "../schema/sources.ts";

/** The types of core/v1, in the notation that schema/notation.ts reads. */
export const coreTypes = {
  groupVersion: "core/v1",
  text: `
ComponentCondition
  type 1 string always required
  status 2 string always required
  message 3 string
  error 4 string
ComponentStatus kind
  metadata 1 ObjectMeta
  conditions 2 []ComponentCondition map(type) merge(type)
ConfigMap kind
  metadata 1 ObjectMeta
  immutable 4 *bool
  data 2 {}string
  binaryData 3 {}bytes
Event kind
  metadata 1 ObjectMeta always required
  involvedObject 2 ObjectReference always required
  reason 3 string
  message 4 string
  source 5 EventSource
  firstTimestamp 6 Time
  lastTimestamp 7 Time
  count 8 int32
  type 9 string
  eventTime 10 MicroTime
  series 11 *EventSeries
  action 12 string
  related 13 *ObjectReference
  reportingComponent 14 string always
  reportingInstance 15 string always
EventSeries
  count 1 int32
  lastObservedTime 2 MicroTime
EventSource
  component 1 string
  host 2 string
LimitRange kind
  metadata 1 ObjectMeta
  spec 2 LimitRangeSpec
LimitRangeItem
  type 1 string always required
  max 2 {}Quantity
  min 3 {}Quantity
  default 4 {}Quantity
  defaultRequest 5 {}Quantity
  maxLimitRequestRatio 6 {}Quantity
LimitRangeSpec
  limits 1 []LimitRangeItem always atomic required
Namespace kind
  metadata 1 ObjectMeta
  spec 2 NamespaceSpec
  status 3 NamespaceStatus
NamespaceCondition
  type 1 string always required
  status 2 string always required
  lastTransitionTime 4 Time
  reason 5 string
  message 6 string
NamespaceSpec
  finalizers 1 []string atomic
NamespaceStatus
  phase 1 string enum(Active,Terminating)
  conditions 2 []NamespaceCondition map(type) merge(type)
ReplicationController kind
  metadata 1 ObjectMeta
  spec 2 ReplicationControllerSpec
  status 3 ReplicationControllerStatus
ReplicationControllerCondition
  type 1 string always required
  status 2 string always required
  lastTransitionTime 3 Time
  reason 4 string
  message 5 string
ReplicationControllerSpec
  replicas 1 *int32 default=1
  minReadySeconds 4 int32 default=0
  selector 2 {}string atomic
  template 3 *PodTemplateSpec
ReplicationControllerStatus
  replicas 1 int32 always required
  fullyLabeledReplicas 2 int32
  readyReplicas 4 int32
  availableReplicas 5 int32
  observedGeneration 3 int64
  conditions 6 []ReplicationControllerCondition map(type) merge(type)
ResourceQuota kind
  metadata 1 ObjectMeta
  spec 2 ResourceQuotaSpec
  status 3 ResourceQuotaStatus
ResourceQuotaSpec
  hard 1 {}Quantity
  scopes 2 []string atomic enum(BestEffort,CrossNamespacePodAffinity,NotBestEffort,NotTerminating,PriorityClass,Terminating,VolumeAttributesClass)
  scopeSelector 3 *ScopeSelector
ResourceQuotaStatus
  hard 1 {}Quantity
  used 2 {}Quantity
ScopeSelector atomic
  matchExpressions 1 []ScopedResourceSelectorRequirement atomic
ScopedResourceSelectorRequirement
  scopeName 1 string always enum(BestEffort,CrossNamespacePodAffinity,NotBestEffort,NotTerminating,PriorityClass,Terminating,VolumeAttributesClass) required
  operator 2 string always enum(DoesNotExist,Exists,In,NotIn) required
  values 3 []string atomic
Secret kind
  metadata 1 ObjectMeta
  immutable 5 *bool
  data 2 {}bytes
  stringData 4 {}string
  type 3 string
ServiceAccount kind
  metadata 1 ObjectMeta
  secrets 2 []ObjectReference map(name) merge(name)
  imagePullSecrets 3 []LocalObjectReference atomic
  automountServiceAccountToken 4 *bool
`,
};

/** What is known of the group, and not served. */
export const coreUnserved: readonly TypeText[] = [
  {
    groupVersion: "core/v1",
    text: `
List kind
  metadata 1 ListMeta
  items 2 []Raw always required
PodStatusResult kind
  metadata 1 ObjectMeta
  status 2 PodStatus
RangeAllocation kind
  metadata 1 ObjectMeta
  range 2 string always required
  data 3 bytes always required
SerializedReference kind
  reference 1 ObjectReference
`,
  },
];
