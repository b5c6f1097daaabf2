/**
 * When what made endpoints change happened, as the annotation `endpoints.kubernetes.io/last-change-trigger-time` tells it,
 * from which clients measure how long a change takes to reach them.
 */
import { rfc3339 } from "../../base/clock.ts";
import type { Pod, Service } from "../../client/kinds.ts";

interface Seen {
  readonly service: number;
  readonly pods: ReadonlyMap<string, number>;
}

const readyChangedAt = ({ status }: Pod): number => {
  const at = status?.conditions?.find(({ type }) => type === "Ready")?.lastTransitionTime;
  return at ? Date.parse(at) : 0;
};

export class TriggerTimes {
  readonly #seen = new Map<string, Seen>();

  /** The earliest of what is new since the last call for this service; undefined if nothing is. */
  next(key: string, service: Service, pods: readonly Pod[]): string | undefined {
    const seen = this.#seen.get(key);
    let earliest = Number.POSITIVE_INFINITY;
    const times = new Map<string, number>();
    for (const pod of pods) {
      const at = readyChangedAt(pod);
      if (!at) continue;
      const name = pod.metadata.name ?? "";
      if (at > (seen?.pods.get(name) ?? 0)) earliest = Math.min(earliest, at);
      times.set(name, at);
    }
    const made = Date.parse(service.metadata.creationTimestamp ?? "") || 0;
    if (made > (seen?.service ?? 0)) earliest = Math.min(earliest, made);
    this.#seen.set(key, { service: made, pods: times });
    return Number.isFinite(earliest) ? rfc3339(earliest) : undefined;
  }

  forget(key: string): void {
    this.#seen.delete(key);
  }
}
