/**
 * The short form that the default roles are written in. A rule is one line: `verbs: resources @groups =names`, or
 * `verbs: /paths`. No group means the core group, which is `@core` where it stands beside others; `read` is get, list and
 * watch, `write` all that changes.
 */
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from "../../client/kinds.ts";

export type Rule = NonNullable<ClusterRole["rules"]>[number];
export type RolesByName = Readonly<Record<string, readonly string[]>>;
export type AnyRole = ClusterRole | Role;
export type AnyBinding = ClusterRoleBinding | RoleBinding;
export type Subject = NonNullable<ClusterRoleBinding["subjects"]>[number];

/** Who tells what happens needs this rule; most do. */
export const recordEvents = "create patch update: events @core @events.k8s.io";

export const labels = { "kubernetes.io/bootstrapping": "rbac-defaults" };
export const autoUpdate = "rbac.authorization.kubernetes.io/autoupdate";
const rbacGroup = "rbac.authorization.k8s.io";
const annotations = { [autoUpdate]: "true" };
const words: Readonly<Record<string, readonly string[]>> = {
  read: ["get", "list", "watch"],
  write: ["create", "delete", "deletecollection", "patch", "update"],
};

/** The rule that a line stands for, its lists sorted as upstream sorts them. */
export function ruleFrom(line: string): Rule {
  const at = line.indexOf(":");
  const verbs = line
    .slice(0, at)
    .split(" ")
    .flatMap((word) => words[word] ?? [word])
    .sort();
  const rest = line
    .slice(at + 1)
    .trim()
    .split(" "); // prettier-ignore
  const marked = (mark: string): string[] => rest.filter((w) => w.startsWith(mark)).map((w) => w.slice(1));
  if (rest.every((word) => word.startsWith("/") || word === "everywhere"))
    return { verbs, nonResourceURLs: rest.map((word) => (word === "everywhere" ? "*" : word)) };
  const groups = marked("@").map((group) => (group === "core" ? "" : group));
  const names = marked("=");
  return {
    verbs,
    apiGroups: groups.length ? groups : [""],
    resources: rest.filter((word) => !/^[@=]/.test(word)),
    ...(names.length && { resourceNames: names }),
  };
}

export const roleNamed = (
  name: string,
  lines: readonly string[],
  more: Partial<ClusterRole["metadata"]> = {},
): Role => ({
  metadata: { name, ...more, labels: { ...labels, ...more.labels }, annotations },
  rules: lines.map(ruleFrom),
});

export const bindingOf = (
  kind: "Role" | "ClusterRole",
  role: string,
  subjects: readonly Subject[],
  { name = role, namespace }: { readonly name?: string; readonly namespace?: string } = {},
): RoleBinding => ({
  metadata: { name, ...(namespace && { namespace }), labels, annotations },
  roleRef: { apiGroup: rbacGroup, kind, name: role },
  ...(subjects.length && { subjects }),
});

export const group = (name: string): Subject => ({ kind: "Group", apiGroup: rbacGroup, name });
export const user = (name: string): Subject => ({ kind: "User", apiGroup: rbacGroup, name });
/** A service account of `kube-system`. */
export const account = (name: string): Subject => ({ kind: "ServiceAccount", name, namespace: "kube-system" });
