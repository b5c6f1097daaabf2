/**
 * The managed fields of an object as its `scale` subresource shows them, and back: of all that is managed, only the number
 * of replicas can be seen there (https://kubernetes.io/docs/reference/using-api/server-side-apply/#apply-and-scale).
 */
import type { ManagedFieldsEntry } from "../object.ts";
import { difference, type FieldSet, intersection, isEmpty, setOf } from "./field-set.ts";
import { compareEntries, entryOf, fieldsOf, identityOf, isApplied, withFields } from "./managed-entries.ts";

const scaleVersion = "autoscaling/v1";
const inScale = setOf(["f:spec", "f:replicas"]);

export class ScaleEntries {
  readonly #parent: readonly ManagedFieldsEntry[];
  readonly #apiVersion: string;
  readonly #replicas: FieldSet;

  /** `parent` are the entries of the object, `path` is where it holds its replicas: `["spec", "replicas"]`. */
  constructor(parent: readonly ManagedFieldsEntry[], apiVersion: string, path: readonly string[]) {
    this.#parent = parent;
    this.#apiVersion = apiVersion;
    this.#replicas = setOf(path.map((name) => `f:${name}`));
  }

  #owns(entry: ManagedFieldsEntry): boolean {
    return entry.apiVersion === this.#apiVersion && !isEmpty(intersection(fieldsOf(entry), this.#replicas));
  }

  /** What the subresource shows. */
  toScale(): ManagedFieldsEntry[] {
    return this.#parent
      .filter((entry) => this.#owns(entry))
      .map((entry) => entryOf(inVersion(entry, scaleVersion), inScale, entry.time ?? undefined));
  }

  /** The object's entries, after the subresource has come to show `scale`. */
  toParent(scale: readonly ManagedFieldsEntry[]): ManagedFieldsEntry[] {
    const left = new Map(scale.map((entry) => [identityInScale(entry), entry]));
    const out: ManagedFieldsEntry[] = [];
    for (const entry of this.#parent) {
      if (entry.apiVersion !== this.#apiVersion) continue; // of a version that is no more
      if (!this.#owns(entry) || left.delete(identityInScale(entry))) out.push(entry);
      else {
        const rest = difference(fieldsOf(entry), this.#replicas);
        if (!isEmpty(rest)) out.push(withFields(entry, rest));
      }
    }
    for (const entry of left.values()) {
      if (isEmpty(intersection(fieldsOf(entry), inScale))) continue;
      out.push(entryOf(inVersion(entry, this.#apiVersion), this.#replicas, undefined)); // upstream tells no time here
    }
    return out.sort(compareEntries);
  }
}

const inVersion = (
  { manager, operation, subresource }: ManagedFieldsEntry,
  apiVersion: string,
): ManagedFieldsEntry => ({
  ...(manager && { manager }),
  operation,
  apiVersion,
  ...(subresource && { subresource }),
});

/** Who an entry is of, whichever of the two it stands in. */
const identityInScale = (entry: ManagedFieldsEntry): string =>
  identityOf(isApplied(entry) ? entry : inVersion(entry, scaleVersion));
