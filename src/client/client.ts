/**
 * How everything in Coxswain speaks to an API server: typed requests, lists and watches, over a transport that is HTTP
 * or a server in this process (objects by reference, nothing encoded).
 *
 * Promises of every implementation:
 * - What is given out is shared and frozen, or to be treated so; what is given in is not kept.
 * - Failures are ApiError, with upstream's reasons; a server that cannot be reached is `ServiceUnavailable`.
 * - Objects may lack `kind` and `apiVersion`: the handle says what they are.
 */
import type { Kind } from "../api/kind.ts";
import type { ObjectMeta, Shared } from "../api/object.ts";

export type { Shared } from "../api/object.ts";

declare const objectType: unique symbol;
/** A kind, with the type of its objects. */
export type KindOf<T> = Kind & { readonly [objectType]?: T };

export interface AnyObject {
  apiVersion?: string | undefined;
  kind?: string | undefined;
  metadata: ObjectMeta;
}

/** The revision or the request that made a writer write; goes into the log with the change. */
export type Cause = { readonly revision: number } | { readonly request: string };

export interface Target {
  readonly namespace?: string | undefined;
  readonly name: string;
}

export interface Selection {
  /** Default: all namespaces. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

export interface ListOptions extends Selection {
  readonly limit?: number | undefined;
  readonly continue?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly resourceVersionMatch?: string | undefined;
}

export interface List<T> {
  readonly items: readonly Shared<T>[];
  readonly resourceVersion: string;
  readonly continue?: string | undefined;
}

export type Event<T> = { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: Shared<T> };

export interface WatchRequest<T> extends Selection {
  /** Changes after this revision. */
  readonly resourceVersion: string;
  /** Events that happened together; must not throw. */
  readonly onEvents: (events: readonly Event<T>[]) => void;
  /** No object changed, but the watch has come this far. */
  readonly onProgress?: (resourceVersion: string) => void;
  /** The watch is over, and not by `stop`. `Expired`: list anew; else go on from the last revision. */
  readonly onEnd: (error: Error | undefined) => void;
}

export interface Watching {
  stop(): void;
}

export interface WriteOptions {
  readonly subresource?: string | undefined;
  readonly dryRun?: boolean | undefined;
  readonly fieldManager?: string | undefined;
}

export interface PatchOptions extends WriteOptions {
  /** Default `merge`. */
  readonly type?: "json" | "merge" | "strategic" | "apply" | undefined;
  readonly force?: boolean | undefined;
}

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: "Orphan" | "Background" | "Foreground";
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

export interface Client {
  get<T extends AnyObject>(kind: KindOf<T>, target: Target): Promise<Shared<T>>;
  list<T extends AnyObject>(kind: KindOf<T>, options?: ListOptions): Promise<List<T>>;
  watch<T extends AnyObject>(kind: KindOf<T>, request: WatchRequest<T>): Promise<Watching>;
  create<T extends AnyObject>(kind: KindOf<T>, object: NoInfer<Shared<T>>, options?: WriteOptions): Promise<Shared<T>>;
  update<T extends AnyObject>(kind: KindOf<T>, object: NoInfer<Shared<T>>, options?: WriteOptions): Promise<Shared<T>>;
  patch<T extends AnyObject>(
    kind: KindOf<T>,
    target: Target,
    patch: unknown,
    options?: PatchOptions,
  ): Promise<Shared<T>>;
  /** Resolves to the object as it is while its deletion waits, or was last. */
  delete(kind: Kind, target: Target, options?: DeleteOptions): Promise<void>;
  deleteCollection(kind: Kind, selection: Selection, options?: DeleteOptions): Promise<void>;
  /** Posts to a subresource with a kind of its own: `binding`, `eviction`, `token`. */
  post(kind: Kind, target: Target, subresource: string, body: object): Promise<unknown>;
  /** The same client, whose writes are logged as caused by `cause`. */
  because(cause: Cause | undefined): Client;
}

/** The same handle for a kind that is known only at run time. */
export const anyKind = (kind: Kind): KindOf<AnyObject> => kind;

/** The revision an object was last written at, as a cause. */
export const causeOf = ({
  metadata,
}: {
  readonly metadata: { readonly resourceVersion?: string | undefined };
}): Cause => ({
  revision: Number(metadata.resourceVersion ?? 0),
});
