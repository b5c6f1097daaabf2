import type { TypeText } from "../schema/sources.ts";

/** The types of extensions, in the notation that schema/notation.ts reads; none of them is served. */
export const extensionsUnserved: readonly TypeText[] = [
  {
    groupVersion: "extensions/v1beta1",
    like: ["networking/v1", "networking/v1beta1", "apps/v1beta2"],
    text: `
- ControllerRevision IPAddress IPAddressSpec IngressClass IngressClassParametersReference IngressClassSpec
- IngressServiceBackend ParentReference RollingUpdateStatefulSetStrategy ServiceBackendPort ServiceCIDR ServiceCIDRSpec
- ServiceCIDRStatus StatefulSet StatefulSetCondition StatefulSetOrdinals
- StatefulSetPersistentVolumeClaimRetentionPolicy StatefulSetSpec StatefulSetStatus StatefulSetUpdateStrategy
DaemonSetSpec like
  selector 1 *LabelSelector
  templateGeneration 5 int64
DeploymentRollback kind
  name 1 string always required
  updatedAnnotations 2 {}string
  rollbackTo 3 RollbackConfig always required
DeploymentSpec like
  selector 2 *LabelSelector
  rollbackTo 8 *RollbackConfig
NetworkPolicySpec like
  podSelector 1 LabelSelector always required
ReplicaSetSpec like
  selector 2 *LabelSelector
RollbackConfig
  revision 1 int64
`,
  },
];
