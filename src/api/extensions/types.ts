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
DeploymentRollback like apps/v1beta1
DeploymentSpec like apps/v1beta1
NetworkPolicySpec like
  podSelector 1 LabelSelector always required
ReplicaSetSpec like
  selector 2 *LabelSelector
RollbackConfig like apps/v1beta1
`,
  },
];
