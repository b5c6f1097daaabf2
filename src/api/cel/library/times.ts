/** What clocks and calendars say of timestamps, in UTC or in a time zone, and the lengths of durations. */
import type { WallTime } from "../../batch/time-zone.ts";
import { declare, type FunctionDeclaration, type Implementation } from "../check/environment.ts";
import type { Duration } from "../values/duration.ts";
import type { Timestamp } from "../values/timestamp.ts";

function part(
  name: string,
  id: string,
  read: (wall: WallTime, time: Timestamp) => number | bigint,
  perDuration?: readonly [id: string, nanos: bigint],
): FunctionDeclaration {
  const overloads: [string, string, Implementation][] = [
    [id, "timestamp.() int", (time: Timestamp) => BigInt(read(time.at(undefined), time))],
    [`${id}_with_tz`, "timestamp.(string) int", (time: Timestamp, zone: string) => BigInt(read(time.at(zone), time))],
  ];
  if (perDuration) {
    const [durationId, nanos] = perDuration;
    overloads.push([durationId, "duration.() int", (span: Duration) => span.nanos / nanos]);
  }
  return declare(name, ...overloads);
}

const dayOfYear = ({ year, month, day }: WallTime): number => {
  const [first, wanted] = [new Date(0), new Date(0)];
  first.setUTCFullYear(year, 0, 1);
  wanted.setUTCFullYear(year, month - 1, day);
  return Math.round((wanted.getTime() - first.getTime()) / 86_400_000);
};

export const times: readonly FunctionDeclaration[] = [
  part("getFullYear", "timestamp_to_year", (wall) => wall.year),
  part("getMonth", "timestamp_to_month", (wall) => wall.month - 1),
  part("getDayOfYear", "timestamp_to_day_of_year", dayOfYear),
  part("getDayOfMonth", "timestamp_to_day_of_month", (wall) => wall.day - 1),
  part("getDate", "timestamp_to_day_of_month_1_based", (wall) => wall.day),
  part("getDayOfWeek", "timestamp_to_day_of_week", (wall) => wall.weekday),
  part("getHours", "timestamp_to_hours", (wall) => wall.hour, ["duration_to_hours", 3_600_000_000_000n]),
  part("getMinutes", "timestamp_to_minutes", (wall) => wall.minute, ["duration_to_minutes", 60_000_000_000n]),
  part("getSeconds", "timestamp_to_seconds_tz", (wall) => wall.second, ["duration_to_seconds", 1_000_000_000n]),
  part("getMilliseconds", "timestamp_to_milliseconds", (_, time) => time.milliseconds, [
    "duration_to_milliseconds",
    1_000_000n,
  ]),
];
