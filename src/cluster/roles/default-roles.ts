/** All roles and bindings that every cluster has (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings). */
import { clusterControllerRoles } from "./cluster-controllers.ts";
import { namespacedBindings, namespacedRoles } from "./namespaced.ts";
import { nodeRoles } from "./nodes.ts";
import { type AnyBinding, type AnyRole, account, bindingOf, group, roleNamed, type Subject, user } from "./notation.ts";
import { partRoles } from "./parts.ts";
import { peopleRoles } from "./people.ts";
import { storageControllerRoles } from "./storage-controllers.ts";
import { workloadControllerRoles } from "./workload-controllers.ts";

const controllerRoles = { ...workloadControllerRoles, ...storageControllerRoles, ...clusterControllerRoles };
const controllerPrefix = "system:controller:";
const gathers = (role: string): Record<string, string> => ({
  [`rbac.authorization.k8s.io/aggregate-to-${role}`]: "true",
});

/** The three roles for people, which gather what is labelled for them, and which of the others gathers them in turn. */
const gathered = { view: "edit", edit: "admin", admin: undefined };
const aggregatedRoles = Object.entries(gathered).map(([name, into]): AnyRole => {
  const { metadata } = roleNamed(name, [], into ? { labels: gathers(into) } : {});
  return { metadata, aggregationRule: { clusterRoleSelectors: [{ matchLabels: gathers(name) }] }, rules: [] };
});

function clusterRole([name, lines]: [string, readonly string[]]): AnyRole {
  const into = /^system:aggregate-to-(.*)$/.exec(name)?.[1];
  return roleNamed(name, lines, into ? { labels: gathers(into) } : {});
}

export const defaultClusterRoles: readonly AnyRole[] = [
  ...aggregatedRoles,
  ...Object.entries({ ...peopleRoles, ...partRoles, ...nodeRoles }).map(clusterRole),
  ...Object.entries(controllerRoles).map(([name, lines]) => roleNamed(controllerPrefix + name, lines)),
];

const authenticated = group("system:authenticated");
const subjects: Readonly<Record<string, readonly Subject[]>> = {
  "cluster-admin": [group("system:masters")],
  "system:monitoring": [group("system:monitoring")],
  "system:discovery": [authenticated],
  "system:basic-user": [authenticated],
  "system:public-info-viewer": [authenticated, group("system:unauthenticated")],
  "system:node-proxier": [user("system:kube-proxy")],
  "system:kube-controller-manager": [user("system:kube-controller-manager")],
  "system:kube-dns": [account("kube-dns")],
  "system:kube-scheduler": [user("system:kube-scheduler")],
  "system:volume-scheduler": [user("system:kube-scheduler")],
  // nodes are the node authorizer's: the binding stays, for nobody
  "system:node": [],
  "system:service-account-issuer-discovery": [group("system:serviceaccounts")],
};

export const defaultClusterRoleBindings: readonly AnyBinding[] = [
  ...Object.entries(subjects).map(([role, who]) => bindingOf("ClusterRole", role, who)),
  ...Object.keys(controllerRoles).map((name) => bindingOf("ClusterRole", controllerPrefix + name, [account(name)])),
];

export { namespacedBindings as defaultRoleBindings, namespacedRoles as defaultRoles };
