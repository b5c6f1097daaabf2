/**
 * The objects of all kinds: reads and writes as every client sees them, whichever way it came in. Strategy hooks of the
 * kind, admission and the store are called in upstream's order (apiserver's `registry/generic` and `registry/rest`).
 *
 * Objects given in are plain and the registry's to keep; objects given out are frozen and shared.
 */
import { ApiError, conflict, notFound, serviceUnavailable } from "../../api/errors.ts";
import { type Kind, resourceOf } from "../../api/kind.ts";
import type { Draft, KubeObject } from "../../api/object.ts";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import {
  Compacted,
  Conflict,
  FutureRevision,
  type Origin,
  StorageFull,
  type Store,
  Unavailable,
  type Write,
} from "../../store/store.ts";
import type { Admission } from "../admission/admission.ts";
import type { RequestContext } from "../context.ts";
import { storeKey } from "./stored.ts";
import { VersionedStore } from "./versioned-store.ts";

/** Holds something outside the object for as long as it lives (a service's address); see `Registry.allocators`. */
export interface Allocator {
  /** Takes what `object` needs and writes it in; resolves to what gives it back if the write fails. */
  allocate(object: Draft, old: KubeObject | undefined, dryRun: boolean): Promise<() => void> | (() => void);
  /** The object is gone, or no longer holds what `next` lacks. */
  release(old: KubeObject, next?: KubeObject): void;
}

export interface RegistryOptions {
  readonly store: Store<KubeObject>;
  readonly admission: Admission;
  readonly clock: Clock;
  readonly random: Random;
}

export class Registry {
  readonly store: Store<KubeObject>;
  readonly admission: Admission;
  readonly clock: Clock;
  readonly random: Random;
  /** By resource: `services`. */
  readonly allocators = new Map<string, Allocator>();
  readonly #versioned = new WeakMap<Kind, Store<KubeObject>>();

  constructor({ store, admission, clock, random }: RegistryOptions) {
    this.store = store;
    this.admission = admission;
    this.clock = clock;
    this.random = random;
  }

  /** The store as objects of the kind see it: custom resources are read and written in their version. */
  storeOf(kind: Kind): Store<KubeObject> {
    if (!kind.custom) return this.store;
    let store = this.#versioned.get(kind);
    if (!store) {
      store = new VersionedStore(this.store, kind.custom.forms);
      this.#versioned.set(kind, store);
    }
    return store;
  }

  /** The object, or undefined. */
  async find(kind: Kind, namespace: string, name: string): Promise<KubeObject | undefined> {
    return (await this.storeOf(kind).get(storeKey(kind, namespace, name)))?.value;
  }

  /** The object. Throws NotFound. */
  async get(kind: Kind, namespace: string, name: string): Promise<KubeObject> {
    const found = await this.find(kind, namespace, name);
    if (!found) throw notFound(resourceOf(kind), name);
    return found;
  }

  /** Commits one change, expecting the object to be at `expected`. Throws Conflict of the store for the caller to decide. */
  async commit(kind: Kind, write: Write<KubeObject>, context: RequestContext): Promise<KubeObject | undefined> {
    const origin: Origin = { actor: context.user.name, cause: context.cause };
    try {
      const [change] = await this.storeOf(kind).write([{ ...write, removal: isRemoval(write) }], origin);
      return change?.after?.value ?? (change?.before && deletedAt(change.before.value, change.revision));
    } catch (error) {
      throw asApiError(error);
    }
  }
}

/** A step towards the end of an object: the mark that it is to be deleted, and what is written after that. */
const isRemoval = ({ value }: Write<KubeObject>): boolean =>
  value === undefined || value.metadata.deletionTimestamp !== undefined;

/** An object as it reads in the event of its deletion: at the revision that deleted it. */
export function deletedAt(object: KubeObject, revision: number): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}

/** What the store says, as the API says it; a Conflict is left for who can still do something about it. */
export function asApiError(error: unknown): unknown {
  if (error instanceof StorageFull)
    return new ApiError("InternalError", `Internal error occurred: ${error.message}`, {}, 507);
  if (error instanceof Unavailable) return serviceUnavailable(error.message);
  if (error instanceof Compacted) {
    return new ApiError(
      "Expired",
      `The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.`,
    ); // prettier-ignore
  }
  if (error instanceof FutureRevision) return error;
  return error;
}

export const modifiedText =
  "the object has been modified; please apply your changes to the latest version and try again";
export const isConflict = (error: unknown): error is Conflict<KubeObject> => error instanceof Conflict;
export const modified = (kind: Kind, name: string): ApiError => conflict(resourceOf(kind), name, modifiedText);
