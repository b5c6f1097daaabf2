/**
 * Cron schedules as robfig/cron's standard parser reads them: five fields, names of months and days, `@daily` and the
 * like, `@every 1h`, and a time zone before them (`TZ=Europe/Berlin 0 3 * * *`). Errors have its texts.
 */
import { parseGoDuration } from "./go-duration.ts";
import { timeZone, utc, type WallTime, type Zone } from "./time-zone.ts";

export class CronError extends Error {
  override readonly name = "CronError";
}

export interface CronSchedule {
  /**
   * The next time after `ms` (both in milliseconds since 1970); undefined if there is none within five years.
   * A zone in the schedule itself goes before `zone`.
   */
  next(ms: number, zone?: Zone): number | undefined;
}

interface Field {
  readonly values: ReadonlySet<number>;
  /** It was written as `*`: of the two kinds of days the other one decides. */
  readonly any: boolean;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  /** Names of the values, from the smallest on. */
  readonly names?: readonly string[];
}

const minutes: Bounds = { min: 0, max: 59 };
const hours: Bounds = { min: 0, max: 23 };
const monthDays: Bounds = { min: 1, max: 31 };
const months: Bounds = {
  min: 1,
  max: 12,
  names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
};
const weekdays: Bounds = { min: 0, max: 6, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] };

const descriptors: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** Throws CronError. */
export function parseCronSchedule(text: string): CronSchedule {
  if (text === "") throw new CronError("empty spec string");
  const { zone, rest } = ownZone(text);
  if (rest.startsWith("@")) return parseDescriptor(rest, zone);
  const fields = rest.split(/\s+/).filter(Boolean);
  if (fields.length !== 5)
    throw new CronError(`expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`);
  return scheduleOf(fields, zone);
}

function ownZone(text: string): { zone?: Zone; rest: string } {
  if (!text.startsWith("TZ=") && !text.startsWith("CRON_TZ=")) return { rest: text };
  const end = text.indexOf(" ");
  if (end < 0) throw new CronError("invalid schedule format: runtime error: slice bounds out of range [:-1]");
  const name = text.slice(text.indexOf("=") + 1, end);
  const zone = name === "Local" ? utc : timeZone(name);
  if (!zone) throw new CronError(`provided bad location ${name}: unknown time zone ${name}`);
  return { zone, rest: text.slice(end).trim() };
}

const every = "@every ";

function parseDescriptor(text: string, zone: Zone | undefined): CronSchedule {
  const fields = Object.hasOwn(descriptors, text) ? descriptors[text] : undefined;
  if (fields !== undefined) return scheduleOf(fields.split(" "), zone);
  if (!text.startsWith(every)) throw new CronError(`unrecognized descriptor: ${text}`);
  const ms = parseGoDuration(text.slice(every.length));
  if (typeof ms !== "number") throw new CronError(`failed to parse duration ${text}: ${ms.error}`);
  const delay = Math.max(Math.floor(ms / 1000) * 1000, 1000);
  return { next: (now) => Math.floor(now / 1000) * 1000 + delay };
}

function scheduleOf(fields: readonly string[], own: Zone | undefined): CronSchedule {
  const [minute = "", hour = "", monthDay = "", month = "", weekday = ""] = fields;
  const plan: Plan = {
    minute: parseField(minute, minutes).values,
    hour: parseField(hour, hours).values,
    monthDay: parseField(monthDay, monthDays),
    month: parseField(month, months).values,
    weekday: parseField(weekday, weekdays),
  };
  return { next: (ms, zone = utc) => nextTime(plan, ms, own ?? zone) };
}

function parseField(text: string, bounds: Bounds): Field {
  const values = new Set<number>();
  let any = false;
  for (const part of text.split(",").filter(Boolean)) any = addRange(part, bounds, values) || any;
  return { values, any };
}

/** Adds the values of `1-5/2` and says whether it stands for any value. */
function addRange(text: string, { min, max, names }: Bounds, values: Set<number>): boolean {
  const [range = "", stepText, ...moreSteps] = text.split("/");
  const [low = "", high, ...moreHighs] = range.split("-");
  let any = low === "*" || low === "?";
  let start = min;
  let end = max;
  if (!any) {
    start = parseValue(low, min, names);
    if (moreHighs.length) throw new CronError(`too many hyphens: ${text}`);
    end = high === undefined ? start : parseValue(high, min, names);
  }
  let step = 1;
  if (moreSteps.length) throw new CronError(`too many slashes: ${text}`);
  if (stepText !== undefined) {
    step = parseNumber(stepText);
    if (high === undefined) end = max;
    if (step > 1) any = false;
  }
  if (start < min) throw new CronError(`beginning of range (${start}) below minimum (${min}): ${text}`);
  if (end > max) throw new CronError(`end of range (${end}) above maximum (${max}): ${text}`);
  if (start > end) throw new CronError(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (step === 0) throw new CronError(`step of range should be a positive number: ${text}`);
  for (let value = start; value <= end; value += step) values.add(value);
  return any;
}

function parseValue(text: string, min: number, names: readonly string[] | undefined): number {
  const named = names?.indexOf(text.toLowerCase()) ?? -1;
  return named >= 0 ? named + min : parseNumber(text);
}

function parseNumber(text: string): number {
  const fail = (why: string): CronError =>
    new CronError(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: ${why}`);
  if (!/^[+-]?[0-9]+$/.test(text)) throw fail("invalid syntax");
  const value = Number(text);
  if (Math.abs(value) >= 2 ** 63) throw fail("value out of range");
  if (value < 0) throw new CronError(`negative number (${value}) not allowed: ${text}`);
  return value;
}

interface Plan {
  readonly minute: ReadonlySet<number>;
  readonly hour: ReadonlySet<number>;
  readonly monthDay: Field;
  readonly month: ReadonlySet<number>;
  readonly weekday: Field;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const yearsAhead = 5;

function dayMatches({ monthDay, weekday }: Plan, wall: WallTime): boolean {
  const [byDate, byWeekday] = [monthDay.values.has(wall.day), weekday.values.has(wall.weekday)];
  return monthDay.any || weekday.any ? byDate && byWeekday : byDate || byWeekday;
}

/** Goes on month by month, then day by day, hour by hour, minute by minute; from the start where one of them rolls over. */
function nextTime(plan: Plan, after: number, zone: Zone): number | undefined {
  let at = Math.floor(after / 1000) * 1000 + 1000;
  const lastYear = zone.at(at).year + yearsAhead;
  let wall = zone.at(at);
  const move = (to: number): void => {
    at = to;
    wall = zone.at(at);
  };
  // as soon as a larger part has moved, the smaller ones begin anew
  let moved = false;
  const start = (month: number, day: number, hour: number): void => {
    if (!moved) move(zone.instant(wall.year, month, day, hour, 0, 0));
    moved = true;
  };
  for (;;) {
    if (wall.year > lastYear) return undefined;
    if (!plan.month.has(wall.month)) {
      start(wall.month, 1, 0);
      move(zone.instant(wall.year, wall.month + 1, wall.day, wall.hour, wall.minute, wall.second));
    } else if (!dayMatches(plan, wall)) {
      start(wall.month, wall.day, 0);
      move(zone.instant(wall.year, wall.month, wall.day + 1, wall.hour, wall.minute, wall.second));
      // midnight may not exist on this day, or the clock may have been put back to the day before
      if (wall.hour !== 0) move(at + (wall.hour > 12 ? 24 - wall.hour : -wall.hour) * hourMs);
    } else if (!plan.hour.has(wall.hour)) {
      start(wall.month, wall.day, wall.hour);
      move(at + hourMs);
    } else if (!plan.minute.has(wall.minute)) {
      if (!moved) move(Math.floor(at / minuteMs) * minuteMs);
      moved = true;
      move(at + minuteMs);
    } else if (wall.second !== 0) move(at + 1000);
    else return at;
  }
}
