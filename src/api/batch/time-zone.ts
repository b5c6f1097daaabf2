/** Time zones by their IANA names, and the clocks on their walls. The data is that of the JavaScript engine. */

/** The wall clock somewhere: month from 1, weekday from 0 (Sunday). */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

export interface Zone {
  at(ms: number): WallTime;
  /** The instant at which the clock shows this; parts out of range carry over, as in Go's `time.Date`. */
  instant(year: number, month: number, day: number, hour: number, minute: number, second: number): number;
}

/** Milliseconds that the clock is ahead of UTC. */
type Offset = (ms: number) => number;

function zoneOf(offset: Offset): Zone {
  return {
    at(ms) {
      const wall = new Date(ms + offset(ms));
      return {
        year: wall.getUTCFullYear(),
        month: wall.getUTCMonth() + 1,
        day: wall.getUTCDate(),
        weekday: wall.getUTCDay(),
        hour: wall.getUTCHours(),
        minute: wall.getUTCMinutes(),
        second: wall.getUTCSeconds(),
      };
    },
    instant(year, month, day, hour, minute, second) {
      const wall = Date.UTC(year, month - 1, day, hour, minute, second);
      // a clock put back shows some times twice, one put forward skips some: take the offset that holds at the guess
      const guess = offset(wall);
      return guess === 0 ? wall : wall - offset(wall - guess);
    },
  };
}

export const utc: Zone = zoneOf(() => 0);

/** Zones change their offset at whole quarters of an hour. */
const quarter = 15 * 60_000;

function offsetOf(format: Intl.DateTimeFormat): Offset {
  let last: { readonly quarter: number; readonly offset: number } | undefined;
  return (ms) => {
    const at = Math.floor(ms / quarter);
    if (last?.quarter === at) return last.offset;
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
    for (const { type, value } of format.formatToParts(at * quarter)) parts[type] = value;
    const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts[type]);
    const wall = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
    last = { quarter: at, offset: wall - at * quarter };
    return last.offset;
  };
}

/** Undefined if there is no such zone. Names are exact: `europe/berlin` is none. */
export function timeZone(name: string): Zone | undefined {
  if (name === "" || name === "UTC") return utc;
  // offsets and names in small letters are read by the engine, but are no names
  if (!name.split("/").every((part) => /^[A-Z]/.test(part))) return undefined;
  try {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    const known = format.resolvedOptions().timeZone;
    if (known !== name && known.toLowerCase() === name.toLowerCase()) return undefined;
    return zoneOf(offsetOf(format));
  } catch {
    return undefined;
  }
}
