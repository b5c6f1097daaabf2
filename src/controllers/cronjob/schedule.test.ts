import assert from "node:assert/strict";
import { test } from "node:test";
import { timeZone } from "../../api/batch/time-zone.ts";
import type { CronJob } from "../../client/kinds.ts";
import { at, epoch } from "../test-objects.ts";
import { dueTime, ScheduleError, timeIn, untilNext } from "./schedule.ts";

const cron = (schedule: string, spec: object = {}, status: object = {}): CronJob =>
  ({ metadata: { name: "c", creationTimestamp: at(0) }, spec: { schedule, ...spec }, status }) as unknown as CronJob;
const minute = 60;
const hour = 60 * minute;

const cases: { name: string; cronJob: CronJob; seconds: number; due?: number; next: number; many?: boolean }[] = [
  { name: "before the first time", cronJob: cron("*/5 * * * *"), seconds: minute, next: 5 * minute },
  { name: "at the first time", cronJob: cron("*/5 * * * *"), seconds: 5 * minute, due: 5 * minute, next: 10 * minute },
  {
    name: "after several only the last counts",
    cronJob: cron("*/5 * * * *"),
    seconds: 17 * minute,
    due: 15 * minute,
    next: 20 * minute,
  },
  {
    name: "what was started is not due again",
    cronJob: cron("*/5 * * * *", {}, { lastScheduleTime: at(15 * minute) }),
    seconds: 17 * minute,
    next: 20 * minute,
  },
  {
    name: "beyond the deadline nothing is due",
    cronJob: cron("0 * * * *", { startingDeadlineSeconds: 10 }),
    seconds: hour + 20,
    next: 2 * hour,
  },
  {
    name: "too many are told of",
    cronJob: cron("* * * * *"),
    seconds: 3 * hour,
    due: 3 * hour,
    next: 3 * hour + minute,
    many: true,
  },
  { name: "in its own zone", cronJob: cron("0 9 * * *", { timeZone: "Asia/Tokyo" }), seconds: hour, next: 24 * hour },
];
for (const { name, cronJob, seconds, due, next, many = false } of cases) {
  test(`dueTime: ${name}`, () => {
    const now = epoch + seconds * 1000;
    const { dueMs, isTooMany } = dueTime(cronJob, now);
    assert.equal(dueMs, due === undefined ? undefined : epoch + due * 1000);
    assert.equal(isTooMany, many);
    assert.equal(untilNext(cronJob, now), (next - seconds) * 1000 + 100);
  });
}

test("a day that never comes is an error", () => {
  assert.throws(() => dueTime(cron("0 0 31 2 *"), epoch), ScheduleError);
});

test("times are written with the offset of the zone", () => {
  const zone = timeZone("Asia/Kolkata");
  assert.ok(zone);
  assert.equal(timeIn(zone, epoch), "2026-01-01T05:30:00+05:30");
});
