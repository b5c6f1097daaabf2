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
const freshMs = 1000;
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

/**
 * The rate of each zone's taints per second, by zone; those not named have the usual one. Undefined: everything is lost,
 * none are to be set, and those that are there are to go.
 */
export function taintRates(nodes: readonly Node[]): ReadonlyMap<string, number> | undefined {
  const counts = new Map<string, { ready: number; notReady: number }>();
  for (const node of nodes) {
    if (node.metadata.labels?.[excludedLabel] !== undefined) continue;
    const key = zoneOf(node);
    const count = counts.get(key) ?? { ready: 0, notReady: 0 };
    counts.set(key, count);
    count[isNodeReady(node) ? "ready" : "notReady"]++;
  }
  const zones = [...counts].map(([zone, { ready, notReady }]) => {
    return { zone, size: ready + notReady, state: zoneState(ready, notReady) };
  });
  if (zones.length && zones.every(({ state }) => state === "FullDisruption")) return undefined;
  return new Map(
    zones.map(({ zone, size, state }) => {
      const reduced = size > largeZone ? perSecondInLargeZones : 0;
      return [zone, state === "PartialDisruption" ? reduced : perSecond];
    }),
  );
}

/** The state of the zones, looked at anew once in a while: with thousands of nodes lost at once, each asks. */
export class Zones {
  #atMs = Number.NEGATIVE_INFINITY;
  #rates: ReadonlyMap<string, number> | undefined;

  /** The rate of a zone's taints, as `taintRates` tells it. */
  rate(zone: string, nodes: () => readonly Node[], now: number): number | undefined {
    if (now - this.#atMs >= freshMs) {
      this.#rates = taintRates(nodes());
      this.#atMs = now;
    }
    return this.#rates && (this.#rates.get(zone) ?? perSecond);
  }
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
