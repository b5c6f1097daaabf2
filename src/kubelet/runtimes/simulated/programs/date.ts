/** `date`, and times as programs write them. All clocks here are at UTC. */
import { absolute, type Program, ProgramError } from "../process.ts";
import { readOptions } from "./options.ts";

const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = "January February March April May June July August September October November December".split(" ");
const two = (value: number, pad = "0"): string => String(value).padStart(2, pad);
const dayMs = 86_400_000;

/** ISO 8601 weeks begin on Mondays; the first has the year's first Thursday. */
function isoWeek(date: Date): number {
  const thursday = date.getTime() + (4 - (date.getUTCDay() || 7)) * dayMs;
  const year = Date.UTC(new Date(thursday).getUTCFullYear(), 0, 1);
  return Math.floor((thursday - year) / dayMs / 7) + 1;
}

/** As strftime(3) has it. */
export function formatTime(ms: number, format: string): string {
  const date = new Date(ms);
  const hour12 = date.getUTCHours() % 12 || 12;
  const dayOfYear = Math.floor((ms - Date.UTC(date.getUTCFullYear(), 0, 1)) / dayMs) + 1;
  const parts: Readonly<Record<string, () => string>> = {
    Y: () => String(date.getUTCFullYear()),
    y: () => two(date.getUTCFullYear() % 100),
    C: () => two(Math.floor(date.getUTCFullYear() / 100)),
    m: () => two(date.getUTCMonth() + 1),
    d: () => two(date.getUTCDate()),
    e: () => two(date.getUTCDate(), " "),
    H: () => two(date.getUTCHours()),
    k: () => two(date.getUTCHours(), " "),
    I: () => two(hour12),
    l: () => two(hour12, " "),
    M: () => two(date.getUTCMinutes()),
    S: () => two(date.getUTCSeconds()),
    N: () => `${String(date.getUTCMilliseconds()).padStart(3, "0")}000000`,
    p: () => (date.getUTCHours() < 12 ? "AM" : "PM"),
    P: () => (date.getUTCHours() < 12 ? "am" : "pm"),
    a: () => (days[date.getUTCDay()] as string).slice(0, 3),
    A: () => days[date.getUTCDay()] as string,
    b: () => (months[date.getUTCMonth()] as string).slice(0, 3),
    h: () => (months[date.getUTCMonth()] as string).slice(0, 3),
    B: () => months[date.getUTCMonth()] as string,
    j: () => String(dayOfYear).padStart(3, "0"),
    u: () => String(date.getUTCDay() || 7),
    w: () => String(date.getUTCDay()),
    V: () => two(isoWeek(date)),
    s: () => String(Math.floor(ms / 1000)),
    z: () => "+0000",
    Z: () => "UTC",
    n: () => "\n",
    t: () => "\t",
    "%": () => "%",
    F: () => formatTime(ms, "%Y-%m-%d"),
    T: () => formatTime(ms, "%H:%M:%S"),
    R: () => formatTime(ms, "%H:%M"),
    D: () => formatTime(ms, "%m/%d/%y"),
    r: () => formatTime(ms, "%I:%M:%S %p"),
    c: () => formatTime(ms, "%a %b %e %H:%M:%S %Y"),
    x: () => formatTime(ms, "%m/%d/%y"),
    X: () => formatTime(ms, "%H:%M:%S"),
  };
  return format.replace(/%-?([A-Za-z%])/g, (whole, letter: string) => {
    const text = Object.hasOwn(parts, letter) ? parts[letter]?.() : undefined;
    return text === undefined ? whole : whole[1] === "-" ? text.replace(/^[0 ](?=.)/, "") : text;
  });
}

export const isoTime = (ms: number): string => formatTime(ms, "%Y-%m-%d %H:%M:%S");

function readTime(text: string, now: number): number {
  if (text === "now") return now;
  if (/^@-?\d+$/.test(text)) return Number(text.slice(1)) * 1000;
  const clock = /^(\d\d?):(\d\d)(?::(\d\d))?$/.exec(text);
  if (clock)
    return (
      Math.floor(now / dayMs) * dayMs +
      Number(clock[1]) * 3_600_000 +
      Number(clock[2]) * 60_000 +
      Number(clock[3] ?? 0) * 1000
    );
  const whole = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?))?Z?$/.exec(text);
  const ms = whole ? Date.parse(`${whole[1]}T${whole[2] ?? "00:00"}Z`) : Number.NaN;
  if (Number.isNaN(ms)) throw new ProgramError(`invalid date '${text}'`);
  return ms;
}

const isoForms: Readonly<Record<string, string>> = {
  ...{ "": "%Y-%m-%d", date: "%Y-%m-%d", hours: "%Y-%m-%dT%H+00:00", minutes: "%Y-%m-%dT%H:%M+00:00" },
  ...{ seconds: "%Y-%m-%dT%H:%M:%S+00:00", ns: "%Y-%m-%dT%H:%M:%S,%N+00:00" },
};

export const date: Program = async ({ clock, files }, io) => {
  // the value of -I is joined to it
  const iso = io.args.find((arg) => /^(-I|--iso-8601)/.test(arg))?.replace(/^(-I|--iso-8601=?)/, "");
  const { words, value, has } = readOptions(
    io.args.filter((arg) => !/^(-I|--iso-8601)/.test(arg)),
    "uRd:r:s:D:",
    { date: "d", utc: "u" },
  );
  if (has("s")) throw new ProgramError("can't set date: Operation not permitted");
  const now = clock.now();
  const of = value("r");
  const ms =
    of !== undefined
      ? files.stat(absolute(of, io.cwd)).changedAt
      : has("d")
        ? readTime(value("d") as string, now)
        : now;
  const format = words.find((word) => word.startsWith("+"))?.slice(1);
  const usual = has("R") ? "%a, %d %b %Y %H:%M:%S +0000" : "%a %b %e %H:%M:%S UTC %Y";
  await io.stdout(`${formatTime(ms, format ?? (iso === undefined ? usual : (isoForms[iso] ?? "%F")))}\n`);
  return 0;
};
