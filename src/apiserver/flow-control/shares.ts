/** How the server's seats are divided among its levels, and how levels lend each other what they do not need. */

export interface Wanted {
  readonly target: number;
  readonly least: number;
  readonly most: number;
}

/** Stands for a target of nothing: those who want nothing share what is left alike. */
const leastTarget = 0.001;
const rounds = 64;

/**
 * Divides `sum` so that each gets the same fraction of its target, within its bounds (upstream's
 * `computeConcurrencyAllocation`); what the bounds do not allow to divide is not.
 */
export function divide(sum: number, all: readonly Wanted[]): readonly number[] {
  const at = (fraction: number): number[] =>
    all.map(({ target, least, most }) => Math.max(least, Math.min(most, fraction * Math.max(target, leastTarget))));
  const total = (parts: readonly number[]): number => parts.reduce((a, b) => a + b, 0);
  let [low, high] = [0, 1];
  const most = total(all.map((one) => one.most));
  if (most <= sum) return all.map((one) => one.most);
  while (total(at(high)) < sum) high *= 2;
  for (let i = 0; i < rounds; i++) {
    const middle = (low + high) / 2;
    if (total(at(middle)) < sum) low = middle;
    else high = middle;
  }
  return at(high);
}
