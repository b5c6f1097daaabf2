/** RBAC: roles and bindings, kept in memory as the store changes (https://kubernetes.io/docs/reference/access-authn-authz/rbac/). */
import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  Role,
  RoleBinding,
  RoleRef,
  Subject,
} from "../../api/generated/rbac-v1.ts";
import type { KubeObject } from "../../api/object.ts";
import { clusterRole } from "../../api/rbac/cluster-role.ts";
import { clusterRoleBinding } from "../../api/rbac/cluster-role-binding.ts";
import { role } from "../../api/rbac/role.ts";
import { roleBinding } from "../../api/rbac/role-binding.ts";
import type { Store } from "../../store/store.ts";
import type { User } from "../context.ts";
import { prefixOf } from "../registry/stored.ts";
import type { Attributes, Authorizer, Decision } from "./authorizer.ts";

/** A rule that applies to a user, and through which binding. */
export interface Grant {
  readonly rule: PolicyRule;
  readonly binding: string;
}

export class Rbac implements Authorizer {
  readonly #roles = new Map<string, Role | ClusterRole>();
  readonly #clusterBindings = new Map<string, ClusterRoleBinding>();
  /** By namespace, then key. */
  readonly #bindings = new Map<string, Map<string, RoleBinding>>();
  readonly #stops: { stop(): void }[] = [];

  /** Reads what is there and follows what changes, until `stop`. */
  async start(store: Store<KubeObject>): Promise<void> {
    for (const kind of [role, clusterRole, roleBinding, clusterRoleBinding]) {
      const prefix = prefixOf(kind);
      const { entries, revision } = await store.list(prefix);
      for (const { key, value } of entries) this.#put(prefix, key, value);
      const onChanges = (changes: readonly { key: string; after?: { value: KubeObject } }[]): void => {
        for (const { key, after } of changes) this.#put(prefix, key, after?.value);
      };
      this.#stops.push(await store.watch({ since: revision, prefix, onChanges }));
    }
  }

  stop(): void {
    for (const watching of this.#stops) watching.stop();
  }

  #put(prefix: string, key: string, value: KubeObject | undefined): void {
    const into = <T>(map: Map<string, T>): void => void (value ? map.set(key, value as unknown as T) : map.delete(key));
    if (prefix === prefixOf(clusterRoleBinding)) into(this.#clusterBindings);
    else if (prefix === prefixOf(roleBinding)) {
      const namespace = key.slice(prefix.length).split("/", 1)[0] ?? "";
      let inside = this.#bindings.get(namespace);
      if (!inside) {
        inside = new Map();
        this.#bindings.set(namespace, inside);
      }
      into(inside);
      if (!inside.size) this.#bindings.delete(namespace);
    } else into(this.#roles);
  }

  authorize(attributes: Attributes): Decision {
    for (const { rule, binding } of this.grants(attributes.user, attributes.namespace)) {
      if (allows(rule, attributes)) return { allowed: true, reason: `RBAC: allowed by ${binding}` };
    }
    return { allowed: false, reason: "" };
  }

  /** All rules that apply to a user in a namespace (empty: the cluster's alone). */
  *grants(user: User, namespace: string): Generator<Grant> {
    for (const binding of this.#clusterBindings.values()) {
      const subject = subjectFor(user, binding.subjects, "");
      if (!subject) continue;
      const text = `ClusterRoleBinding "${binding.metadata.name}" of ClusterRole "${binding.roleRef.name}" to ${describe(subject)}`;
      for (const rule of this.rulesOf(binding.roleRef, "")) yield { rule, binding: text };
    }
    if (!namespace) return;
    for (const binding of this.#bindings.get(namespace)?.values() ?? []) {
      const subject = subjectFor(user, binding.subjects, namespace);
      if (!subject) continue;
      const text = `RoleBinding "${binding.metadata.name}/${namespace}" of ${binding.roleRef.kind} "${binding.roleRef.name}" to ${describe(subject)}`;
      for (const rule of this.rulesOf(binding.roleRef, namespace)) yield { rule, binding: text };
    }
  }

  /** The rules of a role; none if there is no such role. */
  rulesOf(ref: RoleRef, namespace: string): readonly PolicyRule[] {
    const key =
      ref.kind === "ClusterRole" ? prefixOf(clusterRole) + ref.name : `${prefixOf(role, namespace)}${ref.name}`;
    return this.#roles.get(key)?.rules ?? [];
  }

  hasRole(ref: RoleRef, namespace: string): boolean {
    return this.#roles.has(
      ref.kind === "ClusterRole" ? prefixOf(clusterRole) + ref.name : `${prefixOf(role, namespace)}${ref.name}`,
    );
  }
}

function subjectFor(user: User, subjects: readonly Subject[] | undefined, namespace: string): Subject | undefined {
  return subjects?.find((subject) => {
    switch (subject.kind) {
      case "User":
        return user.name === subject.name;
      case "Group":
        return user.groups.includes(subject.name);
      case "ServiceAccount":
        return user.name === `system:serviceaccount:${subject.namespace || namespace}:${subject.name}`;
      default:
        return false;
    }
  });
}

const describe = ({ kind, name, namespace }: Subject): string =>
  kind === "ServiceAccount" ? `${kind} "${name}/${namespace}"` : `${kind} "${name}"`;

const has = (list: readonly string[] | null | undefined, ...wanted: readonly string[]): boolean =>
  list?.some((item) => item === "*" || wanted.includes(item)) ?? false;

/** Whether one rule covers a request. */
export function allows(
  rule: PolicyRule,
  { verb, isResource, group, resource, subresource, name, path }: Attributes,
): boolean {
  if (!has(rule.verbs, verb)) return false;
  if (!isResource)
    return (
      rule.nonResourceURLs?.some(
        (url) => url === "*" || url === path || (url.endsWith("*") && path.startsWith(url.slice(0, -1))),
      ) ?? false
    );
  if (!has(rule.apiGroups, group)) return false;
  const whole = subresource ? `${resource}/${subresource}` : resource;
  const resources = rule.resources ?? [];
  if (!resources.some((r) => r === "*" || r === whole || (subresource !== "" && r === `*/${subresource}`)))
    return false;
  return !rule.resourceNames?.length || rule.resourceNames.includes(name);
}
