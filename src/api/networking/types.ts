import type { TypeText } from "../schema/sources.ts";

/** The types of networking/v1, in the notation that schema/notation.ts reads. */
export const networkingTypes = {
  groupVersion: "networking/v1",
  text: `
HTTPIngressPath
  path 1 string
  pathType 3 *string always enum(Exact,ImplementationSpecific,Prefix) required
  backend 2 IngressBackend always required
HTTPIngressRuleValue
  paths 1 []HTTPIngressPath always atomic required
IPAddress kind
  metadata 1 ObjectMeta
  spec 2 IPAddressSpec required
IPAddressSpec
  parentRef 1 *ParentReference required
IPBlock
  cidr 1 string always required
  except 2 []string atomic
Ingress kind
  metadata 1 ObjectMeta
  spec 2 IngressSpec
  status 3 IngressStatus
IngressBackend
  service 4 *IngressServiceBackend
  resource 3 *core/v1.TypedLocalObjectReference
IngressClass kind
  metadata 1 ObjectMeta
  spec 2 IngressClassSpec
IngressClassParametersReference
  apiGroup 1 *string
  kind 2 string always required
  name 3 string always required
  scope 4 *string always
  namespace 5 *string
IngressClassSpec
  controller 1 string
  parameters 2 *IngressClassParametersReference
IngressLoadBalancerIngress
  ip 1 string
  hostname 2 string
  ports 4 []IngressPortStatus atomic
IngressLoadBalancerStatus
  ingress 1 []IngressLoadBalancerIngress atomic
IngressPortStatus
  port 1 int32 always required
  protocol 2 string always enum(SCTP,TCP,UDP) required
  error 3 *string
IngressRule
  host 1 string
  ingressRuleValue 2 IngressRuleValue inline
IngressRuleValue
  http 1 *HTTPIngressRuleValue
IngressServiceBackend
  name 1 string always required
  port 2 ServiceBackendPort
IngressSpec
  ingressClassName 4 *string
  defaultBackend 1 *IngressBackend
  tls 2 []IngressTLS atomic
  rules 3 []IngressRule atomic
IngressStatus
  loadBalancer 1 IngressLoadBalancerStatus
IngressTLS
  hosts 1 []string atomic
  secretName 2 string
NetworkPolicy kind
  metadata 1 ObjectMeta
  spec 2 NetworkPolicySpec
NetworkPolicyEgressRule
  ports 1 []NetworkPolicyPort atomic
  to 2 []NetworkPolicyPeer atomic
NetworkPolicyIngressRule
  ports 1 []NetworkPolicyPort atomic
  from 2 []NetworkPolicyPeer atomic
NetworkPolicyPeer
  podSelector 1 *LabelSelector
  namespaceSelector 2 *LabelSelector
  ipBlock 3 *IPBlock
NetworkPolicyPort
  protocol 1 *string enum(SCTP,TCP,UDP)
  port 2 *IntOrString
  endPort 3 *int32
NetworkPolicySpec
  podSelector 1 LabelSelector always
  ingress 2 []NetworkPolicyIngressRule atomic
  egress 3 []NetworkPolicyEgressRule atomic
  policyTypes 4 []string atomic enum(Egress,Ingress)
ParentReference
  group 1 string
  resource 2 string required
  namespace 3 string
  name 4 string required
ServiceBackendPort atomic
  name 1 string
  number 2 int32
ServiceCIDR kind
  metadata 1 ObjectMeta
  spec 2 ServiceCIDRSpec
  status 3 ServiceCIDRStatus
ServiceCIDRSpec
  cidrs 1 []string atomic
ServiceCIDRStatus
  conditions 1 []Condition map(type) merge(type)
`,
};

/** What is known of the group, and not served. */
export const networkingUnserved: readonly TypeText[] = [
  {
    groupVersion: "networking/v1beta1",
    like: ["networking/v1"],
    text: `
- IPBlock IngressServiceBackend NetworkPolicy NetworkPolicyEgressRule NetworkPolicyIngressRule NetworkPolicyPeer
- NetworkPolicyPort NetworkPolicySpec ServiceBackendPort
HTTPIngressPath like
  pathType 3 *string
IngressBackend
  serviceName 1 string
  servicePort 2 IntOrString
  resource 3 *core/v1.TypedLocalObjectReference
IngressClassParametersReference like
  scope 4 *string always required
IngressSpec like
  -defaultBackend
  backend 1 *IngressBackend
`,
  },
];
