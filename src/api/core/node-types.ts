/** The types of core/v1 (node), in the notation that schema/notation.ts reads. */
export const coreNodeTypes = {
  groupVersion: "core/v1",
  text: `
AttachedVolume
  name 1 string always required
  devicePath 2 string always required
ConfigMapNodeConfigSource
  namespace 1 string always required
  name 2 string always required
  uid 3 string
  resourceVersion 4 string
  kubeletConfigKey 5 string always required
ContainerImage
  names 1 []string always atomic
  sizeBytes 2 int64
DaemonEndpoint
  Port 1 int32 always required
Node kind
  metadata 1 ObjectMeta
  spec 2 NodeSpec
  status 3 NodeStatus
NodeAddress
  type 1 string always required
  address 2 string always required
NodeCondition
  type 1 string always required
  status 2 string always required
  lastHeartbeatTime 3 Time
  lastTransitionTime 4 Time
  reason 5 string
  message 6 string
NodeConfigSource
  configMap 2 *ConfigMapNodeConfigSource
NodeConfigStatus
  assigned 1 *NodeConfigSource
  active 2 *NodeConfigSource
  lastKnownGood 3 *NodeConfigSource
  error 4 string
NodeDaemonEndpoints
  kubeletEndpoint 1 DaemonEndpoint
NodeFeatures
  supplementalGroupsPolicy 1 *bool
NodeProxyOptions kind
  path 1 string
NodeRuntimeHandler
  name 1 string always
  features 2 *NodeRuntimeHandlerFeatures
NodeRuntimeHandlerFeatures
  recursiveReadOnlyMounts 1 *bool
  userNamespaces 2 *bool
NodeSpec
  podCIDR 1 string
  podCIDRs 7 []string set merge
  providerID 3 string
  unschedulable 4 bool
  taints 5 []Taint atomic
  configSource 6 *NodeConfigSource
  externalID 2 string
NodeStatus
  capacity 1 {}Quantity
  allocatable 2 {}Quantity
  phase 3 string enum(Pending,Running,Terminated)
  conditions 4 []NodeCondition map(type) merge(type)
  addresses 5 []NodeAddress map(type) merge(type)
  daemonEndpoints 6 NodeDaemonEndpoints
  nodeInfo 7 NodeSystemInfo
  images 8 []ContainerImage atomic
  volumesInUse 9 []string atomic
  volumesAttached 10 []AttachedVolume atomic
  config 11 *NodeConfigStatus
  runtimeHandlers 12 []NodeRuntimeHandler atomic
  features 13 *NodeFeatures
  declaredFeatures 14 []string atomic
NodeSwapStatus
  capacity 1 *int64
NodeSystemInfo
  machineID 1 string always required
  systemUUID 2 string always required
  bootID 3 string always required
  kernelVersion 4 string always required
  osImage 5 string always required
  containerRuntimeVersion 6 string always required
  kubeletVersion 7 string always required
  kubeProxyVersion 8 string always required
  operatingSystem 9 string always required
  architecture 10 string always required
  swap 11 *NodeSwapStatus
Taint
  key 1 string always required
  value 2 string
  effect 3 string always enum(NoExecute,NoSchedule,PreferNoSchedule) required
  timeAdded 4 *Time
`,
};
