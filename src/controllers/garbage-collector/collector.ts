/** Carries out what the graph and the judgement call for. All of it may be repeated, and asks the server before it deletes. */
import type { Catalog } from "../../api/catalog.ts";
import { ApiError } from "../../api/errors.ts";
import type { Kind } from "../../api/kind.ts";
import type { AnyObject, Cause, Client, Shared, Target } from "../../client/client.ts";
import { anyKind } from "../../client/client.ts";
import { foreground, type Graph, type Node, names, orphan, type Reference } from "./graph.ts";
import { type Judged, judge, type Standing } from "./plan.ts";

/** An owner of a kind that is not served, or that cannot be: to be tried again, or given up. */
export class UnknownKind extends Error {
  override readonly name = "UnknownKind";
}
class NamespacedOwner extends Error {
  override readonly name = "NamespacedOwner";
}

export interface CollectorOptions {
  readonly client: Client;
  readonly catalog: Pick<Catalog, "kind">;
  readonly graph: Graph;
  /** Asks for another look. */
  readonly check: (uid: string, because: Cause | undefined) => void;
}

export class Collector {
  readonly #options: CollectorOptions;

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  /** Deletes the object if its owners call for it; goes on with its own deletion if that waits for dependents. */
  async check(uid: string, because: Cause | undefined): Promise<void> {
    const { graph, check } = this.#options;
    const node = graph.get(uid);
    if (!node || (node.isBeingDeleted && !node.awaitsDependents)) return;
    const client = this.#options.client.because(because);
    const latest = await find(client, node);
    if (!latest) return;
    if (node.awaitsDependents) {
      const blocking = graph.blocking(uid);
      if (!blocking.length) await removeFinalizer(client, node, latest, foreground);
      for (const dependent of blocking) if (!dependent.awaitsDependents) check(dependent.uid, because);
      return;
    }
    const judged = await this.#judged(node, latest, client);
    if (judged) await this.#carryOut(node, latest, judged, client);
  }

  /** Lets all dependents go, then the object itself. */
  async orphan(uid: string, because: Cause | undefined): Promise<void> {
    const { graph } = this.#options;
    const node = graph.get(uid);
    if (!node) return;
    const client = this.#options.client.because(because);
    for (const dependent of [...graph.dependentsOf(uid)]) {
      const latest = await find(client, dependent);
      if (latest) await dropOwners(client, dependent, latest, [uid]);
    }
    const latest = await find(client, node);
    if (latest) await removeFinalizer(client, node, latest, orphan);
  }

  async #carryOut(node: Node, latest: Shared<AnyObject>, judged: readonly Judged[], client: Client): Promise<void> {
    const { graph } = this.#options;
    const verdict = judge(judged, {
      finalizers: latest.metadata.finalizers ?? [],
      hasDependents: graph.hasDependents(node.uid),
      hasWaitingDependent: [...graph.dependentsOf(node.uid)].some(({ awaitsDependents }) => awaitsDependents),
    });
    if (verdict.do === "release") await dropOwners(client, node, latest, verdict.uids);
    if (verdict.do !== "delete") return;
    const current = verdict.unblock ? await unblock(client, node, latest) : latest;
    const { resourceVersion } = current.metadata;
    const preconditions = { uid: node.uid, ...(resourceVersion && { resourceVersion }) };
    await client
      .delete(node.kind, targetOf(node), { propagationPolicy: verdict.propagation, preconditions })
      .catch(ignoreGone);
  }

  /** Undefined if nothing can ever come of it. Throws if it is to be tried again. */
  async #judged(node: Node, latest: Shared<AnyObject>, client: Client): Promise<Judged[] | undefined> {
    try {
      const judged: Judged[] = [];
      for (const reference of latest.metadata.ownerReferences ?? []) {
        judged.push({ reference, standing: await this.#standing(reference, node, client) });
      }
      return judged;
    } catch (error) {
      if (error instanceof NamespacedOwner) return undefined;
      throw error;
    }
  }

  async #standing(reference: Reference, { namespace }: Node, client: Client): Promise<Standing> {
    const { graph, catalog } = this.#options;
    const known = graph.get(reference.uid);
    if (known && names(reference, known, namespace)) return known.awaitsDependents ? "waiting" : "solid";
    const kind = catalog.kind(reference.apiVersion, reference.kind);
    if (!kind) throw new UnknownKind(`unable to get REST mapping for ${reference.apiVersion}/${reference.kind}.`);
    if (kind.namespaced && !namespace)
      throw new NamespacedOwner("cluster-scoped objects cannot refer to namespaced owners");
    const owner = await get(client, stored(kind), {
      namespace: kind.namespaced ? namespace : "",
      name: reference.name,
    });
    if (owner?.metadata.uid !== reference.uid) return "dangling";
    const { deletionTimestamp, finalizers = [] } = owner.metadata;
    return deletionTimestamp && finalizers.includes(foreground) ? "waiting" : "solid";
  }
}

const stored = (kind: Kind): Kind => kind.storedAs?.kind ?? kind;
const targetOf = ({ namespace, name }: Node): Target => ({ namespace, name });

/** The object as the server has it, if it is still this one. */
async function find(client: Client, node: Node): Promise<Shared<AnyObject> | undefined> {
  const found = await get(client, node.kind, targetOf(node));
  return found?.metadata.uid === node.uid ? found : undefined;
}

async function get(client: Client, kind: Kind, target: Target): Promise<Shared<AnyObject> | undefined> {
  try {
    return await client.get(anyKind(kind), target);
  } catch (error) {
    if (error instanceof ApiError && error.reason === "NotFound") return undefined;
    throw error;
  }
}

function ignoreGone(error: unknown): void {
  if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
}

/** A merge patch, which every kind takes; it names the version it was made from, for it holds whole lists. */
async function change(client: Client, node: Node, latest: Shared<AnyObject>, metadata: object): Promise<void> {
  const { resourceVersion } = latest.metadata;
  await client
    .patch(anyKind(node.kind), targetOf(node), { metadata: { resourceVersion, ...metadata } })
    .catch(ignoreGone);
}

async function removeFinalizer(client: Client, node: Node, latest: Shared<AnyObject>, gone: string): Promise<void> {
  const before = latest.metadata.finalizers ?? [];
  const finalizers = before.filter((name) => name !== gone);
  if (finalizers.length === before.length) return;
  await change(client, node, latest, { finalizers: finalizers.length ? finalizers : null });
}

async function dropOwners(
  client: Client,
  node: Node,
  latest: Shared<AnyObject>,
  uids: readonly string[],
): Promise<void> {
  const before = latest.metadata.ownerReferences ?? [];
  const ownerReferences = before.filter(({ uid }) => !uids.includes(uid));
  if (ownerReferences.length === before.length) return;
  await change(client, node, latest, { ownerReferences: ownerReferences.length ? ownerReferences : null });
}

async function unblock(client: Client, node: Node, latest: Shared<AnyObject>): Promise<Shared<AnyObject>> {
  const ownerReferences = latest.metadata.ownerReferences?.map((ref) => ({ ...ref, blockOwnerDeletion: false }));
  await change(client, node, latest, { ownerReferences });
  return (await find(client, node)) ?? latest;
}
