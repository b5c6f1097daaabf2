/** What people may do, and everyone who is known. */
import type { RolesByName } from "./notation.ts";

export const peopleRoles: RolesByName = {
  "cluster-admin": ["*: * @*", "*: everywhere"],
  "system:aggregate-to-admin": [
    "create: localsubjectaccessreviews @authorization.k8s.io",
    "read write: rolebindings roles @rbac.authorization.k8s.io",
  ],
  "system:aggregate-to-edit": [
    "read: pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy",
    "impersonate: serviceaccounts",
    "write: pods pods/attach pods/exec pods/portforward pods/proxy",
    "create: pods/eviction",
    "write: configmaps persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy",
    "create: serviceaccounts/token",
    "write: events @core @events.k8s.io",
    "write: daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale @apps",
    "write: horizontalpodautoscalers @autoscaling",
    "write: cronjobs jobs @batch",
    "write: daemonsets deployments deployments/rollback deployments/scale ingresses networkpolicies replicasets replicasets/scale replicationcontrollers/scale @extensions",
    "write: poddisruptionbudgets @policy",
    "write: ingresses networkpolicies @networking.k8s.io",
    "read write: leases @coordination.k8s.io",
    "write: resourceclaims resourceclaimtemplates @resource.k8s.io",
  ],
  "system:aggregate-to-view": [
    "read: configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status",
    "read: bindings limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status",
    "read: namespaces",
    "read: events @core @events.k8s.io",
    "read: endpointslices @discovery.k8s.io",
    "read: controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status @apps",
    "read: horizontalpodautoscalers horizontalpodautoscalers/status @autoscaling",
    "read: cronjobs cronjobs/status jobs jobs/status @batch",
    "read: daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses ingresses/status networkpolicies replicasets replicasets/scale replicasets/status replicationcontrollers/scale @extensions",
    "read: poddisruptionbudgets poddisruptionbudgets/status @policy",
    "read: ingresses ingresses/status networkpolicies @networking.k8s.io",
    "read: resourceclaims resourceclaims/status resourceclaimtemplates @resource.k8s.io",
  ],
  "system:basic-user": [
    "create: selfsubjectaccessreviews selfsubjectrulesreviews @authorization.k8s.io",
    "create: selfsubjectreviews @authentication.k8s.io",
  ],
  "system:discovery": ["get: /api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/"],
  "system:public-info-viewer": ["get: /healthz /livez /readyz /version /version/"],
  "system:monitoring": [
    "get: /flagz /healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/* /statusz",
    "get: nodes/metrics",
  ],
  "system:service-account-issuer-discovery": [
    "get: /.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/",
  ],
};
