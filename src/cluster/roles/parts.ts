/** The roles of the parts of the control plane, and those that approve certificates. */
import { type RolesByName, recordEvents } from "./notation.ts";

export const partRoles: RolesByName = {
  "system:auth-delegator": [
    "create: tokenreviews @authentication.k8s.io",
    "create: subjectaccessreviews @authorization.k8s.io",
  ],
  "system:certificates.k8s.io:certificatesigningrequests:nodeclient": [
    "create: certificatesigningrequests/nodeclient @certificates.k8s.io",
  ],
  "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient": [
    "create: certificatesigningrequests/selfnodeclient @certificates.k8s.io",
  ],
  "system:certificates.k8s.io:kube-apiserver-client-approver": [
    "approve: signers @certificates.k8s.io =kubernetes.io/kube-apiserver-client",
  ],
  "system:certificates.k8s.io:kube-apiserver-client-kubelet-approver": [
    "approve: signers @certificates.k8s.io =kubernetes.io/kube-apiserver-client-kubelet",
  ],
  "system:certificates.k8s.io:kubelet-serving-approver": [
    "approve: signers @certificates.k8s.io =kubernetes.io/kubelet-serving",
  ],
  "system:certificates.k8s.io:legacy-unknown-approver": [
    "approve: signers @certificates.k8s.io =kubernetes.io/legacy-unknown",
  ],
  "system:heapster": ["read: events namespaces nodes pods", "read: deployments @extensions"],
  "system:kube-aggregator": ["read: endpoints services"],
  "system:kube-controller-manager": [
    recordEvents,
    "create: leases @coordination.k8s.io",
    "get update: leases @coordination.k8s.io =kube-controller-manager",
    "create: secrets serviceaccounts",
    "delete: secrets",
    "get: configmaps namespaces secrets serviceaccounts",
    "update: secrets serviceaccounts",
    "create: tokenreviews @authentication.k8s.io",
    "create: subjectaccessreviews @authorization.k8s.io",
    "list watch: * @*",
    "create: serviceaccounts/token",
  ],
  "system:kube-dns": ["list watch: endpoints services"],
  "system:kube-scheduler": [
    recordEvents,
    "create: leases @coordination.k8s.io",
    "read update: leases @coordination.k8s.io =kube-scheduler",
    "read write: leasecandidates @coordination.k8s.io",
    "read: nodes",
    "read delete: pods",
    "create: bindings pods/binding",
    "patch update: pods/status",
    "read: replicationcontrollers services",
    "read: replicasets @apps @extensions",
    "read: statefulsets @apps",
    "read: poddisruptionbudgets @policy",
    "read: persistentvolumeclaims persistentvolumes",
    "create: tokenreviews @authentication.k8s.io",
    "create: subjectaccessreviews @authorization.k8s.io",
    "read: csinodes @storage.k8s.io",
    "read: volumeattachments @storage.k8s.io",
    "read: namespaces",
    "read: csidrivers @storage.k8s.io",
    "read: csistoragecapacities @storage.k8s.io",
    "read: deviceclasses @resource.k8s.io",
    "read patch update: resourceclaims @resource.k8s.io",
    "read patch update: resourceclaims/status @resource.k8s.io",
    "update: pods/finalizers",
    "read: resourceslices @resource.k8s.io",
    "create delete: resourceclaims @resource.k8s.io",
    "patch update: resourceclaims/binding @resource.k8s.io",
  ],
  "system:persistent-volume-provisioner": [
    "read create delete: persistentvolumes",
    "read update: persistentvolumeclaims",
    "read: storageclasses @storage.k8s.io",
    "watch: events",
    recordEvents,
  ],
  "system:volume-scheduler": [
    "read patch update: persistentvolumes",
    "read: storageclasses @storage.k8s.io",
    "read patch update: persistentvolumeclaims",
  ],
};
