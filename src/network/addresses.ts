/** IPv4 addresses and their ranges, in CIDR notation: pure. */

/** An IPv4 address as a number. */
export const addressNumber = (address: string): number =>
  address.split(".").reduce((number, part) => number * 256 + Number(part), 0);

export const addressText = (number: number): string =>
  [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256).join(".");

/** First and last address of a range; an address alone is a range of one. */
export function bounds(range: string): readonly [number, number] {
  const [address = "", bits = "32"] = range.split("/");
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(addressNumber(address) / size) * size;
  return [first, first + size - 1];
}

export function overlap(a: string, b: string): boolean {
  const [firstA, lastA] = bounds(a);
  const [firstB, lastB] = bounds(b);
  return firstA <= lastB && firstB <= lastA;
}

/** The `n`th address of a range; the range itself is number 0. */
export const nthAddress = (range: string, n: number): string => addressText(bounds(range)[0] + n);
