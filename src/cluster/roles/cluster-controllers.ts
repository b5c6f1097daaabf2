/** The roles of the controllers that keep the cluster itself going, by the service account that each acts as. */
import { type RolesByName, recordEvents } from "./notation.ts";

export const clusterControllerRoles: RolesByName = {
  "certificate-controller": [
    "read delete: certificatesigningrequests @certificates.k8s.io",
    "update: certificatesigningrequests/approval certificatesigningrequests/status @certificates.k8s.io",
    "approve: signers @certificates.k8s.io =kubernetes.io/kube-apiserver-client-kubelet",
    "sign: signers @certificates.k8s.io =kubernetes.io/kube-apiserver-client =kubernetes.io/kube-apiserver-client-kubelet =kubernetes.io/kubelet-serving =kubernetes.io/legacy-unknown",
    "create: subjectaccessreviews @authorization.k8s.io",
    recordEvents,
  ],
  "clusterrole-aggregation-controller": ["read escalate patch update: clusterroles @rbac.authorization.k8s.io"],
  "endpoint-controller": [
    "read: pods services",
    "read create delete update: endpoints",
    "create: endpoints/restricted",
    recordEvents,
  ],
  "endpointslice-controller": [
    "read: nodes pods services",
    "update: services/finalizers",
    "read create delete update: endpointslices @discovery.k8s.io",
    "create: endpointslices/restricted @discovery.k8s.io",
    recordEvents,
  ],
  "endpointslicemirroring-controller": [
    "read: endpoints services",
    "update: services/finalizers",
    "update: endpoints/finalizers",
    "read create delete update: endpointslices @discovery.k8s.io",
    "create: endpointslices/restricted @discovery.k8s.io",
    recordEvents,
  ],
  "generic-garbage-collector": ["read delete patch update: * @*", recordEvents],
  "legacy-service-account-token-cleaner": [
    "get: configmaps =kube-apiserver-legacy-service-account-token-tracking",
    "delete patch: secrets",
  ],
  "namespace-controller": [
    "read delete: namespaces",
    "update: namespaces/finalize namespaces/status",
    "read delete deletecollection: * @*",
  ],
  "node-controller": [
    "read delete patch update: nodes",
    "patch update: nodes/status",
    "patch update: pods/status",
    "read delete: pods",
    recordEvents,
  ],
  "resourcequota-controller": ["list watch: * @*", "update: resourcequotas/status", recordEvents],
  "root-ca-cert-publisher": ["create update: configmaps", recordEvents],
  "route-controller": ["list watch: nodes", "patch: nodes/status", recordEvents],
  "service-account-controller": ["create: serviceaccounts", recordEvents],
  "service-cidrs-controller": [
    "read patch update: servicecidrs @networking.k8s.io",
    "patch update: servicecidrs/finalizers @networking.k8s.io",
    "patch update: servicecidrs/status @networking.k8s.io",
    "read: ipaddresses @networking.k8s.io",
    recordEvents,
  ],
  "service-controller": ["read: services", "patch update: services/status", "list watch: nodes", recordEvents],
  "ttl-controller": ["list patch update watch: nodes", recordEvents],
  "validatingadmissionpolicy-status-controller": [
    "read: validatingadmissionpolicies @admissionregistration.k8s.io",
    "get patch update: validatingadmissionpolicies/status @admissionregistration.k8s.io",
    recordEvents,
  ],
};
