/** Bindings by those they are for: whoever asks is found without looking at the others. */
import type { ClusterRoleBinding, RoleBinding, Subject } from "../../api/generated/rbac-v1.ts";
import type { User } from "../context.ts";

export type AnyBinding = ClusterRoleBinding | RoleBinding;

interface Bound {
  readonly binding: AnyBinding;
  readonly subject: Subject;
}

export class Bindings {
  readonly #byKey = new Map<string, AnyBinding>();
  readonly #bySubject = new Map<string, Map<string, Bound>>();

  get size(): number {
    return this.#byKey.size;
  }

  /** `namespace`: where the binding is; service accounts that name none are of it. */
  set(key: string, binding: AnyBinding | undefined, namespace: string): void {
    for (const subject of this.#byKey.get(key)?.subjects ?? []) this.#remove(nameOf(subject, namespace), key);
    if (!binding) {
      this.#byKey.delete(key);
      return;
    }
    this.#byKey.set(key, binding);
    for (const subject of binding.subjects ?? []) {
      const name = nameOf(subject, namespace);
      const bound = this.#bySubject.get(name) ?? new Map<string, Bound>();
      if (!bound.has(key)) bound.set(key, { binding, subject });
      this.#bySubject.set(name, bound);
    }
  }

  #remove(name: string, key: string): void {
    const bound = this.#bySubject.get(name);
    bound?.delete(key);
    if (!bound?.size) this.#bySubject.delete(name);
  }

  /** Each binding once, through the first of its subjects that the user is. */
  *for({ name, groups }: User): Generator<Bound> {
    const seen = new Set<AnyBinding>();
    const names = [`user ${name}`, ...groups.map((group) => `group ${group}`)];
    for (const one of names) {
      for (const bound of this.#bySubject.get(one)?.values() ?? []) {
        if (seen.has(bound.binding)) continue;
        seen.add(bound.binding);
        yield bound;
      }
    }
  }
}

function nameOf({ kind, name, namespace }: Subject, own: string): string {
  switch (kind) {
    case "User":
      return `user ${name}`;
    case "Group":
      return `group ${name}`;
    case "ServiceAccount":
      return `user system:serviceaccount:${namespace || own}:${name}`;
    default:
      return "";
  }
}
