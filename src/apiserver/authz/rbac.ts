/** RBAC: roles and bindings, kept in memory as the store changes (https://kubernetes.io/docs/reference/access-authn-authz/rbac/). */
import type { ClusterRole, PolicyRule, Role, RoleRef, Subject } from "../../api/generated/rbac-v1.ts";
import type { KubeObject } from "../../api/object.ts";
import { clusterRole } from "../../api/rbac/cluster-role.ts";
import { clusterRoleBinding } from "../../api/rbac/cluster-role-binding.ts";
import { role } from "../../api/rbac/role.ts";
import { roleBinding } from "../../api/rbac/role-binding.ts";
import type { Store } from "../../store/store.ts";
import type { User } from "../context.ts";
import { prefixOf } from "../registry/stored.ts";
import type { Attributes, Authorizer, Decision } from "./authorizer.ts";
import { type AnyBinding, Bindings } from "./bindings.ts";

/** A rule that applies to a user, and through which binding. */
export interface Grant {
  readonly rule: PolicyRule;
  readonly binding: string;
}

export class Rbac implements Authorizer {
  readonly #roles = new Map<string, Role | ClusterRole>();
  readonly #clusterBindings = new Bindings();
  /** By namespace. */
  readonly #bindings = new Map<string, Bindings>();
  /** What users may do who ask again and again as the same object, as those inside this process do. */
  #known = new WeakMap<User, Map<string, readonly Grant[]>>();
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
    this.#known = new WeakMap();
    const binding = value as unknown as AnyBinding | undefined;
    if (prefix === prefixOf(clusterRoleBinding)) this.#clusterBindings.set(key, binding, "");
    else if (prefix === prefixOf(roleBinding)) {
      const namespace = key.slice(prefix.length).split("/", 1)[0] ?? "";
      const inside = this.#bindings.get(namespace) ?? new Bindings();
      inside.set(key, binding, namespace);
      if (inside.size) this.#bindings.set(namespace, inside);
      else this.#bindings.delete(namespace);
    } else if (value) this.#roles.set(key, value as unknown as Role | ClusterRole);
    else this.#roles.delete(key);
  }

  authorize(attributes: Attributes): Decision {
    for (const { rule, binding } of this.#grantsOf(attributes.user, attributes.namespace)) {
      if (allows(rule, attributes)) return { allowed: true, reason: `RBAC: allowed by ${binding}` };
    }
    return { allowed: false, reason: "" };
  }

  #grantsOf(user: User, namespace: string): readonly Grant[] {
    let known = this.#known.get(user);
    if (!known) {
      known = new Map();
      this.#known.set(user, known);
    }
    // where a namespace has no bindings of its own, what holds is what holds everywhere
    const key = this.#bindings.has(namespace) ? namespace : "";
    let grants = known.get(key);
    if (!grants) {
      grants = [...this.grants(user, key)];
      known.set(key, grants);
    }
    return grants;
  }

  /** All rules that apply to a user in a namespace (empty: the cluster's alone). */
  *grants(user: User, namespace: string): Generator<Grant> {
    for (const { binding, subject } of this.#clusterBindings.for(user)) {
      const text = `ClusterRoleBinding "${binding.metadata.name}" of ClusterRole "${binding.roleRef.name}" to ${describe(subject)}`;
      for (const rule of this.rulesOf(binding.roleRef, "")) yield { rule, binding: text };
    }
    if (!namespace) return;
    for (const { binding, subject } of this.#bindings.get(namespace)?.for(user) ?? []) {
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
