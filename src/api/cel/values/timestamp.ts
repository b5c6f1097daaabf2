import { timeZone, type WallTime } from "../../batch/time-zone.ts";
import { Duration } from "./duration.ts";
import { CelError, fail } from "./error.ts";

const second = 1_000_000_000n;
const first = -62_135_596_800n * second;
const last = 253_402_300_799n * second + second - 1n;

/** An instant between the years 1 and 9999, to the nanosecond; it remembers the offset it was written with. */
export class Timestamp {
  /** Since 1970. */
  readonly nanos: bigint;
  readonly offsetMinutes: number;

  constructor(nanos: bigint, offsetMinutes = 0) {
    this.nanos = nanos;
    this.offsetMinutes = offsetMinutes;
  }

  static checked(nanos: bigint, offsetMinutes = 0): Timestamp {
    return nanos < first || nanos > last ? fail("timestamp overflow") : new Timestamp(nanos, offsetMinutes);
  }

  plus(span: Duration): Timestamp {
    return Timestamp.checked(this.nanos + span.nanos, this.offsetMinutes);
  }

  since(other: Timestamp): Duration {
    return Duration.checked(this.nanos - other.nanos);
  }

  get ms(): number {
    return Number(floorDivide(this.nanos, 1_000_000n));
  }

  /** RFC 3339, with as many digits of the second as are needed. */
  toString(): string {
    const wall = new Date(this.ms + this.offsetMinutes * 60_000).toISOString().slice(0, 19);
    const fraction = floorModulo(this.nanos, second).toString().padStart(9, "0").replace(/0+$/, "");
    return wall + (fraction && `.${fraction}`) + showOffset(this.offsetMinutes);
  }

  /** The wall clock at a time zone's: an IANA name, or an offset as `+02:00`. */
  at(zone: string | undefined): WallTime {
    if (zone === undefined) return wallTime(this.ms);
    if (zone.includes(":")) return wallTime(this.ms + offsetOf(zone) * 60_000);
    const found = zone === "" || zone === "UTC" ? undefined : timeZone(zone);
    if (found) return found.at(this.ms);
    return zone === "" || zone === "UTC" ? wallTime(this.ms) : fail(`unknown time zone ${zone}`);
  }

  /** Of the second, in milliseconds. */
  get milliseconds(): bigint {
    return floorModulo(this.nanos, second) / 1_000_000n;
  }
}

const floorDivide = (a: bigint, b: bigint): bigint => (a - floorModulo(a, b)) / b;
const floorModulo = (a: bigint, b: bigint): bigint => ((a % b) + b) % b;
const two = (n: number): string => String(n).padStart(2, "0");

function showOffset(minutes: number): string {
  if (minutes === 0) return "Z";
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

function wallTime(ms: number): WallTime {
  const wall = new Date(ms);
  return {
    year: wall.getUTCFullYear(),
    month: wall.getUTCMonth() + 1,
    day: wall.getUTCDate(),
    weekday: wall.getUTCDay(),
    hour: wall.getUTCHours(),
    minute: wall.getUTCMinutes(),
    second: wall.getUTCSeconds(),
  };
}

function offsetOf(zone: string): number {
  const [hours = "", minutes = ""] = [zone.slice(0, zone.indexOf(":")), zone.slice(zone.indexOf(":") + 1)];
  for (const part of [hours, minutes]) {
    if (!/^[+-]?\d+$/.test(part)) throw new CelError(`strconv.Atoi: parsing ${JSON.stringify(part)}: invalid syntax`);
  }
  return Number(hours) * 60 + (zone.startsWith("-") ? -1 : 1) * Number(minutes);
}

const form = /^(\d{4})-(\d\d)-(\d\d)T(\d?\d):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/;

/** RFC 3339 as Go reads it; undefined for what is no such time. May lie outside the years that CEL takes. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const match = form.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, secondOf] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [fraction = "", zone = "Z"] = match.slice(7, 9);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, secondOf, 0);
  const isReal = month >= 1 && month <= 12 && day >= 1 && date.getUTCDate() === day && date.getUTCMonth() === month - 1;
  if (!isReal || hour > 23 || minute > 59 || secondOf > 59) return undefined;
  const size = zone === "Z" ? 0 : Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  if (zone !== "Z" && (Number(zone.slice(1, 3)) > 24 || Number(zone.slice(4, 6)) > 60)) return undefined;
  const offset = zone.startsWith("-") ? -size : size;
  const nanos = BigInt(date.getTime() - offset * 60_000) * 1_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, "0"));
  return new Timestamp(nanos, offset);
}

/** The day's first instant, UTC: `2024-05-31`. */
export const parseDate = (text: string): Timestamp | undefined =>
  /^\d{4}-\d\d-\d\d$/.test(text) ? parseTimestamp(`${text}T00:00:00Z`) : undefined;

export const isInRange = (time: Timestamp): boolean => time.nanos >= first && time.nanos <= last;
