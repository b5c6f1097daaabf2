import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCronSchedule } from "./cron-schedule.ts";
import { timeZone } from "./time-zone.ts";

const times: readonly { name: string; spec: string; after: string; zone?: string; want: string }[] = [
  { name: "the next quarter", spec: "*/15 * * * *", after: "2026-01-02T03:04:05Z", want: "2026-01-02T03:15:00Z" },
  { name: "never the same minute", spec: "15 3 * * *", after: "2026-01-02T03:15:00Z", want: "2026-01-03T03:15:00Z" },
  { name: "names of days", spec: "0 0 * * mon-FRI", after: "2026-01-03T00:00:00Z", want: "2026-01-05T00:00:00Z" },
  { name: "either kind of day", spec: "0 0 13 * fri", after: "2026-02-01T00:00:00Z", want: "2026-02-06T00:00:00Z" },
  { name: "both, if one is open", spec: "0 0 * 2 1", after: "2026-02-03T00:00:00Z", want: "2026-02-09T00:00:00Z" },
  { name: "a leap day", spec: "0 0 29 2 *", after: "2026-03-01T00:00:00Z", want: "2028-02-29T00:00:00Z" },
  { name: "a day that never comes", spec: "0 0 31 2 *", after: "2026-01-01T00:00:00Z", want: "never" },
  { name: "@weekly", spec: "@weekly", after: "2026-01-01T00:00:00Z", want: "2026-01-04T00:00:00Z" },
  { name: "@every", spec: "@every 1h30m", after: "2026-01-01T00:00:00Z", want: "2026-01-01T01:30:00Z" },
  {
    name: "a zone of its own",
    spec: "TZ=Asia/Tokyo 0 9 * * *",
    after: "2026-01-01T00:00:00Z",
    want: "2026-01-02T00:00:00Z",
  },
  {
    name: "summer time begins: the skipped hour is left out",
    spec: "30 2 * * *",
    after: "2026-03-28T12:00:00Z",
    zone: "Europe/Berlin",
    want: "2026-03-30T00:30:00Z",
  },
  {
    name: "summer time ends: hours go on",
    spec: "0 * * * *",
    after: "2026-10-25T00:00:00Z",
    zone: "Europe/Berlin",
    want: "2026-10-25T01:00:00Z",
  },
]; // prettier-ignore

for (const { name, spec, after, zone, want } of times) {
  test(`cron schedule: ${name}`, () => {
    const next = parseCronSchedule(spec).next(Date.parse(after), zone ? timeZone(zone) : undefined);
    assert.equal(next === undefined ? "never" : new Date(next).toISOString().replace(".000", ""), want);
  });
}

const refused: readonly { spec: string; want: string }[] = [
  { spec: "", want: "empty spec string" },
  { spec: "* * * *", want: "expected exactly 5 fields, found 4: [* * * *]" },
  { spec: "60 * * * *", want: "end of range (60) above maximum (59): 60" },
  { spec: "* * * * 7", want: "end of range (7) above maximum (6): 7" },
  { spec: "5-3 * * * *", want: "beginning of range (5) beyond end of range (3): 5-3" },
  { spec: "*/0 * * * *", want: "step of range should be a positive number: */0" },
  { spec: "x * * * *", want: 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax' },
  { spec: "@often", want: "unrecognized descriptor: @often" },
];

for (const { spec, want } of refused)
  test(`cron schedule: "${spec}" is refused`, () => {
    assert.throws(() => parseCronSchedule(spec), { message: want });
  });
