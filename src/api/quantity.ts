/**
 * Quantities: fixed-point numbers with a unit, as `500m`, `1.5Gi`, `12e3`
 * (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/).
 * Kept exact: a whole number of nano-units in a BigInt. Beyond nano they are rounded up, as upstream does.
 */
import { own } from "../base/own.ts";

export type QuantityFormat = "BinarySI" | "DecimalSI" | "DecimalExponent";

export interface Quantity {
  /** The value times 10^9. */
  readonly nanos: bigint;
  readonly format: QuantityFormat;
}

const binary: Record<string, number> = { Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6 };
const decimal: Record<string, number> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const form = /^([+-]?)(\d*)(?:\.(\d*))?([eE][+-]?\d+|[KMGTPE]i|[numkMGTPE]?)$/;
export const quantityErrors = {
  form: "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  suffix: "unable to parse quantity's suffix",
} as const;

const largest = (1n << 63n) - 1n;
const billion = 1_000_000_000n;

export type ParsedQuantity = Quantity | { readonly error: string };

/** What was read of late: the same few texts come again and again. */
const read = new Map<string, ParsedQuantity>();
const mostKept = 1000;
const longestKept = 16;

/** Reads a quantity; on failure gives upstream's text. */
export function parseQuantity(text: string): ParsedQuantity {
  let parsed = read.get(text);
  if (parsed) return parsed;
  parsed = parse(text);
  if (text.length > longestKept) return parsed;
  if (read.size >= mostKept) read.clear();
  read.set(text, parsed);
  return parsed;
}

function parse(text: string): ParsedQuantity {
  if (text === "") return { error: quantityErrors.form };
  const match = form.exec(text);
  if (!match || (!match[2] && !match[3])) {
    return {
      error: /^[+-]?(\d+\.?\d*|\.\d+)[eEinumkKMGTP]*[+-]?\d*$/.test(text) ? quantityErrors.suffix : quantityErrors.form,
    };
  }
  const [, sign, whole = "", fraction = "", suffix = ""] = match;
  const digits = BigInt(whole + fraction || "0");
  let format: QuantityFormat = "DecimalSI";
  let exponent = 9 - fraction.length;
  let factor = 1n;
  const power = own(binary, suffix);
  const shift = own(decimal, suffix);
  if (power !== undefined) {
    format = "BinarySI";
    factor = 1n << BigInt(10 * power);
  } else if (shift !== undefined) exponent += shift;
  else if (/^[eE]/.test(suffix) && suffix.length > 1) {
    format = "DecimalExponent";
    exponent += Number(suffix.slice(1));
    if (Math.abs(exponent) > 1000) return { error: quantityErrors.suffix };
  } else return { error: quantityErrors.suffix };
  let nanos = digits * factor;
  if (exponent >= 0) nanos *= 10n ** BigInt(exponent);
  else {
    const divisor = 10n ** BigInt(-exponent);
    nanos = (nanos + divisor - 1n) / divisor;
  }
  if (nanos > largest * billion) nanos = largest * billion;
  return { nanos: sign === "-" ? -nanos : nanos, format };
}

const units = ["", "k", "M", "G", "T", "P", "E"];
const binaryUnits = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/** The canonical text: no fraction, the largest unit that leaves a whole number. */
export function formatQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) return "0";
  const sign = nanos < 0n ? "-" : "";
  const size = nanos < 0n ? -nanos : nanos;
  if (format === "BinarySI" && size >= 1024n * billion && size % billion === 0n) {
    let value = size / billion;
    let unit = 0;
    while (value % 1024n === 0n && unit < 6) {
      value /= 1024n;
      unit++;
    }
    return sign + value + binaryUnits[unit];
  }
  let value = size;
  let exponent = -9;
  while (value % 1000n === 0n && exponent < 18) {
    value /= 1000n;
    exponent += 3;
  }
  if (format === "DecimalExponent") return sign + value + (exponent === 0 ? "" : `e${exponent}`);
  const unit = exponent < 0 ? ({ [-9]: "n", [-6]: "u", [-3]: "m" }[exponent] ?? "") : units[exponent / 3];
  return sign + value + unit;
}

/** Reads what was validated before; an unreadable text counts as zero. */
export function quantityOf(text: string | number | undefined): Quantity {
  const parsed = parseQuantity(String(text ?? "0"));
  return "error" in parsed ? { nanos: 0n, format: "DecimalSI" } : parsed;
}

/** The value rounded up to whole units, as `Quantity.Value()`. */
export function wholeValue(text: string | undefined): bigint {
  return ceilDivide(quantityOf(text).nanos, billion);
}

/** The value in thousandths, rounded up, as `Quantity.MilliValue()`. */
export function milliValue(text: string | undefined): bigint {
  return ceilDivide(quantityOf(text).nanos, 1_000_000n);
}

export function ceilDivide(value: bigint, by: bigint): bigint {
  return value > 0n ? (value + by - 1n) / by : value / by;
}

export function addQuantities(a: string | undefined, b: string): string {
  const [x, y] = [quantityOf(a), quantityOf(b)];
  return formatQuantity({ nanos: x.nanos + y.nanos, format: a === undefined || x.nanos === 0n ? y.format : x.format });
}

export function subtractQuantities(a: string, b: string): string {
  const [x, y] = [quantityOf(a), quantityOf(b)];
  return formatQuantity({ nanos: x.nanos - y.nanos, format: x.nanos === 0n ? y.format : x.format });
}

/** Negative, zero or positive, as `a` is less than, equal to or more than `b`. */
export function compareQuantities(a: string | undefined, b: string | undefined): number {
  const d = quantityOf(a).nanos - quantityOf(b).nanos;
  return d < 0n ? -1 : d > 0n ? 1 : 0;
}
