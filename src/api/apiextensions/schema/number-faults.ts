/** Numbers against minimum, maximum, multipleOf and the range of their type. */
import { type Fault, goNumber } from "./faults.ts";
import type { JsonSchema } from "./json-schema.ts";
import type { Fit } from "./type-faults.ts";

/** Whether a number can be of a type and format without loss. */
function inRange(value: number, type: string, format: string): boolean {
  if (type === "integer") {
    const limit = format === "int32" ? 2 ** 31 : 2 ** 63;
    // 2^63 itself is what the greatest number of 64 bits becomes here
    return Number.isInteger(value) && value >= -limit && (format === "int32" ? value < limit : value <= limit);
  }
  return type !== "number" || format !== "float" || Math.abs(value) <= 3.4028234663852886e38;
}

export function numberFaults(schema: JsonSchema, { types, format }: Fit, value: number, at: string): readonly Fault[] {
  const { multipleOf, maximum, exclusiveMaximum = false, minimum, exclusiveMinimum = false } = schema;
  const type = types.length === 1 ? (types[0] as string) : "";
  const faults: Fault[] = [];
  const range = (number: number, what: string): void => {
    if (inRange(number, type, format)) return;
    const kind = format ? `type ${type} with format ${format}` : `type ${type} (default format)`;
    faults.push({ kind: "general", at, text: `${what} value must be of ${kind} in ${at}` });
  };
  const invalid = (text: string): void =>
    void faults.push({ kind: "invalid", at, value, text: `${at} in body ${text}` });
  // limits of whole numbers are whole ones
  const limit = (number: number): number => (Number.isInteger(value) ? Math.trunc(number) : number);
  range(value, "Checked");
  if (multipleOf !== undefined) {
    range(multipleOf, "MultipleOf");
    if (!(multipleOf > 0)) {
      const text = `factor MultipleOf declared for ${at} must be positive: ${goNumber(multipleOf)}`;
      faults.push({ kind: "invalid", at, value: multipleOf, text });
    } else if (!isMultiple(value, multipleOf)) invalid(`should be a multiple of ${goNumber(multipleOf)}`);
  }
  if (minimum !== undefined) {
    range(minimum, "Minimum boundary");
    const least = limit(minimum);
    if (exclusiveMinimum ? value <= least : value < least)
      invalid(`should be greater than ${exclusiveMinimum ? "" : "or equal to "}${goNumber(least)}`);
  }
  if (maximum !== undefined) {
    range(maximum, "Maximum boundary");
    const most = limit(maximum);
    if (exclusiveMaximum ? value >= most : value > most)
      invalid(`should be less than ${exclusiveMaximum ? "" : "or equal to "}${goNumber(most)}`);
  }
  return faults;
}

/** Floating point does not stand in the way: 0.3 is a multiple of 0.1. */
function isMultiple(value: number, factor: number): boolean {
  const times = factor < 1 ? (1 / factor) * value : value / factor;
  const nearest = Math.round(times);
  return Math.abs(times - nearest) <= 1e-9 * Math.max(1, Math.abs(times));
}
