/** What controllers ask about a pod: does it count, is it ready, since when, is it available. */
import type { Pod } from "../../client/kinds.ts";

export const isTerminal = ({ status }: Pod): boolean => status?.phase === "Succeeded" || status?.phase === "Failed";

/** Neither ended nor on its way out. */
export const isActive = (pod: Pod): boolean => !isTerminal(pod) && !pod.metadata.deletionTimestamp;

/** On its way out, and not ended yet. */
export const isTerminating = (pod: Pod): boolean => !isTerminal(pod) && Boolean(pod.metadata.deletionTimestamp);

const readyCondition = ({ status }: Pod) => status?.conditions?.find(({ type }) => type === "Ready");

export const isReady = (pod: Pod): boolean => readyCondition(pod)?.status === "True";

/** Since when the pod has been ready, in milliseconds since 1970; undefined if it is not, or does not tell. */
export function readySince(pod: Pod): number | undefined {
  const condition = readyCondition(pod);
  if (condition?.status !== "True" || !condition.lastTransitionTime) return undefined;
  return Date.parse(condition.lastTransitionTime);
}

/** Ready, and for at least `minReadySeconds`. */
export function isAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  if (!isReady(pod)) return false;
  if (minReadySeconds === 0) return true;
  const since = readySince(pod);
  return since !== undefined && since + minReadySeconds * 1000 <= now;
}

/** How long until the next of the pods becomes available, in milliseconds; undefined if none does by waiting alone. */
export function untilNextAvailable(pods: readonly Pod[], minReadySeconds: number, now: number): number | undefined {
  if (minReadySeconds <= 0) return undefined;
  const waits = pods.flatMap((pod) => {
    const since = readySince(pod);
    const wait = since === undefined ? 0 : since + minReadySeconds * 1000 - now;
    return wait > 0 ? [wait] : [];
  });
  return waits.length ? Math.min(...waits) : undefined;
}

/** When the object was made, in milliseconds since 1970. */
export const createdAt = ({ metadata }: { readonly metadata: Pod["metadata"] }): number =>
  metadata.creationTimestamp ? Date.parse(metadata.creationTimestamp) : 0;
