import type { TypeText } from "../schema/sources.ts";

/** The types of apps/v1, in the notation that schema/notation.ts reads. */
export const appsTypes = {
  groupVersion: "apps/v1",
  text: `
ControllerRevision kind
  metadata 1 ObjectMeta
  data 2 Raw
  revision 3 int64 always required
DaemonSet kind
  metadata 1 ObjectMeta
  spec 2 DaemonSetSpec
  status 3 DaemonSetStatus
DaemonSetCondition
  type 1 string always required
  status 2 string always required
  lastTransitionTime 3 Time
  reason 4 string
  message 5 string
DaemonSetSpec
  selector 1 *LabelSelector always required
  template 2 core/v1.PodTemplateSpec always required
  updateStrategy 3 DaemonSetUpdateStrategy
  minReadySeconds 4 int32
  revisionHistoryLimit 6 *int32
DaemonSetStatus
  currentNumberScheduled 1 int32 always required
  numberMisscheduled 2 int32 always required
  desiredNumberScheduled 3 int32 always required
  numberReady 4 int32 always required
  observedGeneration 5 int64
  updatedNumberScheduled 6 int32
  numberAvailable 7 int32
  numberUnavailable 8 int32
  collisionCount 9 *int32
  conditions 10 []DaemonSetCondition map(type) merge(type)
DaemonSetUpdateStrategy
  type 1 string enum(OnDelete,RollingUpdate)
  rollingUpdate 2 *RollingUpdateDaemonSet
Deployment kind
  metadata 1 ObjectMeta
  spec 2 DeploymentSpec
  status 3 DeploymentStatus
DeploymentCondition
  type 1 string always required
  status 2 string always required
  lastUpdateTime 6 Time
  lastTransitionTime 7 Time
  reason 4 string
  message 5 string
DeploymentSpec
  replicas 1 *int32
  selector 2 *LabelSelector always required
  template 3 core/v1.PodTemplateSpec always required
  strategy 4 DeploymentStrategy retainKeys
  minReadySeconds 5 int32
  revisionHistoryLimit 6 *int32
  paused 7 bool
  progressDeadlineSeconds 9 *int32
DeploymentStatus
  observedGeneration 1 int64
  replicas 2 int32
  updatedReplicas 3 int32
  readyReplicas 7 int32
  availableReplicas 4 int32
  unavailableReplicas 5 int32
  terminatingReplicas 9 *int32
  conditions 6 []DeploymentCondition map(type) merge(type)
  collisionCount 8 *int32
DeploymentStrategy
  type 1 string enum(Recreate,RollingUpdate)
  rollingUpdate 2 *RollingUpdateDeployment
ReplicaSet kind
  metadata 1 ObjectMeta
  spec 2 ReplicaSetSpec
  status 3 ReplicaSetStatus
ReplicaSetCondition
  type 1 string always required
  status 2 string always required
  lastTransitionTime 3 Time
  reason 4 string
  message 5 string
ReplicaSetSpec
  replicas 1 *int32
  minReadySeconds 4 int32
  selector 2 *LabelSelector always required
  template 3 core/v1.PodTemplateSpec
ReplicaSetStatus
  replicas 1 int32 always required
  fullyLabeledReplicas 2 int32
  readyReplicas 4 int32
  availableReplicas 5 int32
  terminatingReplicas 7 *int32
  observedGeneration 3 int64
  conditions 6 []ReplicaSetCondition map(type) merge(type)
RollingUpdateDaemonSet
  maxUnavailable 1 *IntOrString
  maxSurge 2 *IntOrString
RollingUpdateDeployment
  maxUnavailable 1 *IntOrString
  maxSurge 2 *IntOrString
RollingUpdateStatefulSetStrategy
  partition 1 *int32
  maxUnavailable 2 *IntOrString
StatefulSet kind
  metadata 1 ObjectMeta
  spec 2 StatefulSetSpec
  status 3 StatefulSetStatus
StatefulSetCondition
  type 1 string always required
  status 2 string always required
  lastTransitionTime 3 Time
  reason 4 string
  message 5 string
StatefulSetOrdinals
  start 1 int32 always default=0
StatefulSetPersistentVolumeClaimRetentionPolicy
  whenDeleted 1 string
  whenScaled 2 string
StatefulSetSpec
  replicas 1 *int32
  selector 2 *LabelSelector always required
  template 3 core/v1.PodTemplateSpec always required
  volumeClaimTemplates 4 []core/v1.PersistentVolumeClaim atomic
  serviceName 5 string always
  podManagementPolicy 6 string enum(OrderedReady,Parallel)
  updateStrategy 7 StatefulSetUpdateStrategy
  revisionHistoryLimit 8 *int32
  minReadySeconds 9 int32
  persistentVolumeClaimRetentionPolicy 10 *StatefulSetPersistentVolumeClaimRetentionPolicy
  ordinals 11 *StatefulSetOrdinals
StatefulSetStatus
  observedGeneration 1 int64
  replicas 2 int32 always required
  readyReplicas 3 int32
  currentReplicas 4 int32
  updatedReplicas 5 int32
  currentRevision 6 string
  updateRevision 7 string
  collisionCount 9 *int32
  conditions 10 []StatefulSetCondition map(type) merge(type)
  availableReplicas 11 int32 always default=0
StatefulSetUpdateStrategy
  type 1 string enum(OnDelete,RollingUpdate)
  rollingUpdate 2 *RollingUpdateStatefulSetStrategy
`,
};

/** What is known of the group, and not served. */
export const appsUnserved: readonly TypeText[] = [
  {
    groupVersion: "apps/v1beta2",
    like: ["apps/v1"],
    text: `
Scale like autoscaling/v1
ScaleSpec like autoscaling/v1
ScaleStatus like autoscaling/v1
  selector 2 {}string atomic
  targetSelector 3 string
`,
  },
  {
    groupVersion: "apps/v1beta1",
    like: ["apps/v1beta2"],
    text: `
- DaemonSet DaemonSetCondition DaemonSetSpec DaemonSetStatus DaemonSetUpdateStrategy ReplicaSet ReplicaSetCondition
- ReplicaSetSpec ReplicaSetStatus RollingUpdateDaemonSet
DeploymentRollback kind
  name 1 string always required
  updatedAnnotations 2 {}string
  rollbackTo 3 RollbackConfig always required
DeploymentSpec like
  selector 2 *LabelSelector
  rollbackTo 8 *RollbackConfig
RollbackConfig
  revision 1 int64
ScaleStatus like
  selector 2 {}string
StatefulSetSpec like
  selector 2 *LabelSelector
StatefulSetStatus like
  observedGeneration 1 *int64
`,
  },
];
