/**
 * Who belongs to whom: an owner takes what its selector selects and nobody manages, and lets go of what no longer
 * matches (https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#non-template-pod-acquisitions).
 */
import { ApiError } from "../../api/errors.ts";
import type { ObjectMeta, OwnerReference, Shared } from "../../api/object.ts";
import type { AnyObject, Client, KindOf } from "../../client/client.ts";
import type { Cache } from "../../informer/cache.ts";

/** The owner that manages the object, if any. */
export const managerOf = ({
  metadata,
}: {
  readonly metadata: Shared<ObjectMeta>;
}): Shared<OwnerReference> | undefined => metadata.ownerReferences?.find((ref) => ref.controller === true);

/** An object that manages others. */
export interface Owner {
  readonly kind: KindOf<AnyObject>;
  readonly object: { readonly metadata: Shared<ObjectMeta> };
}

/** The reference that makes `owner` the manager of what carries it. */
export function ownerReference({ kind, object }: Owner): OwnerReference {
  const { name = "", uid = "" } = object.metadata;
  const apiVersion = kind.group ? `${kind.group}/${kind.version}` : kind.version;
  return { apiVersion, kind: kind.kind, name, uid, controller: true, blockOwnerDeletion: true };
}

const unmanaged = ({ metadata }: Shared<AnyObject>): readonly string[] =>
  managerOf({ metadata }) ? [] : [metadata.namespace ?? ""];

/** What the owner manages, and what nobody in its namespace manages. */
export const candidates = <T extends AnyObject>(cache: Cache<T>, { metadata }: Shared<AnyObject>): Shared<T>[] => [
  ...cache.controlledBy(metadata.uid ?? ""),
  ...cache.by("unmanaged", metadata.namespace ?? "", unmanaged),
];

export interface ClaimOptions<T extends AnyObject> {
  readonly client: Client;
  readonly owner: Owner;
  readonly matches: (object: Shared<T>) => boolean;
  /** Given to what is adopted, taken from what is let go. */
  readonly finalizer?: string;
}

/**
 * Adopts and releases; returns those of `objects` that the owner manages now. An owner that is being deleted adopts and
 * releases nothing. Throws what went wrong first, after all have been tried.
 */
export async function claim<T extends AnyObject>(
  kind: KindOf<T>,
  objects: NoInfer<readonly Shared<T>[]>,
  options: ClaimOptions<NoInfer<T>>,
): Promise<Shared<T>[]> {
  const { metadata } = options.owner.object;
  const mayAdopt = once(() => recheck(options));
  const claimed: Shared<T>[] = [];
  const failures: unknown[] = [];
  for (const object of objects) {
    const manager = managerOf(object);
    if (manager && manager.uid !== metadata.uid) continue;
    const wanted = options.matches(object);
    if (manager && wanted) claimed.push(object);
    if (Boolean(manager) === wanted || metadata.deletionTimestamp) continue;
    try {
      if (manager) await release(kind, object, options);
      else if (!object.metadata.deletionTimestamp) {
        await mayAdopt();
        claimed.push(await adopt(kind, object, options));
      }
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === "NotFound")) failures.push(error);
    }
  }
  if (failures.length) throw failures[0];
  return claimed;
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= run();
    return running;
  };
}

/** The cache may not know yet that the owner is on its way out: before the first adoption the server is asked. */
async function recheck<T extends AnyObject>({ client, owner }: ClaimOptions<T>): Promise<void> {
  const { namespace, name = "", uid } = owner.object.metadata;
  const fresh = await client.get(owner.kind, { namespace, name });
  const told = `${namespace}/${name}`;
  if (fresh.metadata.uid !== uid) {
    throw new Error(`original ${owner.kind.kind} ${told} is gone: got uid ${fresh.metadata.uid}, wanted ${uid}`);
  }
  if (fresh.metadata.deletionTimestamp) {
    throw new Error(`${told} has just been deleted at ${fresh.metadata.deletionTimestamp}`);
  }
}

function adopt<T extends AnyObject>(
  kind: KindOf<T>,
  { metadata: { namespace, name = "", uid } }: Shared<T>,
  { client, owner, finalizer }: ClaimOptions<T>,
): Promise<Shared<T>> {
  const finalizers = finalizer && { finalizers: [finalizer] };
  const patch = { metadata: { uid, ownerReferences: [ownerReference(owner)], ...finalizers } };
  return client.patch(kind, { namespace, name }, patch, { type: "strategic" });
}

async function release<T extends AnyObject>(
  kind: KindOf<T>,
  { metadata: { namespace, name = "", uid } }: Shared<T>,
  { client, owner, finalizer }: ClaimOptions<T>,
): Promise<void> {
  const ownerReferences = [{ $patch: "delete", uid: owner.object.metadata.uid }];
  const finalizers = finalizer && { "$deleteFromPrimitiveList/finalizers": [finalizer] };
  try {
    await client.patch(
      kind,
      { namespace, name },
      { metadata: { uid, ownerReferences, ...finalizers } },
      { type: "strategic" },
    );
  } catch (error) {
    // Invalid: it lost its owner, or is another object of that name by now
    if (!(error instanceof ApiError && error.reason === "Invalid")) throw error;
  }
}
