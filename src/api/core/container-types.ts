/** The types of core/v1 (container), in the notation that schema/notation.ts reads. */
export const coreContainerTypes = {
  groupVersion: "core/v1",
  text: `
AppArmorProfile
  type 1 string always enum(Localhost,RuntimeDefault,Unconfined) required
  localhostProfile 2 *string
Capabilities
  add 1 []string atomic
  drop 2 []string atomic
ConfigMapEnvSource
  localObjectReference 1 LocalObjectReference inline
  optional 2 *bool
ConfigMapKeySelector atomic
  localObjectReference 1 LocalObjectReference inline
  key 2 string always required
  optional 3 *bool
Container
  name 1 string always required
  image 2 string
  command 3 []string atomic
  args 4 []string atomic
  workingDir 5 string
  ports 6 []ContainerPort map(containerPort,protocol) merge(containerPort)
  envFrom 19 []EnvFromSource atomic
  env 7 []EnvVar map(name) merge(name)
  resources 8 ResourceRequirements
  resizePolicy 23 []ContainerResizePolicy atomic
  restartPolicy 24 *string
  restartPolicyRules 25 []ContainerRestartRule atomic
  volumeMounts 9 []VolumeMount map(mountPath) merge(mountPath)
  volumeDevices 21 []VolumeDevice map(devicePath) merge(devicePath)
  livenessProbe 10 *Probe
  readinessProbe 11 *Probe
  startupProbe 22 *Probe
  lifecycle 12 *Lifecycle
  terminationMessagePath 13 string
  terminationMessagePolicy 20 string enum(FallbackToLogsOnError,File)
  imagePullPolicy 14 string enum(Always,IfNotPresent,Never)
  securityContext 15 *SecurityContext
  stdin 16 bool
  stdinOnce 17 bool
  tty 18 bool
ContainerPort
  name 1 string
  hostPort 2 int32
  containerPort 3 int32 always required
  protocol 4 string enum(SCTP,TCP,UDP) default="TCP"
  hostIP 5 string
ContainerResizePolicy
  resourceName 1 string always required
  restartPolicy 2 string always required
ContainerRestartRule
  action 1 string required
  exitCodes 2 *ContainerRestartRuleOnExitCodes
ContainerRestartRuleOnExitCodes
  operator 1 string required
  values 2 []int32 set
EnvFromSource
  prefix 1 string
  configMapRef 2 *ConfigMapEnvSource
  secretRef 3 *SecretEnvSource
EnvVar
  name 1 string always required
  value 2 string
  valueFrom 3 *EnvVarSource
EnvVarSource
  fieldRef 1 *ObjectFieldSelector
  resourceFieldRef 2 *ResourceFieldSelector
  configMapKeyRef 3 *ConfigMapKeySelector
  secretKeyRef 4 *SecretKeySelector
  fileKeyRef 5 *FileKeySelector
EphemeralContainer
  - 1 EphemeralContainerCommon inline
  targetContainerName 2 string
EphemeralContainerCommon
  name 1 string always required
  image 2 string
  command 3 []string atomic
  args 4 []string atomic
  workingDir 5 string
  ports 6 []ContainerPort map(containerPort,protocol) merge(containerPort)
  envFrom 19 []EnvFromSource atomic
  env 7 []EnvVar map(name) merge(name)
  resources 8 ResourceRequirements
  resizePolicy 23 []ContainerResizePolicy atomic
  restartPolicy 24 *string
  restartPolicyRules 25 []ContainerRestartRule atomic
  volumeMounts 9 []VolumeMount map(mountPath) merge(mountPath)
  volumeDevices 21 []VolumeDevice map(devicePath) merge(devicePath)
  livenessProbe 10 *Probe
  readinessProbe 11 *Probe
  startupProbe 22 *Probe
  lifecycle 12 *Lifecycle
  terminationMessagePath 13 string
  terminationMessagePolicy 20 string enum(FallbackToLogsOnError,File)
  imagePullPolicy 14 string enum(Always,IfNotPresent,Never)
  securityContext 15 *SecurityContext
  stdin 16 bool
  stdinOnce 17 bool
  tty 18 bool
ExecAction
  command 1 []string atomic
FileKeySelector atomic
  volumeName 1 string always required
  path 2 string always required
  key 3 string always required
  optional 4 *bool default=false
GRPCAction
  port 1 int32 always required
  service 2 *string always
HTTPGetAction
  path 1 string
  port 2 IntOrString always required
  host 3 string
  scheme 4 string enum(HTTP,HTTPS)
  httpHeaders 5 []HTTPHeader atomic
HTTPHeader
  name 1 string always required
  value 2 string always required
Lifecycle
  postStart 1 *LifecycleHandler
  preStop 2 *LifecycleHandler
  stopSignal 3 *string enum(SIGABRT,SIGALRM,SIGBUS,SIGCHLD,SIGCLD,SIGCONT,SIGFPE,SIGHUP,SIGILL,SIGINT,SIGIO,SIGIOT,SIGKILL,SIGPIPE,SIGPOLL,SIGPROF,SIGPWR,SIGQUIT,SIGRTMAX,SIGRTMAX-1,SIGRTMAX-10,SIGRTMAX-11,SIGRTMAX-12,SIGRTMAX-13,SIGRTMAX-14,SIGRTMAX-2,SIGRTMAX-3,SIGRTMAX-4,SIGRTMAX-5,SIGRTMAX-6,SIGRTMAX-7,SIGRTMAX-8,SIGRTMAX-9,SIGRTMIN,SIGRTMIN+1,SIGRTMIN+10,SIGRTMIN+11,SIGRTMIN+12,SIGRTMIN+13,SIGRTMIN+14,SIGRTMIN+15,SIGRTMIN+2,SIGRTMIN+3,SIGRTMIN+4,SIGRTMIN+5,SIGRTMIN+6,SIGRTMIN+7,SIGRTMIN+8,SIGRTMIN+9,SIGSEGV,SIGSTKFLT,SIGSTOP,SIGSYS,SIGTERM,SIGTRAP,SIGTSTP,SIGTTIN,SIGTTOU,SIGURG,SIGUSR1,SIGUSR2,SIGVTALRM,SIGWINCH,SIGXCPU,SIGXFSZ)
LifecycleHandler
  exec 1 *ExecAction
  httpGet 2 *HTTPGetAction
  tcpSocket 3 *TCPSocketAction
  sleep 4 *SleepAction
Probe
  handler 1 ProbeHandler inline
  initialDelaySeconds 2 int32
  timeoutSeconds 3 int32
  periodSeconds 4 int32
  successThreshold 5 int32
  failureThreshold 6 int32
  terminationGracePeriodSeconds 7 *int64
ProbeHandler
  exec 1 *ExecAction
  httpGet 2 *HTTPGetAction
  tcpSocket 3 *TCPSocketAction
  grpc 4 *GRPCAction
ResourceClaim
  name 1 string always required
  request 2 string
ResourceRequirements
  limits 1 {}Quantity
  requests 2 {}Quantity
  claims 3 []ResourceClaim map(name)
SELinuxOptions
  user 1 string
  role 2 string
  type 3 string
  level 4 string
SeccompProfile
  type 1 string always enum(Localhost,RuntimeDefault,Unconfined) required
  localhostProfile 2 *string
SecretEnvSource
  localObjectReference 1 LocalObjectReference inline
  optional 2 *bool
SecretKeySelector atomic
  localObjectReference 1 LocalObjectReference inline
  key 2 string always required
  optional 3 *bool
SecurityContext
  capabilities 1 *Capabilities
  privileged 2 *bool
  seLinuxOptions 3 *SELinuxOptions
  windowsOptions 10 *WindowsSecurityContextOptions
  runAsUser 4 *int64
  runAsGroup 8 *int64
  runAsNonRoot 5 *bool
  readOnlyRootFilesystem 6 *bool
  allowPrivilegeEscalation 7 *bool
  procMount 9 *string enum(Default,Unmasked)
  seccompProfile 11 *SeccompProfile
  appArmorProfile 12 *AppArmorProfile
SleepAction
  seconds 1 int64 always required
TCPSocketAction
  port 1 IntOrString always required
  host 2 string
VolumeDevice
  name 1 string always required
  devicePath 2 string always required
VolumeMount
  name 1 string always required
  readOnly 2 bool
  recursiveReadOnly 7 *string
  mountPath 3 string always required
  subPath 4 string
  mountPropagation 5 *string enum(Bidirectional,HostToContainer,None)
  subPathExpr 6 string
WindowsSecurityContextOptions
  gmsaCredentialSpecName 1 *string
  gmsaCredentialSpec 2 *string
  runAsUserName 3 *string
  hostProcess 4 *bool
`,
};
