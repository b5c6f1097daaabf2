import type { TypeText } from "../schema/sources.ts";

/** The types of storage/v1, in the notation that schema/notation.ts reads. */
export const storageTypes = {
  groupVersion: "storage/v1",
  text: `
CSIDriver kind
  metadata 1 ObjectMeta
  spec 2 CSIDriverSpec always required
CSIDriverSpec
  attachRequired 1 *bool
  podInfoOnMount 2 *bool
  volumeLifecycleModes 3 []string set
  storageCapacity 4 *bool
  fsGroupPolicy 5 *string
  tokenRequests 6 []TokenRequest atomic
  requiresRepublish 7 *bool
  seLinuxMount 8 *bool
  nodeAllocatableUpdatePeriodSeconds 9 *int64
  serviceAccountTokenInSecrets 10 *bool
  preventPodSchedulingIfMissing 11 *bool
CSINode kind
  metadata 1 ObjectMeta
  spec 2 CSINodeSpec always required
CSINodeDriver
  name 1 string always required
  nodeID 2 string always required
  topologyKeys 3 []string always atomic
  allocatable 4 *VolumeNodeResources
CSINodeSpec
  drivers 1 []CSINodeDriver always map(name) merge(name) required
CSIStorageCapacity kind
  metadata 1 ObjectMeta
  nodeTopology 2 *LabelSelector
  storageClassName 3 string always required
  capacity 4 *Quantity
  maximumVolumeSize 5 *Quantity
StorageClass kind
  metadata 1 ObjectMeta
  provisioner 2 string always required
  parameters 3 {}string
  reclaimPolicy 4 *string enum(Delete,Recycle,Retain)
  mountOptions 5 []string atomic
  allowVolumeExpansion 6 *bool
  volumeBindingMode 7 *string enum(Immediate,WaitForFirstConsumer)
  allowedTopologies 8 []core/v1.TopologySelectorTerm atomic
TokenRequest
  audience 1 string always required
  expirationSeconds 2 *int64
VolumeAttachment kind
  metadata 1 ObjectMeta
  spec 2 VolumeAttachmentSpec always required
  status 3 VolumeAttachmentStatus
VolumeAttachmentSource
  persistentVolumeName 1 *string
  inlineVolumeSpec 2 *core/v1.PersistentVolumeSpec
VolumeAttachmentSpec
  attacher 1 string always required
  source 2 VolumeAttachmentSource always required
  nodeName 3 string always required
VolumeAttachmentStatus
  attached 1 bool always required
  attachmentMetadata 2 {}string
  attachError 3 *VolumeError
  detachError 4 *VolumeError
VolumeAttributesClass kind
  metadata 1 ObjectMeta
  driverName 2 string always required
  parameters 3 {}string
VolumeError
  time 1 Time
  message 2 string
  errorCode 3 *int32
VolumeNodeResources
  count 1 *int32
`,
};

/** What is known of the group, and not served. */
export const storageUnserved: readonly TypeText[] = [
  {
    groupVersion: "storage/v1beta1",
    like: ["storage/v1"],
    text: `
CSIDriverSpec like
  volumeLifecycleModes 3 []string atomic
`,
  },
  {
    groupVersion: "storage/v1alpha1",
    like: ["storage/v1beta1"],
    text: `
- CSIDriver CSIDriverSpec CSINode CSINodeDriver CSINodeSpec StorageClass TokenRequest VolumeNodeResources
`,
  },
];
