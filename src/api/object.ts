/** What all objects of the API have in common, and small questions about them. */
import type { ObjectMeta, OwnerReference } from "./generated/meta-v1.ts";

export type { LabelSelector, ManagedFieldsEntry, ObjectMeta, OwnerReference } from "./generated/meta-v1.ts";

/** Any object: shared by all who read it, so nobody writes to it. */
export interface KubeObject {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
  readonly metadata: Readonly<ObjectMeta>;
  readonly [field: string]: unknown;
}

/** An object that is being made: a copy of one's own, free to be written to. */
export interface Draft {
  apiVersion?: string | undefined;
  kind?: string | undefined;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** The owner that manages the object, if any. */
export const controllerOf = (object: { readonly metadata: Readonly<ObjectMeta> }): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find((ref) => ref.controller === true);

/** `namespace/name`, or the name alone for objects of the cluster. */
export const keyOf = (metadata: Readonly<ObjectMeta>): string =>
  metadata.namespace ? `${metadata.namespace}/${metadata.name ?? ""}` : (metadata.name ?? "");

/** Freezes plain JSON all the way down; what is frozen already is not walked again. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const key in value) deepFreeze((value as { [key: string]: unknown })[key]);
  return value;
}

export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether two values of plain JSON are equal; absent and undefined are the same. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => deepEqual(item, b[i]));
  const [x, y] = [a as { [key: string]: unknown }, b as { [key: string]: unknown }];
  for (const key in x) if (!deepEqual(x[key], y[key])) return false;
  for (const key in y) if (y[key] !== undefined && x[key] === undefined) return false;
  return true;
}

/** A value that many hold: readonly all the way down. */
export type Shared<T> = unknown extends T
  ? T
  : T extends string | number | boolean | null | undefined
    ? T
    : T extends readonly (infer U)[]
      ? readonly Shared<U>[]
      : { readonly [K in keyof T]: Shared<T[K]> };
