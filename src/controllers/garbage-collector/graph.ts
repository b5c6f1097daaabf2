/**
 * Who owns whom, over the objects of all kinds: kept up to date with every change, so that nothing has to be searched for.
 * An owner that is not there (not yet, not any more, or never) has dependents here all the same.
 */
import { groupVersionOf, type Kind } from "../../api/kind.ts";
import { deepEqual, type OwnerReference, type Shared } from "../../api/object.ts";
import type { AnyObject } from "../../client/client.ts";

export type Reference = Shared<OwnerReference>;

export const foreground = "foregroundDeletion";
export const orphan = "orphan";

export interface Node {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly owners: readonly Reference[];
  readonly isBeingDeleted: boolean;
  /** It goes once its dependents have gone. */
  readonly awaitsDependents: boolean;
  /** Its dependents are to be let go before it goes. */
  readonly orphansDependents: boolean;
}

/** Nodes to be looked at again, by uid: whether they are to be deleted, or their dependents to be orphaned. */
export interface Affected {
  readonly check: Set<string>;
  readonly orphan: Set<string>;
}

export function nodeOf(kind: Kind, { metadata }: Shared<AnyObject>): Node {
  const isBeingDeleted = Boolean(metadata.deletionTimestamp);
  const finalizers = metadata.finalizers ?? [];
  return {
    kind,
    namespace: metadata.namespace ?? "",
    name: metadata.name ?? "",
    uid: metadata.uid ?? "",
    owners: metadata.ownerReferences ?? [],
    isBeingDeleted,
    awaitsDependents: isBeingDeleted && finalizers.includes(foreground),
    orphansDependents: isBeingDeleted && finalizers.includes(orphan),
  };
}

/** Whether the reference names this very object; its version may be another than the one that is stored. */
export function names(reference: Reference, owner: Node, dependentNamespace: string): boolean {
  const [group = ""] = reference.apiVersion.includes("/") ? reference.apiVersion.split("/") : [""];
  return (
    reference.uid === owner.uid &&
    reference.name === owner.name &&
    reference.kind === owner.kind.kind &&
    group === owner.kind.group &&
    (owner.namespace === "" || owner.namespace === dependentNamespace)
  );
}

const blocks = ({ blockOwnerDeletion }: Reference): boolean => blockOwnerDeletion === true;

export class Graph {
  readonly #nodes = new Map<string, Node>();
  /** By the uid of the owner, there or not. */
  readonly #dependents = new Map<string, Set<string>>();

  get(uid: string): Node | undefined {
    return this.#nodes.get(uid);
  }

  *dependentsOf(uid: string): Iterable<Node> {
    for (const dependent of this.#dependents.get(uid) ?? []) {
      const node = this.#nodes.get(dependent);
      if (node) yield node;
    }
  }

  hasDependents(uid: string): boolean {
    return (this.#dependents.get(uid)?.size ?? 0) > 0;
  }

  /** Dependents that hold up the deletion of their owner. */
  blocking(uid: string): Node[] {
    return [...this.dependentsOf(uid)].filter(({ owners }) => owners.some((ref) => ref.uid === uid && blocks(ref)));
  }

  /** An object is new or has changed. */
  see(node: Node): Affected {
    const affected: Affected = { check: new Set(), orphan: new Set() };
    const before = this.#nodes.get(node.uid);
    this.#nodes.set(node.uid, node);
    if (!deepEqual(before?.owners ?? [], node.owners)) this.#reown(before, node, affected);
    if (!before) {
      // what was said of it before it was there may not be true
      for (const dependent of this.dependentsOf(node.uid)) {
        if (!dependent.owners.some((ref) => names(ref, node, dependent.namespace))) affected.check.add(dependent.uid);
      }
    }
    if (node.orphansDependents && !before?.orphansDependents) affected.orphan.add(node.uid);
    else if (node.awaitsDependents && !before?.awaitsDependents) {
      for (const { uid } of this.dependentsOf(node.uid)) affected.check.add(uid);
      affected.check.add(node.uid);
    }
    return affected;
  }

  /** An object is gone. */
  forget(uid: string): Affected {
    const affected: Affected = { check: new Set(), orphan: new Set() };
    const node = this.#nodes.get(uid);
    if (!node) return affected;
    this.#nodes.delete(uid);
    for (const dependent of this.dependentsOf(uid)) affected.check.add(dependent.uid);
    for (const owner of node.owners) {
      this.#unlink(owner.uid, uid);
      if (this.#nodes.get(owner.uid)?.awaitsDependents) affected.check.add(owner.uid);
    }
    return affected;
  }

  /** The nodes of a kind, when it is served no more. */
  ofKind(kind: Kind): Node[] {
    const id = `${groupVersionOf(kind)}/${kind.plural}`;
    return [...this.#nodes.values()].filter((node) => `${groupVersionOf(node.kind)}/${node.kind.plural}` === id);
  }

  #reown(before: Node | undefined, node: Node, { check }: Affected): void {
    const old = new Map(before?.owners.map((ref) => [ref.uid, ref]));
    for (const owner of node.owners) {
      const known = old.get(owner.uid);
      old.delete(owner.uid);
      if (known) {
        if (blocks(known) && !blocks(owner)) check.add(owner.uid);
        if (!deepEqual(known, owner)) this.#doubt(node, owner, check);
        continue;
      }
      const dependents = this.#dependents.get(owner.uid) ?? new Set();
      this.#dependents.set(owner.uid, dependents.add(node.uid));
      this.#doubt(node, owner, check);
    }
    for (const owner of old.values()) {
      this.#unlink(owner.uid, node.uid);
      if (blocks(owner)) check.add(owner.uid);
    }
  }

  /** An owner that is not known, or goes by another name, may not exist. */
  #doubt(node: Node, owner: Reference, check: Set<string>): void {
    const known = this.#nodes.get(owner.uid);
    if (!known || !names(owner, known, node.namespace)) check.add(node.uid);
  }

  #unlink(owner: string, dependent: string): void {
    const dependents = this.#dependents.get(owner);
    dependents?.delete(dependent);
    if (dependents?.size === 0) this.#dependents.delete(owner);
  }
}
