/** The roles and bindings that every cluster has (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings). */
import { ApiError } from "../api/errors.ts";
import type { Client } from "../client/client.ts";
import { type ClusterRole, type ClusterRoleBinding, clusterRoleBindings, clusterRoles } from "../client/kinds.ts";

type Rule = NonNullable<ClusterRole["rules"]>[number];

const labels = { "kubernetes.io/bootstrapping": "rbac-defaults" };
const annotations = { "rbac.authorization.kubernetes.io/autoupdate": "true" };
const read = ["get", "list", "watch"];
const write = ["create", "delete", "deletecollection", "patch", "update"];
const all = ["*"];

const rule = (apiGroup: string, resources: readonly string[], verbs: readonly string[]): Rule => ({
  apiGroups: [apiGroup],
  resources: [...resources],
  verbs: [...verbs],
});
const paths = (...nonResourceURLs: readonly string[]): Rule => ({
  nonResourceURLs: [...nonResourceURLs],
  verbs: ["get"],
});

/** What may be read and written inside a namespace, by group. */
const workloads: readonly (readonly [string, readonly string[]])[] = [
  [
    "",
    [
      "configmaps",
      "endpoints",
      "persistentvolumeclaims",
      "persistentvolumeclaims/status",
      "pods",
      "replicationcontrollers",
      "replicationcontrollers/scale",
      "serviceaccounts",
      "services",
      "services/status",
    ],
  ],
  [
    "apps",
    [
      "controllerrevisions",
      "daemonsets",
      "daemonsets/status",
      "deployments",
      "deployments/scale",
      "deployments/status",
      "replicasets",
      "replicasets/scale",
      "replicasets/status",
      "statefulsets",
      "statefulsets/scale",
      "statefulsets/status",
    ],
  ],
  ["autoscaling", ["horizontalpodautoscalers", "horizontalpodautoscalers/status"]],
  ["batch", ["cronjobs", "cronjobs/status", "jobs", "jobs/status"]],
  ["networking.k8s.io", ["ingresses", "ingresses/status", "networkpolicies"]],
  ["policy", ["poddisruptionbudgets", "poddisruptionbudgets/status"]],
  ["discovery.k8s.io", ["endpointslices"]],
];
const readOnly: readonly (readonly [string, readonly string[]])[] = [
  [
    "",
    [
      "bindings",
      "events",
      "limitranges",
      "namespaces",
      "namespaces/status",
      "pods/log",
      "pods/status",
      "replicationcontrollers/status",
      "resourcequotas",
      "resourcequotas/status",
    ],
  ],
];
const withoutStatus = (resources: readonly string[]): string[] =>
  resources.filter((name) => !name.endsWith("/status") && name !== "controllerrevisions" && name !== "endpointslices");

const view: Rule[] = [...workloads, ...readOnly].map(([group, resources]) => rule(group, resources, read));
const edit: Rule[] = [
  rule("", ["pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "secrets", "services/proxy"], read),
  rule("", ["serviceaccounts"], ["impersonate"]),
  rule("", ["pods", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy"], write),
  rule("", ["pods/eviction"], ["create"]),
  rule("", ["events", "secrets", "services/proxy"], write),
  rule("", ["serviceaccounts/token"], ["create"]),
  ...workloads.map(([group, resources]) =>
    rule(
      group,
      withoutStatus(resources).filter((r) => r !== "pods" && r !== "endpoints"),
      write,
    ),
  ),
  rule(
    "coordination.k8s.io",
    ["leases"],
    ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
  ),
].filter((r) => r.resources?.length);
const admin: Rule[] = [
  rule("authorization.k8s.io", ["localsubjectaccessreviews"], ["create"]),
  rule(
    "rbac.authorization.k8s.io",
    ["rolebindings", "roles"],
    ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
  ),
];

const discovery = paths(
  "/api",
  "/api/*",
  "/apis",
  "/apis/*",
  "/healthz",
  "/livez",
  "/openapi",
  "/openapi/*",
  "/readyz",
  "/version",
  "/version/",
);
const roles: Readonly<Record<string, readonly Rule[]>> = {
  "cluster-admin": [rule("*", all, all), { nonResourceURLs: ["*"], verbs: ["*"] }],
  "system:discovery": [discovery],
  "system:public-info-viewer": [paths("/healthz", "/livez", "/readyz", "/version", "/version/")],
  "system:monitoring": [
    paths("/healthz", "/healthz/*", "/livez", "/livez/*", "/metrics", "/metrics/slis", "/readyz", "/readyz/*"),
  ],
  "system:service-account-issuer-discovery": [
    paths(
      "/.well-known/openid-configuration",
      "/.well-known/openid-configuration/",
      "/openid/v1/jwks",
      "/openid/v1/jwks/",
    ),
  ],
  "system:basic-user": [
    rule("authorization.k8s.io", ["selfsubjectaccessreviews", "selfsubjectrulesreviews"], ["create"]),
    rule("authentication.k8s.io", ["selfsubjectreviews"], ["create"]),
  ],
  "system:aggregate-to-view": view,
  "system:aggregate-to-edit": edit,
  "system:aggregate-to-admin": admin,
};

const group = (name: string) => ({ kind: "Group", apiGroup: "rbac.authorization.k8s.io", name });
const bindings: Readonly<Record<string, readonly ReturnType<typeof group>[]>> = {
  "cluster-admin": [group("system:masters")],
  "system:discovery": [group("system:authenticated")],
  "system:basic-user": [group("system:authenticated")],
  "system:public-info-viewer": [group("system:authenticated"), group("system:unauthenticated")],
  "system:monitoring": [group("system:monitoring")],
  "system:service-account-issuer-discovery": [group("system:serviceaccounts")],
};

/** The three roles for people, which gather what is labelled for them. */
const aggregated: Readonly<Record<string, { readonly of: string; readonly into?: string }>> = {
  view: { of: "view", into: "edit" },
  edit: { of: "edit", into: "admin" },
  admin: { of: "admin" },
};
const label = (role: string): string => `rbac.authorization.k8s.io/aggregate-to-${role}`;

function roleNamed(name: string, rules: readonly Rule[]): ClusterRole {
  const to = /^system:aggregate-to-(.*)$/.exec(name)?.[1];
  return { metadata: { name, labels: { ...labels, ...(to && { [label(to)]: "true" }) }, annotations }, rules };
}

export async function bootstrapRoles(client: Client): Promise<void> {
  const made: ClusterRole[] = Object.entries(roles).map(([name, rules]) => roleNamed(name, rules));
  for (const [name, { of, into }] of Object.entries(aggregated)) {
    made.push({
      metadata: { name, labels: { ...labels, ...(into && { [label(into)]: "true" }) }, annotations },
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [label(of)]: "true" } }] },
      rules: [],
    });
  }
  await Promise.all(made.map((role) => unlessThere(client.create(clusterRoles, role))));
  await Promise.all(
    Object.entries(bindings).map(([name, subjects]) => {
      const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name };
      const binding: ClusterRoleBinding = { metadata: { name, labels, annotations }, roleRef, subjects };
      return unlessThere(client.create(clusterRoleBindings, binding));
    }),
  );
}

async function unlessThere(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === "AlreadyExists")) throw error;
  }
}
