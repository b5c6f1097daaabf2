import type { TypeText } from "../schema/sources.ts";

/** The types of resource/v1, in the notation that schema/notation.ts reads. */
export const resourceTypes = {
  groupVersion: "resource/v1",
  text: `
AllocatedDeviceStatus
  driver 1 string always required
  pool 2 string always required
  device 3 string always required
  shareID 7 *string
  conditions 4 []Condition always map(type)
  data 5 *Raw
  networkData 6 *NetworkDeviceData
AllocationResult
  devices 1 DeviceAllocationResult
  nodeSelector 3 *core/v1.NodeSelector
  allocationTimestamp 5 *Time
CELDeviceSelector
  expression 1 string always required
CapacityRequestPolicy
  default 1 *Quantity always
  validValues 3 []Quantity atomic
  validRange 4 *CapacityRequestPolicyRange
CapacityRequestPolicyRange
  min 1 *Quantity required
  max 2 *Quantity
  step 3 *Quantity
CapacityRequirements
  requests 1 {}Quantity
Counter
  value 1 Quantity always required
CounterSet
  name 1 string always required
  counters 2 {}Counter required
Device
  name 1 string always required
  attributes 2 {}DeviceAttribute
  capacity 3 {}DeviceCapacity
  consumesCounters 4 []DeviceCounterConsumption atomic
  nodeName 5 *string
  nodeSelector 6 *core/v1.NodeSelector
  allNodes 7 *bool
  taints 8 []DeviceTaint atomic
  bindsToNode 9 *bool
  bindingConditions 10 []string atomic
  bindingFailureConditions 11 []string atomic
  allowMultipleAllocations 12 *bool
  nodeAllocatableResourceMappings 13 {}NodeAllocatableResourceMapping
DeviceAllocationConfiguration
  source 1 string always enum(FromClaim,FromClass) required
  requests 2 []string atomic
  deviceConfiguration 3 DeviceConfiguration inline
DeviceAllocationResult
  results 1 []DeviceRequestAllocationResult atomic
  config 2 []DeviceAllocationConfiguration atomic
DeviceAttribute
  int 2 *int64
  bool 3 *bool
  string 4 *string
  version 5 *string
  ints 6 []int64 atomic
  bools 7 []bool atomic
  strings 8 []string atomic
  versions 9 []string atomic
DeviceCapacity
  value 1 Quantity always required
  requestPolicy 2 *CapacityRequestPolicy
DeviceClaim
  requests 1 []DeviceRequest always atomic
  constraints 2 []DeviceConstraint atomic
  config 3 []DeviceClaimConfiguration atomic
DeviceClaimConfiguration
  requests 1 []string atomic
  deviceConfiguration 2 DeviceConfiguration inline
DeviceClass kind
  metadata 1 ObjectMeta
  spec 2 DeviceClassSpec always required
DeviceClassConfiguration
  deviceConfiguration 1 DeviceConfiguration inline
DeviceClassSpec
  selectors 1 []DeviceSelector atomic
  config 2 []DeviceClassConfiguration atomic
  extendedResourceName 4 *string
DeviceConfiguration
  opaque 1 *OpaqueDeviceConfiguration
DeviceConstraint
  requests 1 []string atomic
  matchAttribute 2 *string
  distinctAttribute 3 *string
DeviceCounterConsumption
  counterSet 1 string always required
  counters 2 {}Counter required
DeviceRequest
  name 1 string always required
  exactly 2 *ExactDeviceRequest
  firstAvailable 3 []DeviceSubRequest atomic
DeviceRequestAllocationResult
  request 1 string always required
  driver 2 string always required
  pool 3 string always required
  device 4 string always required
  adminAccess 5 *bool
  tolerations 6 []DeviceToleration atomic
  bindingConditions 7 []string atomic
  bindingFailureConditions 8 []string atomic
  shareID 9 *string
  consumedCapacity 10 {}Quantity
DeviceSelector
  cel 1 *CELDeviceSelector
DeviceSubRequest
  name 1 string always required
  deviceClassName 2 string always required
  selectors 3 []DeviceSelector atomic
  allocationMode 4 string enum(All,ExactCount)
  count 5 int64
  tolerations 6 []DeviceToleration atomic
  capacity 7 *CapacityRequirements
DeviceTaint
  key 1 string always required
  value 2 string
  effect 3 string always enum(NoExecute,NoSchedule,None) required
  timeAdded 4 *Time
DeviceToleration
  key 1 string
  operator 2 string enum(Equal,Exists) default="Equal"
  value 3 string
  effect 4 string enum(NoExecute,NoSchedule,None)
  tolerationSeconds 5 *int64
ExactDeviceRequest
  deviceClassName 1 string always required
  selectors 2 []DeviceSelector atomic
  allocationMode 3 string enum(All,ExactCount)
  count 4 int64
  adminAccess 5 *bool
  tolerations 6 []DeviceToleration atomic
  capacity 7 *CapacityRequirements
NetworkDeviceData
  interfaceName 1 string
  ips 2 []string atomic
  hardwareAddress 3 string
NodeAllocatableResourceMapping
  capacityKey 1 *string
  allocationMultiplier 2 *Quantity
OpaqueDeviceConfiguration
  driver 1 string always required
  parameters 2 Raw always required
ResourceClaim kind
  metadata 1 ObjectMeta
  spec 2 ResourceClaimSpec always required
  status 3 ResourceClaimStatus
ResourceClaimConsumerReference
  apiGroup 1 string
  resource 3 string always required
  name 4 string always required
  uid 5 string always required
ResourceClaimSpec
  devices 1 DeviceClaim always
ResourceClaimStatus
  allocation 1 *AllocationResult
  reservedFor 2 []ResourceClaimConsumerReference map(uid) merge(uid)
  devices 4 []AllocatedDeviceStatus map(driver,device,pool,shareID)
ResourceClaimTemplate kind
  metadata 1 ObjectMeta
  spec 2 ResourceClaimTemplateSpec always required
ResourceClaimTemplateSpec
  metadata 1 ObjectMeta
  spec 2 ResourceClaimSpec always required
ResourcePool
  name 1 string always required
  generation 2 int64 always required
  resourceSliceCount 3 int64 always required
ResourceSlice kind
  metadata 1 ObjectMeta
  spec 2 ResourceSliceSpec always required
ResourceSliceSpec
  driver 1 string always required
  pool 2 ResourcePool always required
  nodeName 3 *string
  nodeSelector 4 *core/v1.NodeSelector
  allNodes 5 *bool
  devices 6 []Device atomic
  perDeviceNodeSelection 7 *bool
  sharedCounters 8 []CounterSet atomic
`,
};

/** What is known of the group, and not served. */
export const resourceUnserved: readonly TypeText[] = [
  {
    groupVersion: "resource/v1beta2",
    like: ["resource/v1"],
    text: `
DeviceTaintRule kind
  metadata 1 ObjectMeta
  spec 2 DeviceTaintRuleSpec always required
  status 3 DeviceTaintRuleStatus
DeviceTaintRuleSpec
  deviceSelector 1 *DeviceTaintSelector
  taint 2 DeviceTaint required
DeviceTaintRuleStatus
  conditions 1 []Condition map(type) merge(type)
DeviceTaintSelector
  driver 2 *string
  pool 3 *string
  device 4 *string
`,
  },
  {
    groupVersion: "resource/v1beta1",
    like: ["resource/v1beta2"],
    text: `
- DeviceTaintRule DeviceTaintRuleSpec DeviceTaintRuleStatus DeviceTaintSelector ExactDeviceRequest
BasicDevice
  attributes 1 {}DeviceAttribute
  capacity 2 {}DeviceCapacity
  consumesCounters 3 []DeviceCounterConsumption atomic
  nodeName 4 *string
  nodeSelector 5 *core/v1.NodeSelector
  allNodes 6 *bool
  taints 7 []DeviceTaint atomic
  bindsToNode 8 *bool
  bindingConditions 9 []string atomic
  bindingFailureConditions 10 []string atomic
  allowMultipleAllocations 11 *bool
  nodeAllocatableResourceMappings 12 {}NodeAllocatableResourceMapping
Device
  name 1 string always required
  basic 2 *BasicDevice
DeviceRequest
  name 1 string always required
  deviceClassName 2 string always
  selectors 3 []DeviceSelector atomic
  allocationMode 4 string enum(All,ExactCount)
  count 5 int64
  adminAccess 6 *bool
  firstAvailable 7 []DeviceSubRequest atomic
  tolerations 8 []DeviceToleration atomic
  capacity 9 *CapacityRequirements
DeviceSubRequest like
  tolerations 7 []DeviceToleration atomic
  capacity 8 *CapacityRequirements
ResourceSliceSpec like
  nodeName 3 string
  allNodes 5 bool
`,
  },
  {
    groupVersion: "resource/v1alpha3",
    text: `
CELDeviceSelector like resource/v1beta2
DeviceSelector like resource/v1beta2
DeviceTaint like resource/v1beta2
DeviceTaintRule like resource/v1beta2
DeviceTaintRuleSpec like resource/v1beta2
DeviceTaintRuleStatus like resource/v1beta2
DeviceTaintSelector like resource/v1beta2
PoolStatus
  driver 1 string required
  poolName 2 string required
  generation 9 int64 always required
  resourceSliceCount 8 *int32
  totalDevices 4 *int32
  allocatedDevices 5 *int32
  availableDevices 6 *int32
  unavailableDevices 7 *int32
  nodeName 3 *string
  validationError 10 *string
ResourcePoolStatusRequest kind
  metadata 1 ObjectMeta required
  spec 2 ResourcePoolStatusRequestSpec always required
  status 3 *ResourcePoolStatusRequestStatus
ResourcePoolStatusRequestSpec
  driver 1 string always required
  poolName 2 *string
  limit 3 *int32 default=100
ResourcePoolStatusRequestStatus
  poolCount 6 *int32 required
  pools 2 []PoolStatus atomic
  conditions 3 []Condition map(type) merge(type)
`,
  },
];
