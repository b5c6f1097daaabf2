/** What the runtime has of a pod, as last observed. */
import type { ContainerStatus, SandboxStatus } from "../runtimes/contract.ts";

export interface ObservedPod {
  readonly uid: string;
  /** Newest first. */
  readonly sandboxes: readonly SandboxStatus[];
  /** All that are kept, dead ones too, newest first. */
  readonly containers: readonly ContainerStatus[];
  /** The pod's addresses, kept after its sandbox has gone. */
  readonly ips: readonly string[];
}

export const nothingObserved = (uid: string): ObservedPod => ({ uid, sandboxes: [], containers: [], ips: [] });

export const latestOf = (observed: ObservedPod, name: string): ContainerStatus | undefined =>
  observed.containers.find((c) => c.name === name);

export const runningOf = (observed: ObservedPod): readonly ContainerStatus[] =>
  observed.containers.filter((c) => c.state === "running");

/** Whether anything of the pod still runs or could. */
export const isAlive = (observed: ObservedPod): boolean =>
  observed.sandboxes.some((s) => s.ready) ||
  observed.containers.some((c) => c.state === "running" || c.state === "created");

/** Whether the pod needs another sandbox, and which in number that would be. */
export function sandboxChange(
  observed: ObservedPod,
  hostNetwork: boolean,
): { changed: boolean; attempt: number; id: string } {
  const ready = observed.sandboxes.filter((s) => s.ready);
  const [latest] = observed.sandboxes;
  if (!latest) return { changed: true, attempt: 0, id: "" };
  if (ready.length > 1 || !latest.ready) return { changed: true, attempt: latest.attempt + 1, id: latest.id };
  if (!hostNetwork && latest.ips.length === 0) return { changed: true, attempt: latest.attempt + 1, id: latest.id };
  return { changed: false, attempt: latest.attempt, id: latest.id };
}
