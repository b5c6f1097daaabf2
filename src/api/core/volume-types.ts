/** The types of core/v1 (volume), in the notation that schema/notation.ts reads. */
export const coreVolumeTypes = {
  groupVersion: "core/v1",
  text: `
AWSElasticBlockStoreVolumeSource
  volumeID 1 string always required
  fsType 2 string
  partition 3 int32
  readOnly 4 bool
AzureDiskVolumeSource
  diskName 1 string always required
  diskURI 2 string always required
  cachingMode 3 *string enum(None,ReadOnly,ReadWrite) default="ReadWrite"
  fsType 4 *string default="ext4"
  readOnly 5 *bool default=false
  kind 6 *string enum(Dedicated,Managed,Shared) default="Shared"
AzureFileVolumeSource
  secretName 1 string always required
  shareName 2 string always required
  readOnly 3 bool
CSIVolumeSource
  driver 1 string always required
  readOnly 2 *bool
  fsType 3 *string
  volumeAttributes 4 {}string
  nodePublishSecretRef 5 *LocalObjectReference
CephFSVolumeSource
  monitors 1 []string always atomic required
  path 2 string
  user 3 string
  secretFile 4 string
  secretRef 5 *LocalObjectReference
  readOnly 6 bool
CinderVolumeSource
  volumeID 1 string always required
  fsType 2 string
  readOnly 3 bool
  secretRef 4 *LocalObjectReference
ClusterTrustBundleProjection
  name 1 *string
  signerName 2 *string
  labelSelector 3 *LabelSelector
  optional 5 *bool
  path 4 string always required
ConfigMapProjection
  localObjectReference 1 LocalObjectReference inline
  items 2 []KeyToPath atomic
  optional 4 *bool
ConfigMapVolumeSource
  localObjectReference 1 LocalObjectReference inline
  items 2 []KeyToPath atomic
  defaultMode 3 *int32
  optional 4 *bool
DownwardAPIProjection
  items 1 []DownwardAPIVolumeFile atomic
DownwardAPIVolumeFile
  path 1 string always required
  fieldRef 2 *ObjectFieldSelector
  resourceFieldRef 3 *ResourceFieldSelector
  mode 4 *int32
DownwardAPIVolumeSource
  items 1 []DownwardAPIVolumeFile atomic
  defaultMode 2 *int32
EmptyDirVolumeSource
  medium 1 string
  sizeLimit 2 *Quantity
EphemeralVolumeSource
  volumeClaimTemplate 1 *PersistentVolumeClaimTemplate
FCVolumeSource
  targetWWNs 1 []string atomic
  lun 2 *int32
  fsType 3 string
  readOnly 4 bool
  wwids 5 []string atomic
FlexVolumeSource
  driver 1 string always required
  fsType 2 string
  secretRef 3 *LocalObjectReference
  readOnly 4 bool
  options 5 {}string
FlockerVolumeSource
  datasetName 1 string
  datasetUUID 2 string
GCEPersistentDiskVolumeSource
  pdName 1 string always required
  fsType 2 string
  partition 3 int32
  readOnly 4 bool
GitRepoVolumeSource
  repository 1 string always required
  revision 2 string
  directory 3 string
GlusterfsVolumeSource
  endpoints 1 string always required
  path 2 string always required
  readOnly 3 bool
HostPathVolumeSource
  path 1 string always required
  type 2 *string enum(,BlockDevice,CharDevice,Directory,DirectoryOrCreate,File,FileOrCreate,Socket)
ISCSIVolumeSource
  targetPortal 1 string always required
  iqn 2 string always required
  lun 3 int32 always required
  iscsiInterface 4 string default="default"
  fsType 5 string
  readOnly 6 bool
  portals 7 []string atomic
  chapAuthDiscovery 8 bool
  chapAuthSession 11 bool
  secretRef 10 *LocalObjectReference
  initiatorName 12 *string
ImageVolumeSource
  reference 1 string
  pullPolicy 2 string enum(Always,IfNotPresent,Never)
KeyToPath
  key 1 string always required
  path 2 string always required
  mode 3 *int32
NFSVolumeSource
  server 1 string always required
  path 2 string always required
  readOnly 3 bool
ObjectFieldSelector atomic
  apiVersion 1 string
  fieldPath 2 string always required
PersistentVolumeClaimTemplate
  metadata 1 ObjectMeta
  spec 2 PersistentVolumeClaimSpec always required
PersistentVolumeClaimVolumeSource
  claimName 1 string always required
  readOnly 2 bool
PhotonPersistentDiskVolumeSource
  pdID 1 string always required
  fsType 2 string
PodCertificateProjection
  signerName 1 string required
  keyType 2 string required
  maxExpirationSeconds 3 *int32
  credentialBundlePath 4 string
  keyPath 5 string
  certificateChainPath 6 string
  userAnnotations 7 {}string
PortworxVolumeSource
  volumeID 1 string always required
  fsType 2 string
  readOnly 3 bool
ProjectedVolumeSource
  sources 1 []VolumeProjection always atomic
  defaultMode 2 *int32
QuobyteVolumeSource
  registry 1 string always required
  volume 2 string always required
  readOnly 3 bool
  user 4 string
  group 5 string
  tenant 6 string
RBDVolumeSource
  monitors 1 []string always atomic required
  image 2 string always required
  fsType 3 string
  pool 4 string default="rbd"
  user 5 string default="admin"
  keyring 6 string default="/etc/ceph/keyring"
  secretRef 7 *LocalObjectReference
  readOnly 8 bool
ResourceFieldSelector atomic
  containerName 1 string
  resource 2 string always required
  divisor 3 Quantity
ScaleIOVolumeSource
  gateway 1 string always required
  system 2 string always required
  secretRef 3 *LocalObjectReference always required
  sslEnabled 4 bool
  protectionDomain 5 string
  storagePool 6 string
  storageMode 7 string default="ThinProvisioned"
  volumeName 8 string
  fsType 9 string default="xfs"
  readOnly 10 bool
SecretProjection
  localObjectReference 1 LocalObjectReference inline
  items 2 []KeyToPath atomic
  optional 4 *bool
SecretVolumeSource
  secretName 1 string
  items 2 []KeyToPath atomic
  defaultMode 3 *int32
  optional 4 *bool
ServiceAccountTokenProjection
  audience 1 string
  expirationSeconds 2 *int64
  path 3 string always required
StorageOSVolumeSource
  volumeName 1 string
  volumeNamespace 2 string
  fsType 3 string
  readOnly 4 bool
  secretRef 5 *LocalObjectReference
Volume
  name 1 string always required
  volumeSource 2 VolumeSource inline
VolumeProjection
  secret 1 *SecretProjection
  downwardAPI 2 *DownwardAPIProjection
  configMap 3 *ConfigMapProjection
  serviceAccountToken 4 *ServiceAccountTokenProjection
  clusterTrustBundle 5 *ClusterTrustBundleProjection
  podCertificate 6 *PodCertificateProjection
VolumeSource
  hostPath 1 *HostPathVolumeSource
  emptyDir 2 *EmptyDirVolumeSource
  gcePersistentDisk 3 *GCEPersistentDiskVolumeSource
  awsElasticBlockStore 4 *AWSElasticBlockStoreVolumeSource
  gitRepo 5 *GitRepoVolumeSource
  secret 6 *SecretVolumeSource
  nfs 7 *NFSVolumeSource
  iscsi 8 *ISCSIVolumeSource
  glusterfs 9 *GlusterfsVolumeSource
  persistentVolumeClaim 10 *PersistentVolumeClaimVolumeSource
  rbd 11 *RBDVolumeSource
  flexVolume 12 *FlexVolumeSource
  cinder 13 *CinderVolumeSource
  cephfs 14 *CephFSVolumeSource
  flocker 15 *FlockerVolumeSource
  downwardAPI 16 *DownwardAPIVolumeSource
  fc 17 *FCVolumeSource
  azureFile 18 *AzureFileVolumeSource
  configMap 19 *ConfigMapVolumeSource
  vsphereVolume 20 *VsphereVirtualDiskVolumeSource
  quobyte 21 *QuobyteVolumeSource
  azureDisk 22 *AzureDiskVolumeSource
  photonPersistentDisk 23 *PhotonPersistentDiskVolumeSource
  projected 26 *ProjectedVolumeSource
  portworxVolume 24 *PortworxVolumeSource
  scaleIO 25 *ScaleIOVolumeSource
  storageos 27 *StorageOSVolumeSource
  csi 28 *CSIVolumeSource
  ephemeral 29 *EphemeralVolumeSource
  image 30 *ImageVolumeSource
VsphereVirtualDiskVolumeSource
  volumePath 1 string always required
  fsType 2 string
  storagePolicyName 3 string
  storagePolicyID 4 string
`,
};
