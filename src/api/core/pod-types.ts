/** The types of core/v1 (pod), in the notation that schema/notation.ts reads. */
export const corePodTypes = {
  groupVersion: "core/v1",
  text: `
Affinity
  nodeAffinity 1 *NodeAffinity
  podAffinity 2 *PodAffinity
  podAntiAffinity 3 *PodAntiAffinity
Binding kind
  metadata 1 ObjectMeta
  target 2 ObjectReference always required
ContainerExtendedResourceRequest
  containerName 1 string always required
  resourceName 2 string always required
  requestName 3 string always required
ContainerState
  waiting 1 *ContainerStateWaiting
  running 2 *ContainerStateRunning
  terminated 3 *ContainerStateTerminated
ContainerStateRunning
  startedAt 1 Time
ContainerStateTerminated
  exitCode 1 int32 always required
  signal 2 int32
  reason 3 string
  message 4 string
  startedAt 5 Time
  finishedAt 6 Time
  containerID 7 string
ContainerStateWaiting
  reason 1 string
  message 2 string
ContainerStatus
  name 1 string always required
  state 2 ContainerState
  lastState 3 ContainerState
  ready 4 bool always required
  restartCount 5 int32 always required
  image 6 string always required
  imageID 7 string always required
  containerID 8 string
  started 9 *bool
  allocatedResources 10 {}Quantity
  resources 11 *ResourceRequirements
  volumeMounts 12 []VolumeMountStatus map(mountPath) merge(mountPath)
  user 13 *ContainerUser
  allocatedResourcesStatus 14 []ResourceStatus map(name) merge(name)
  stopSignal 15 *string enum(SIGABRT,SIGALRM,SIGBUS,SIGCHLD,SIGCLD,SIGCONT,SIGFPE,SIGHUP,SIGILL,SIGINT,SIGIO,SIGIOT,SIGKILL,SIGPIPE,SIGPOLL,SIGPROF,SIGPWR,SIGQUIT,SIGRTMAX,SIGRTMAX-1,SIGRTMAX-10,SIGRTMAX-11,SIGRTMAX-12,SIGRTMAX-13,SIGRTMAX-14,SIGRTMAX-2,SIGRTMAX-3,SIGRTMAX-4,SIGRTMAX-5,SIGRTMAX-6,SIGRTMAX-7,SIGRTMAX-8,SIGRTMAX-9,SIGRTMIN,SIGRTMIN+1,SIGRTMIN+10,SIGRTMIN+11,SIGRTMIN+12,SIGRTMIN+13,SIGRTMIN+14,SIGRTMIN+15,SIGRTMIN+2,SIGRTMIN+3,SIGRTMIN+4,SIGRTMIN+5,SIGRTMIN+6,SIGRTMIN+7,SIGRTMIN+8,SIGRTMIN+9,SIGSEGV,SIGSTKFLT,SIGSTOP,SIGSYS,SIGTERM,SIGTRAP,SIGTSTP,SIGTTIN,SIGTTOU,SIGURG,SIGUSR1,SIGUSR2,SIGVTALRM,SIGWINCH,SIGXCPU,SIGXFSZ)
ContainerUser
  linux 1 *LinuxContainerUser
HostAlias
  ip 1 string always required
  hostnames 2 []string atomic
HostIP
  ip 1 string always required
ImageVolumeStatus
  imageRef 1 string required
LinuxContainerUser
  uid 1 int64 always required
  gid 2 int64 always required
  supplementalGroups 3 []int64 atomic
NodeAffinity
  requiredDuringSchedulingIgnoredDuringExecution 1 *NodeSelector
  preferredDuringSchedulingIgnoredDuringExecution 2 []PreferredSchedulingTerm atomic
NodeAllocatableResourceClaimStatus
  resourceClaimName 1 string always required
  containers 2 []string set
  resources 3 {}Quantity always required
Pod kind
  metadata 1 ObjectMeta
  spec 2 PodSpec
  status 3 PodStatus
PodAffinity
  requiredDuringSchedulingIgnoredDuringExecution 1 []PodAffinityTerm atomic
  preferredDuringSchedulingIgnoredDuringExecution 2 []WeightedPodAffinityTerm atomic
PodAffinityTerm
  labelSelector 1 *LabelSelector
  namespaces 2 []string atomic
  topologyKey 3 string always required
  namespaceSelector 4 *LabelSelector
  matchLabelKeys 5 []string atomic
  mismatchLabelKeys 6 []string atomic
PodAntiAffinity
  requiredDuringSchedulingIgnoredDuringExecution 1 []PodAffinityTerm atomic
  preferredDuringSchedulingIgnoredDuringExecution 2 []WeightedPodAffinityTerm atomic
PodAttachOptions kind
  stdin 1 bool
  stdout 2 bool
  stderr 3 bool
  tty 4 bool
  container 5 string
PodCondition
  type 1 string always required
  observedGeneration 7 int64
  status 2 string always required
  lastProbeTime 3 Time
  lastTransitionTime 4 Time
  reason 5 string
  message 6 string
PodDNSConfig
  nameservers 1 []string atomic
  searches 2 []string atomic
  options 3 []PodDNSConfigOption atomic
PodDNSConfigOption
  name 1 string
  value 2 *string
PodExecOptions kind
  stdin 1 bool
  stdout 2 bool
  stderr 3 bool
  tty 4 bool
  container 5 string
  command 6 []string always
PodExtendedResourceClaimStatus
  requestMappings 1 []ContainerExtendedResourceRequest always atomic required
  resourceClaimName 2 string always required
PodIP
  ip 1 string always required
PodLogOptions kind
  container 1 string
  follow 2 bool
  previous 3 bool
  sinceSeconds 4 *int64
  sinceTime 5 *Time
  timestamps 6 bool
  tailLines 7 *int64
  limitBytes 8 *int64
  insecureSkipTLSVerifyBackend 9 bool
  stream 10 *string
PodOS
  name 1 string always required
PodPortForwardOptions kind
  ports 1 []int32
PodProxyOptions kind
  path 1 string
PodReadinessGate
  conditionType 1 string always required
PodResourceClaim
  name 1 string always required
  resourceClaimName 3 *string
  resourceClaimTemplateName 4 *string
PodResourceClaimStatus
  name 1 string always required
  resourceClaimName 2 *string
PodSchedulingGate
  name 1 string always required
PodSchedulingGroup
  podGroupName 1 *string
PodSecurityContext
  seLinuxOptions 1 *SELinuxOptions
  windowsOptions 8 *WindowsSecurityContextOptions
  runAsUser 2 *int64
  runAsGroup 6 *int64
  runAsNonRoot 3 *bool
  supplementalGroups 4 []int64 atomic
  supplementalGroupsPolicy 12 *string enum(Merge,Strict)
  fsGroup 5 *int64
  sysctls 7 []Sysctl atomic
  fsGroupChangePolicy 9 *string enum(Always,OnRootMismatch)
  seccompProfile 10 *SeccompProfile
  appArmorProfile 11 *AppArmorProfile
  seLinuxChangePolicy 13 *string
PodSpec
  volumes 1 []Volume map(name) merge(name) retainKeys
  initContainers 20 []Container map(name) merge(name)
  containers 2 []Container always map(name) merge(name) required
  ephemeralContainers 34 []EphemeralContainer map(name) merge(name)
  restartPolicy 3 string enum(Always,Never,OnFailure)
  terminationGracePeriodSeconds 4 *int64
  activeDeadlineSeconds 5 *int64
  dnsPolicy 6 string enum(ClusterFirst,ClusterFirstWithHostNet,Default,None)
  nodeSelector 7 {}string atomic
  serviceAccountName 8 string
  serviceAccount 9 string
  automountServiceAccountToken 21 *bool
  nodeName 10 string
  hostNetwork 11 bool
  hostPID 12 bool
  hostIPC 13 bool
  shareProcessNamespace 27 *bool
  securityContext 14 *PodSecurityContext
  imagePullSecrets 15 []LocalObjectReference map(name) merge(name)
  hostname 16 string
  subdomain 17 string
  affinity 18 *Affinity
  schedulerName 19 string
  tolerations 22 []Toleration atomic
  hostAliases 23 []HostAlias map(ip) merge(ip)
  priorityClassName 24 string
  priority 25 *int32
  dnsConfig 26 *PodDNSConfig
  readinessGates 28 []PodReadinessGate atomic
  runtimeClassName 29 *string
  enableServiceLinks 30 *bool
  preemptionPolicy 31 *string enum(Never,PreemptLowerPriority)
  overhead 32 {}Quantity
  topologySpreadConstraints 33 []TopologySpreadConstraint map(topologyKey,whenUnsatisfiable) merge(topologyKey)
  setHostnameAsFQDN 35 *bool
  os 36 *PodOS
  hostUsers 37 *bool
  schedulingGates 38 []PodSchedulingGate map(name) merge(name)
  resourceClaims 39 []PodResourceClaim map(name) merge(name) retainKeys
  resources 40 *ResourceRequirements
  hostnameOverride 41 *string
  schedulingGroup 43 *PodSchedulingGroup
PodStatus
  observedGeneration 17 int64
  phase 1 string enum(Failed,Pending,Running,Succeeded,Unknown)
  conditions 2 []PodCondition map(type) merge(type)
  message 3 string
  reason 4 string
  nominatedNodeName 11 string
  hostIP 5 string
  hostIPs 16 []HostIP atomic merge(ip)
  podIP 6 string
  podIPs 12 []PodIP map(ip) merge(ip)
  startTime 7 *Time
  initContainerStatuses 10 []ContainerStatus atomic
  containerStatuses 8 []ContainerStatus atomic
  qosClass 9 string enum(BestEffort,Burstable,Guaranteed)
  ephemeralContainerStatuses 13 []ContainerStatus atomic
  resize 14 string
  resourceClaimStatuses 15 []PodResourceClaimStatus map(name) merge(name) retainKeys
  extendedResourceClaimStatus 18 *PodExtendedResourceClaimStatus
  allocatedResources 19 {}Quantity
  resources 20 *ResourceRequirements
  nodeAllocatableResourceClaimStatuses 21 []NodeAllocatableResourceClaimStatus atomic
PodTemplate kind
  metadata 1 ObjectMeta
  template 2 PodTemplateSpec
PodTemplateSpec
  metadata 1 ObjectMeta
  spec 2 PodSpec
PreferredSchedulingTerm
  weight 1 int32 always required
  preference 2 NodeSelectorTerm always required
ResourceHealth
  resourceID 1 string always required
  health 2 string
  message 6 *string
ResourceStatus
  name 1 string always required
  resources 2 []ResourceHealth map(resourceID)
Sysctl
  name 1 string always required
  value 2 string always required
Toleration
  key 1 string
  operator 2 string enum(Equal,Exists,Gt,Lt)
  value 3 string
  effect 4 string enum(NoExecute,NoSchedule,PreferNoSchedule)
  tolerationSeconds 5 *int64
TopologySpreadConstraint
  maxSkew 1 int32 always required
  topologyKey 2 string always required
  whenUnsatisfiable 3 string always enum(DoNotSchedule,ScheduleAnyway) required
  labelSelector 4 *LabelSelector
  minDomains 5 *int32
  nodeAffinityPolicy 6 *string enum(Honor,Ignore)
  nodeTaintsPolicy 7 *string enum(Honor,Ignore)
  matchLabelKeys 8 []string atomic
VolumeMountStatus
  name 1 string always required
  mountPath 2 string always required
  readOnly 3 bool
  recursiveReadOnly 4 *string
  volumeStatus 5 *VolumeStatus
VolumeStatus
  image 1 *ImageVolumeStatus
WeightedPodAffinityTerm
  weight 1 int32 always required
  podAffinityTerm 2 PodAffinityTerm always required
`,
};
