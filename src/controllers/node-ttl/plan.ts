/** For how long kubelets may keep what they read of secrets and config maps: longer the more nodes ask. */

/** The borders overlap, so that a cluster at one of them does not change its mind with every node. */
const steps = [
  { min: 0, max: 100, seconds: 0 },
  { min: 90, max: 500, seconds: 15 },
  { min: 450, max: 1000, seconds: 30 },
  { min: 900, max: 2000, seconds: 60 },
  { min: 1800, max: Number.POSITIVE_INFINITY, seconds: 300 },
] as const;

/** The step for so many nodes, coming from `step`. */
export function stepFor(nodes: number, step: number): number {
  let next = step;
  while (nodes > (steps[next]?.max ?? Number.POSITIVE_INFINITY)) next++;
  while (next > 0 && nodes < (steps[next]?.min ?? 0)) next--;
  return next;
}

export const secondsOf = (step: number): number => steps[step]?.seconds ?? 0;
