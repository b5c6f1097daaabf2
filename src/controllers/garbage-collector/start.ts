/**
 * The garbage collector: watches the objects of all kinds, those that are added while it runs too, and removes what has lost
 * its owners.
 * Promises: an object is judged only once the graph has seen everything that is there; one whose owner is deleted is looked
 * at at once, without any search.
 */
import type { Catalog } from "../../api/catalog.ts";
import { ApiError } from "../../api/errors.ts";
import { groupVersionOf, type Kind } from "../../api/kind.ts";
import { WorkQueue } from "../../base/work-queue.ts";
import type { AnyObject, Cause } from "../../client/client.ts";
import type { Difference } from "../../informer/informer.ts";
import type { Environment } from "../../reconciler/controller.ts";
import { EventRecorder } from "../../reconciler/events.ts";
import type { Running } from "../../reconciler/run.ts";
import { EveryKind } from "../every-kind/watched.ts";
import { Collector, UnknownKind } from "./collector.ts";
import { type Affected, Graph, type Node, nodeOf } from "./graph.ts";

const name = "garbage-collector-controller";
const workers = 20;

export async function startGarbageCollector(environment: Environment, catalog: Catalog): Promise<Running> {
  const { clock, onError } = environment;
  const client = environment.clientFor("generic-garbage-collector");
  const events = new EventRecorder({ client: environment.clientFor(name), clock, component: name });
  const graph = new Graph();
  const collector: Collector = new Collector({
    client,
    catalog,
    graph,
    check: (uid, because) => checks.add(uid, because),
  });
  const failed = (what: string) => (uid: string, error: unknown) => {
    // another wrote in between, or the owner's kind is not served yet: to be tried again, nothing to be told of
    if (error instanceof UnknownKind || (error instanceof ApiError && error.reason === "Conflict")) return;
    const node = graph.get(uid);
    const told = node && `${node.kind.kind} ${node.namespace ? `${node.namespace}/` : ""}${node.name}`;
    onError?.(`${name} ${what}`, told ?? uid, error);
  };
  const checks = new WorkQueue<Cause>({
    clock,
    workers,
    work: (uid, because) => collector.check(uid, because),
    onError: failed("check"),
  });
  const orphans = new WorkQueue<Cause>({
    clock,
    workers,
    work: (uid, because) => collector.orphan(uid, because),
    onError: failed("orphan"),
  });
  checks.pause();
  orphans.pause();
  const see = (kind: Kind, { before, after, revision }: Difference<AnyObject>): void => {
    const affected = after ? graph.see(nodeOf(kind, after)) : graph.forget(before?.metadata.uid ?? "");
    enqueue(affected, revision ? { revision } : undefined);
    if (after) reportStrangers(graph, after.metadata.uid ?? "", events);
  };
  const enqueue = ({ check, orphan }: Affected, because: Cause | undefined): void => {
    for (const uid of check) checks.add(uid, because);
    for (const uid of orphan) orphans.add(uid, because);
  };
  const watched = new EveryKind({
    environment,
    client,
    catalog,
    onDifference: see,
    onGone: (kind) => {
      for (const { uid } of graph.ofKind(kind)) enqueue(graph.forget(uid), undefined);
    },
    onError: (error) => onError?.(name, "", error),
  });
  await watched.start();
  checks.resume();
  orphans.resume();
  return {
    async stop() {
      watched.stop();
      await Promise.all([checks.stop(), orphans.stop()]);
      await events.flush();
    },
  };
}

/** Owners must be in the same namespace, or in none. */
function reportStrangers(graph: Graph, uid: string, events: EventRecorder): void {
  const node = graph.get(uid);
  for (const reference of node?.owners ?? []) {
    const owner = graph.get(reference.uid);
    if (!node || !owner?.namespace || owner.namespace === node.namespace) continue;
    const { apiVersion, kind, name: ownerName } = reference;
    const told = `[${apiVersion}/${kind}, namespace: ${node.namespace}, name: ${ownerName}, uid: ${reference.uid}]`;
    events.warning(
      about(node),
      "OwnerRefInvalidNamespace",
      `ownerRef ${told} does not exist in namespace "${node.namespace}"`,
    );
  }
}

const about = ({ kind, namespace, name: named, uid }: Node) => ({
  kind: kind.kind,
  apiVersion: groupVersionOf(kind),
  namespace,
  name: named,
  uid,
});
