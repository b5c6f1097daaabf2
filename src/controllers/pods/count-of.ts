/** A count, or a share of `total` that `round` makes whole; what cannot be read is nothing. */
export function countOf(value: number | string | undefined, total: number, round: (n: number) => number): number {
  if (typeof value === "number") return value;
  const share = /^(\d+)%$/.exec(value ?? "")?.[1];
  return share === undefined ? 0 : round((Number(share) * total) / 100);
}
