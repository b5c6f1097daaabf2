/** The types of core/v1 (storage), in the notation that schema/notation.ts reads. */
export const coreStorageTypes = {
  groupVersion: "core/v1",
  text: `
AzureFilePersistentVolumeSource
  secretName 1 string always required
  shareName 2 string always required
  readOnly 3 bool
  secretNamespace 4 *string always
CSIPersistentVolumeSource
  driver 1 string always required
  volumeHandle 2 string always required
  readOnly 3 bool
  fsType 4 string
  volumeAttributes 5 {}string
  controllerPublishSecretRef 6 *SecretReference
  nodeStageSecretRef 7 *SecretReference
  nodePublishSecretRef 8 *SecretReference
  controllerExpandSecretRef 9 *SecretReference
  nodeExpandSecretRef 10 *SecretReference
CephFSPersistentVolumeSource
  monitors 1 []string always atomic required
  path 2 string
  user 3 string
  secretFile 4 string
  secretRef 5 *SecretReference
  readOnly 6 bool
CinderPersistentVolumeSource
  volumeID 1 string always required
  fsType 2 string
  readOnly 3 bool
  secretRef 4 *SecretReference
FlexPersistentVolumeSource
  driver 1 string always required
  fsType 2 string
  secretRef 3 *SecretReference
  readOnly 4 bool
  options 5 {}string
GlusterfsPersistentVolumeSource
  endpoints 1 string always required
  path 2 string always required
  readOnly 3 bool
  endpointsNamespace 4 *string
ISCSIPersistentVolumeSource
  targetPortal 1 string always required
  iqn 2 string always required
  lun 3 int32 always required
  iscsiInterface 4 string default="default"
  fsType 5 string
  readOnly 6 bool
  portals 7 []string atomic
  chapAuthDiscovery 8 bool
  chapAuthSession 11 bool
  secretRef 10 *SecretReference
  initiatorName 12 *string
LocalVolumeSource
  path 1 string always required
  fsType 2 *string
ModifyVolumeStatus
  targetVolumeAttributesClassName 1 string
  status 2 string always enum(InProgress,Infeasible,Pending) required
PersistentVolume kind
  metadata 1 ObjectMeta
  spec 2 PersistentVolumeSpec
  status 3 PersistentVolumeStatus
PersistentVolumeClaim kind
  metadata 1 ObjectMeta
  spec 2 PersistentVolumeClaimSpec
  status 3 PersistentVolumeClaimStatus
PersistentVolumeClaimCondition
  type 1 string always required
  status 2 string always required
  lastProbeTime 3 Time
  lastTransitionTime 4 Time
  reason 5 string
  message 6 string
PersistentVolumeClaimSpec
  accessModes 1 []string atomic enum(ReadOnlyMany,ReadWriteMany,ReadWriteOnce,ReadWriteOncePod)
  selector 4 *LabelSelector
  resources 2 VolumeResourceRequirements
  volumeName 3 string
  storageClassName 5 *string
  volumeMode 6 *string enum(Block,Filesystem)
  dataSource 7 *TypedLocalObjectReference
  dataSourceRef 8 *TypedObjectReference
  volumeAttributesClassName 9 *string
PersistentVolumeClaimStatus
  phase 1 string enum(Bound,Lost,Pending)
  accessModes 2 []string atomic enum(ReadOnlyMany,ReadWriteMany,ReadWriteOnce,ReadWriteOncePod)
  capacity 3 {}Quantity
  conditions 4 []PersistentVolumeClaimCondition map(type) merge(type)
  allocatedResources 5 {}Quantity
  allocatedResourceStatuses 7 {}string granular
  currentVolumeAttributesClassName 8 *string
  modifyVolumeStatus 9 *ModifyVolumeStatus
PersistentVolumeSource
  gcePersistentDisk 1 *GCEPersistentDiskVolumeSource
  awsElasticBlockStore 2 *AWSElasticBlockStoreVolumeSource
  hostPath 3 *HostPathVolumeSource
  glusterfs 4 *GlusterfsPersistentVolumeSource
  nfs 5 *NFSVolumeSource
  rbd 6 *RBDPersistentVolumeSource
  iscsi 7 *ISCSIPersistentVolumeSource
  cinder 8 *CinderPersistentVolumeSource
  cephfs 9 *CephFSPersistentVolumeSource
  fc 10 *FCVolumeSource
  flocker 11 *FlockerVolumeSource
  flexVolume 12 *FlexPersistentVolumeSource
  azureFile 13 *AzureFilePersistentVolumeSource
  vsphereVolume 14 *VsphereVirtualDiskVolumeSource
  quobyte 15 *QuobyteVolumeSource
  azureDisk 16 *AzureDiskVolumeSource
  photonPersistentDisk 17 *PhotonPersistentDiskVolumeSource
  portworxVolume 18 *PortworxVolumeSource
  scaleIO 19 *ScaleIOPersistentVolumeSource
  local 20 *LocalVolumeSource
  storageos 21 *StorageOSPersistentVolumeSource
  csi 22 *CSIPersistentVolumeSource
PersistentVolumeSpec
  capacity 1 {}Quantity
  persistentVolumeSource 2 PersistentVolumeSource inline
  accessModes 3 []string atomic enum(ReadOnlyMany,ReadWriteMany,ReadWriteOnce,ReadWriteOncePod)
  claimRef 4 *ObjectReference granular
  persistentVolumeReclaimPolicy 5 string enum(Delete,Recycle,Retain)
  storageClassName 6 string
  mountOptions 7 []string atomic
  volumeMode 8 *string enum(Block,Filesystem)
  nodeAffinity 9 *VolumeNodeAffinity
  volumeAttributesClassName 10 *string
PersistentVolumeStatus
  phase 1 string enum(Available,Bound,Failed,Pending,Released)
  message 2 string
  reason 3 string
  lastPhaseTransitionTime 4 *Time
RBDPersistentVolumeSource
  monitors 1 []string always atomic required
  image 2 string always required
  fsType 3 string
  pool 4 string default="rbd"
  user 5 string default="admin"
  keyring 6 string default="/etc/ceph/keyring"
  secretRef 7 *SecretReference
  readOnly 8 bool
ScaleIOPersistentVolumeSource
  gateway 1 string always required
  system 2 string always required
  secretRef 3 *SecretReference always required
  sslEnabled 4 bool
  protectionDomain 5 string
  storagePool 6 string
  storageMode 7 string default="ThinProvisioned"
  volumeName 8 string
  fsType 9 string default="xfs"
  readOnly 10 bool
StorageOSPersistentVolumeSource
  volumeName 1 string
  volumeNamespace 2 string
  fsType 3 string
  readOnly 4 bool
  secretRef 5 *ObjectReference
VolumeNodeAffinity
  required 1 *NodeSelector
VolumeResourceRequirements
  limits 1 {}Quantity
  requests 2 {}Quantity
`,
};
