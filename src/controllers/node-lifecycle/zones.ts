/**
 * How fast nodes that are lost get the taint that evicts their pods: slower where much of a zone is lost, and not at all
 * where everything is, for then it is rather the way to them that is lost
 * (https://kubernetes.io/docs/concepts/architecture/nodes/#rate-limits-on-eviction).
 */
import type { Node } from "../../client/kinds.ts";
import { isNodeReady } from "./conditions.ts";

const perSecond = 0.1;
const perSecondInLargeZones = 0.01;
const largeZone = 50;
const unhealthyShare = 0.55;
const excludedLabel = "node.kubernetes.io/exclude-disruption";

export type ZoneState = "Normal" | "PartialDisruption" | "FullDisruption";

export const zoneOf = ({ metadata: { labels = {} } }: Node): string => {
  const region = labels["topology.kubernetes.io/region"] ?? labels["failure-domain.beta.kubernetes.io/region"] ?? "";
  const zone = labels["topology.kubernetes.io/zone"] ?? labels["failure-domain.beta.kubernetes.io/zone"] ?? "";
  return region || zone ? `${region}:\u0000:${zone}` : "";
};

export function zoneState(ready: number, notReady: number): ZoneState {
  if (ready === 0 && notReady > 0) return "FullDisruption";
  if (notReady > 2 && notReady / (notReady + ready) >= unhealthyShare) return "PartialDisruption";
  return "Normal";
}

/** The rate of a zone's taints per second; undefined: none are to be set, and those that are there are to go. */
export function taintRate(nodes: readonly Node[], zone: string): number | undefined {
  const counts = new Map<string, { ready: number; notReady: number }>();
  for (const node of nodes) {
    if (node.metadata.labels?.[excludedLabel] !== undefined) continue;
    const key = zoneOf(node);
    const count = counts.get(key) ?? { ready: 0, notReady: 0 };
    counts.set(key, count);
    count[isNodeReady(node) ? "ready" : "notReady"]++;
  }
  const states = [...counts.values()].map(({ ready, notReady }) => zoneState(ready, notReady));
  if (states.length && states.every((state) => state === "FullDisruption")) return undefined;
  const { ready = 0, notReady = 0 } = counts.get(zone) ?? {};
  if (zoneState(ready, notReady) !== "PartialDisruption") return perSecond;
  return ready + notReady > largeZone ? perSecondInLargeZones : 0;
}

/** A turn at a rate: one at once, then one after the other. */
export class Turns {
  readonly #next = new Map<string, number>();

  /** 0 if it is the zone's turn now, which is thereby taken; else how long to wait, in milliseconds. */
  take(zone: string, rate: number, now: number): number {
    const at = this.#next.get(zone) ?? 0;
    if (at > now) return at - now;
    this.#next.set(zone, now + 1000 / rate);
    return 0;
  }
}
