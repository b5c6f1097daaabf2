/** The next step of a rolling update of a DaemonSet (https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/). */
import type { Pod } from "../../client/kinds.ts";
import { countOf } from "../pods/count-of.ts";
import { placementOn } from "./placement.ts";
import { availableIn, type Daemons, isUpdated, surgeOf } from "./plan.ts";

export interface UpdatePlan {
  readonly create: readonly string[];
  readonly remove: readonly Pod[];
}

/** What is on one node: at most one pod of each kind, or too many to tell. */
type OnNode = { readonly old?: Pod | undefined; readonly fresh?: Pod | undefined } | "crowded";

export function planRollingUpdate(daemons: Daemons): UpdatePlan {
  const { set, nodes } = daemons;
  const wanted = new Set(nodes.filter((node) => placementOn(node, set).wanted).map((node) => node.metadata.name ?? ""));
  const surge = surgeOf(set, wanted.size);
  const allowed = countOf(set.spec.updateStrategy?.rollingUpdate?.maxUnavailable, wanted.size, Math.ceil);
  if (surge > 0) return planSurge(daemons, wanted, surge);
  const unavailable = wanted.size > 0 && allowed === 0 ? 1 : allowed;
  return { create: [], remove: planReplacement(daemons, wanted, unavailable) };
}

function podsOn(node: string, daemons: Daemons): OnNode {
  const alive = (daemons.pods.get(node) ?? []).filter((pod) => !pod.metadata.deletionTimestamp);
  const fresh = alive.filter((pod) => isUpdated(pod, daemons));
  const old = alive.filter((pod) => !fresh.includes(pod));
  return fresh.length > 1 || old.length > 1 ? "crowded" : { old: old[0], fresh: fresh[0] };
}

/** Removes old pods as long as no more than `allowed` nodes are without an available one. */
function planReplacement(daemons: Daemons, wanted: ReadonlySet<string>, allowed: number): Pod[] {
  let unavailable = 0;
  const free: Pod[] = [];
  const candidates: Pod[] = [];
  for (const node of new Set([...daemons.pods.keys(), ...wanted])) {
    const on = podsOn(node, daemons);
    if (on === "crowded" || Boolean(on.old) === Boolean(on.fresh)) unavailable++;
    else if (on.fresh) unavailable += availableIn(on.fresh, daemons) ? 0 : 1;
    else if (on.old && !availableIn(on.old, daemons)) {
      free.push(on.old);
      unavailable++;
    } else if (on.old) candidates.push(on.old);
  }
  return [...free, ...candidates.slice(0, Math.max(0, allowed - unavailable))];
}

/** Puts new pods beside old ones, at most `surge` at a time, and removes an old one when its new one is available. */
function planSurge(daemons: Daemons, wanted: ReadonlySet<string>, surge: number): UpdatePlan {
  let [surging, available] = [0, 0];
  const remove: Pod[] = [];
  const misplaced: Pod[] = [];
  const free: string[] = [];
  const candidates: string[] = [];
  for (const node of daemons.pods.keys()) {
    const on = podsOn(node, daemons);
    if (on === "crowded") {
      surging++;
      continue;
    }
    const { old, fresh } = on;
    const counted = old ?? fresh;
    const isCounted = counted !== undefined && availableIn(counted, daemons);
    if (isCounted) available++;
    if (!old) continue;
    if (fresh) {
      if (availableIn(fresh, daemons)) remove.push(old);
      else surging++;
    } else if (!wanted.has(node)) (isCounted ? misplaced : remove).push(old);
    else (isCounted ? candidates : free).push(node);
  }
  // where the set moves elsewhere, an old pod goes only for an available new one
  remove.push(...misplaced.slice(0, Math.max(0, available - wanted.size)));
  return { create: [...free, ...candidates.slice(0, Math.max(0, surge - surging))], remove };
}
