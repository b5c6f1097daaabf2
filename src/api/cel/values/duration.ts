import { fail } from "./error.ts";

const limit = 1n << 63n;
const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/** A span of time; its nanoseconds fit 64 bits. */
export class Duration {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }

  /** Faults as an integer overflow does. */
  static checked(nanos: bigint): Duration {
    return nanos < -limit || nanos >= limit ? fail("integer overflow") : new Duration(nanos);
  }

  /** In seconds: `5400s`, `1.5s`. */
  toString(): string {
    const seconds = Number(this.nanos / 1_000_000_000n) + Number(this.nanos % 1_000_000_000n) / 1e9;
    return `${plainDecimal(seconds)}s`;
  }
}

/** A number without an exponent, as short as tells it from its neighbours. */
export function plainDecimal(value: number): string {
  const text = String(Object.is(value, -0) ? 0 : value);
  const [, sign = "", whole = "", fraction = "", exponent] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(text) ?? [];
  if (exponent === undefined) return text;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits + "0".repeat(point - digits.length);
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** Go's notation: `1h30m`, `-1.5s`, `300ms`. */
export function parseDuration(text: string): Duration | undefined {
  const [, sign, body = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (body === "0") return new Duration(0n);
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(body)) return undefined;
  let nanos = 0n;
  for (const [, whole = "", fraction = "", unit = ""] of body.matchAll(/(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g)) {
    const factor = units[unit] as bigint;
    nanos += BigInt(whole || "0") * factor;
    const digits = fraction.slice(0, 18);
    if (digits) nanos += (BigInt(digits) * factor) / 10n ** BigInt(digits.length);
  }
  if (sign === "-") nanos = -nanos;
  return nanos < -limit || nanos >= limit ? undefined : new Duration(nanos);
}
