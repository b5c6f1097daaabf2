/** When a CronJob is due (https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax). All times in milliseconds since 1970. */
import { type CronSchedule, parseCronSchedule } from "../../api/batch/cron-schedule.ts";
import { timeZone, utc, type Zone } from "../../api/batch/time-zone.ts";
import type { CronJob } from "../../client/kinds.ts";

/** A schedule that can be read, and yet names no time. */
export class ScheduleError extends Error {
  override readonly name = "ScheduleError";
}

/** A little is waited beyond each time, lest clocks that differ make it come too early. */
const paddingMs = 100;
const many = 100;

export interface DueTime {
  /** The last time that is due and not later than now. */
  readonly dueMs: number | undefined;
  /** So many have been missed that it is told. */
  readonly isTooMany: boolean;
}

interface Recent {
  readonly earliest: number;
  readonly recent: number | undefined;
  readonly missed: number;
}

/** The schedule in the time zone of the CronJob. Throws CronError. */
export function scheduleOf({ spec }: CronJob): (after: number) => number | undefined {
  const zone = zoneOf(spec.timeZone) ?? utc;
  const schedule: CronSchedule = parseCronSchedule(spec.schedule);
  return (after) => schedule.next(after, zone);
}

export const zoneOf = (name: string | undefined): Zone | undefined => (name ? timeZone(name) : utc);

/** Throws ScheduleError. */
export function dueTime(cronJob: CronJob, now: number): DueTime {
  const { recent, missed } = mostRecent(cronJob, now, true);
  return { dueMs: recent, isTooMany: missed > many };
}

/** How long until the time after the last, in milliseconds. */
export function untilNext(cronJob: CronJob, now: number): number | undefined {
  const after = startOfWait(cronJob, now);
  const next = scheduleOf(cronJob)(after);
  return next === undefined ? undefined : next + paddingMs - now;
}

function startOfWait(cronJob: CronJob, now: number): number {
  try {
    const { earliest, recent, missed } = mostRecent(cronJob, now, false);
    return recent ?? (missed === 0 ? earliest : now);
  } catch (error) {
    if (error instanceof ScheduleError) return now;
    throw error;
  }
}

function mostRecent(cronJob: CronJob, now: number, withDeadline: boolean): Recent {
  const { metadata, spec, status } = cronJob;
  const next = scheduleOf(cronJob);
  let earliest = Date.parse(status.lastScheduleTime ?? metadata.creationTimestamp ?? "");
  if (withDeadline && spec.startingDeadlineSeconds !== undefined) {
    earliest = Math.max(earliest, now - spec.startingDeadlineSeconds * 1000);
  }
  const first = next(earliest);
  const second = first === undefined ? undefined : next(first);
  if (first === undefined || second === undefined || Math.round((second - first) / 1000) < 1) {
    throw new ScheduleError("time difference between two schedules is less than 1 second");
  }
  if (now < first) return { earliest, recent: undefined, missed: 0 };
  if (now < second) return { earliest, recent: first, missed: 0 };
  // not every time is looked at: a rough count by the first interval, then on from shortly before now
  const interval = Math.round((second - first) / 1000) * 1000;
  const missed = Math.floor((now - first) / interval) + 1;
  let recent: number | undefined;
  for (let at = next(first + (missed - 2) * interval); at !== undefined && at <= now; at = next(at)) recent = at;
  return { earliest, recent, missed };
}

/** RFC 3339 with the offset of the zone, as annotations tell times. */
export function timeIn(zone: Zone, ms: number): string {
  const { year, month, day, hour, minute, second } = zone.at(ms);
  const offset = Math.round((Date.UTC(year, month - 1, day, hour, minute, second) - ms) / 60_000);
  const wall = new Date(ms + offset * 60_000).toISOString().replace(/\.\d+Z$/, "");
  if (offset === 0) return `${wall}Z`;
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  return `${wall}${offset < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}
