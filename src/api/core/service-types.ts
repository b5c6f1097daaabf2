/** The types of core/v1 (service), in the notation that schema/notation.ts reads. */
export const coreServiceTypes = {
  groupVersion: "core/v1",
  text: `
ClientIPConfig
  timeoutSeconds 1 *int32
EndpointAddress atomic
  ip 1 string always required
  hostname 3 string
  nodeName 4 *string
  targetRef 2 *ObjectReference
EndpointPort atomic
  name 1 string
  port 2 int32 always required
  protocol 3 string enum(SCTP,TCP,UDP)
  appProtocol 4 *string
EndpointSubset
  addresses 1 []EndpointAddress atomic
  notReadyAddresses 2 []EndpointAddress atomic
  ports 3 []EndpointPort atomic
Endpoints kind
  metadata 1 ObjectMeta
  subsets 2 []EndpointSubset atomic
LoadBalancerIngress
  ip 1 string
  hostname 2 string
  ipMode 3 *string
  ports 4 []PortStatus atomic
LoadBalancerStatus
  ingress 1 []LoadBalancerIngress atomic
PortStatus
  port 1 int32 always required
  protocol 2 string always enum(SCTP,TCP,UDP) required
  error 3 *string
Service kind
  metadata 1 ObjectMeta
  spec 2 ServiceSpec
  status 3 ServiceStatus
ServicePort
  name 1 string
  protocol 2 string enum(SCTP,TCP,UDP) default="TCP"
  appProtocol 6 *string
  port 3 int32 always required
  targetPort 4 IntOrString
  nodePort 5 int32
ServiceProxyOptions kind
  path 1 string
ServiceSpec
  ports 1 []ServicePort map(port,protocol) merge(port)
  selector 2 {}string atomic
  clusterIP 3 string
  clusterIPs 18 []string atomic
  type 4 string enum(ClusterIP,ExternalName,LoadBalancer,NodePort)
  externalIPs 5 []string atomic
  sessionAffinity 7 string enum(ClientIP,None)
  loadBalancerIP 8 string
  loadBalancerSourceRanges 9 []string atomic
  externalName 10 string
  externalTrafficPolicy 11 string enum(Cluster,Local)
  healthCheckNodePort 12 int32
  publishNotReadyAddresses 13 bool
  sessionAffinityConfig 14 *SessionAffinityConfig
  ipFamilies 19 []string atomic enum(,IPv4,IPv6)
  ipFamilyPolicy 17 *string enum(PreferDualStack,RequireDualStack,SingleStack)
  allocateLoadBalancerNodePorts 20 *bool
  loadBalancerClass 21 *string
  internalTrafficPolicy 22 *string enum(Cluster,Local)
  trafficDistribution 23 *string
ServiceStatus
  loadBalancer 1 LoadBalancerStatus
  conditions 2 []Condition map(type) merge(type)
SessionAffinityConfig
  clientIP 1 *ClientIPConfig
`,
};
