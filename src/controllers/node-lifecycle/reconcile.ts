/**
 * Watches over the health of nodes: who is not heard of becomes Unknown; who is not ready is tainted, so that nothing new
 * comes there and, in time, what is there goes (https://kubernetes.io/docs/concepts/architecture/nodes/#node-controller).
 */
import type { Taint } from "../../api/core/taints.ts";
import type * as core from "../../api/generated/core-v1.ts";
import { leases, type Node, nodes, pods } from "../../client/kinds.ts";
import {
  againIn,
  type Controller,
  done,
  type Outcome,
  type ReconcileContext,
  wake,
} from "../../reconciler/controller.ts";
import type { Regarding } from "../../reconciler/events.ts";
import { byNode } from "../pods/by-node.ts";
import {
  conditionOf,
  isNodeReady,
  missingLabels,
  notReadyTaint,
  silentConditions,
  unreachableTaint,
  withNoExecute,
  withNoSchedule,
} from "./conditions.ts";
import { deadlineMs, type Health, observe } from "./health.ts";
import { markNotReady } from "./pods-not-ready.ts";
import { Turns, Zones, zoneOf } from "./zones.ts";

const leaseNamespace = "kube-node-lease";
/** How often a zone that holds back its taints is looked at. */
const recheckMs = 5000;

interface State {
  readonly health: Map<string, Health>;
  /** Nodes that have been greeted, by name. */
  readonly known: Map<string, string>;
  readonly turns: Turns;
  readonly zones: Zones;
}

export function nodeLifecycleController(): Controller<core.Node> {
  const state: State = { health: new Map(), known: new Map(), turns: new Turns(), zones: new Zones() };
  return {
    name: "node-controller",
    reconciles: nodes,
    reads: [pods],
    wakes: [
      wake(leases, ({ before, after }) => {
        const { namespace, name = "" } = (after ?? before)?.metadata ?? {};
        return namespace === leaseNamespace ? [name] : [];
      }),
    ],
    async reconcile(name, context) {
      const node = context.cache(nodes).get(name);
      if (!node) {
        bidFarewell(name, state, context);
        return done;
      }
      greet(node, state, context);
      return reconcile(node, state, context);
    },
  };
}

const about = (name: string, uid: string | undefined): Regarding => ({ kind: "Node", apiVersion: "v1", name, uid });

function greet({ metadata: { name = "", uid = "" } }: Node, { known }: State, { events }: ReconcileContext): void {
  if (known.has(name)) return;
  known.set(name, uid);
  events.normal(about(name, uid), "RegisteredNode", `Node ${name} event: Registered Node ${name} in Controller`);
}

function bidFarewell(name: string, { known, health }: State, { events }: ReconcileContext): void {
  health.delete(name);
  const uid = known.get(name);
  if (uid === undefined) return;
  known.delete(name);
  events.normal(about(name, uid), "RemovingNode", `Node ${name} event: Removing Node ${name} from Controller`);
}

async function reconcile(seen: Node, state: State, context: ReconcileContext): Promise<Outcome> {
  const { cache, client, clock } = context;
  const { name = "" } = seen.metadata;
  const now = clock.now();
  const lease = cache(leases).get(`${leaseNamespace}/${name}`);
  const health = observe(state.health.get(name), seen, lease, now);
  state.health.set(name, health);
  const silentInMs = deadlineMs(health) - now;
  const node = silentInMs <= 0 ? await markSilent(seen, context) : seen;
  const labels = missingLabels(node);
  if (Object.keys(labels).length) await client.patch(nodes, { name }, { metadata: { labels } });
  const taints = withNoSchedule(node, now);
  const tainted = taints ? await setTaints(node, taints, context) : node;
  const waitMs = await evict(tainted, state, context);
  const waits = [...(silentInMs > 0 ? [silentInMs + 1] : []), ...(waitMs === undefined ? [] : [waitMs])];
  return waits.length ? againIn(Math.min(...waits)) : done;
}

/** A node that was ready until now takes its pods' readiness with it. */
async function markSilent(node: Node, context: ReconcileContext): Promise<Node> {
  const { client, clock, cache, events } = context;
  const { name = "", uid } = node.metadata;
  const before = conditionOf(node, "Ready");
  if (before?.status === "Unknown") return node;
  const status = { ...node.status, conditions: silentConditions(node, clock.now()) };
  const after = await client.update(nodes, { ...node, status }, { subresource: "status" });
  if (before?.status === "True") {
    events.normal(about(name, uid), "NodeNotReady", `Node ${name} status is now: NodeNotReady`);
    for (const pod of cache(pods).by("node", name, byNode)) await markNotReady(pod, context);
  }
  return after;
}

async function setTaints(node: Node, taints: readonly Taint[], { client }: ReconcileContext): Promise<Node> {
  const { name = "", resourceVersion } = node.metadata;
  // taints are a list without keys to a merge: it must be the list that was looked at
  return client.patch(
    nodes,
    { name },
    { metadata: { resourceVersion }, spec: { taints: taints.length ? taints : null } },
  );
}

/** Sets and takes the taint that evicts; resolves to how long to wait before the next look, in milliseconds. */
async function evict(node: Node, { turns, zones }: State, context: ReconcileContext): Promise<number | undefined> {
  const { cache, clock } = context;
  const ready = conditionOf(node, "Ready");
  if (!ready) return undefined;
  const wanted = isNodeReady(node) ? undefined : ready.status === "False" ? notReadyTaint : unreachableTaint;
  const now = clock.now();
  const zone = zoneOf(node);
  const rate = wanted === undefined ? 0 : zones.rate(zone, () => cache(nodes).list(), now);
  const taints = withNoExecute(node, rate === undefined ? undefined : wanted, now);
  const recheck = wanted === undefined ? undefined : recheckMs;
  if (!taints) return recheck;
  const had = (node.spec?.taints ?? []).some(
    ({ key, effect }) => effect === "NoExecute" && (key === notReadyTaint || key === unreachableTaint),
  );
  // to change one for the other, or to take it away, waits for nothing
  if (!had && wanted !== undefined) {
    if (!rate) return recheckMs;
    const waitMs = turns.take(zone, rate, now);
    if (waitMs > 0) return waitMs;
  }
  await setTaints(node, taints, context);
  return recheck;
}
