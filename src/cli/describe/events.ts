/** The events of an object, at the end of its description. */

import type { KubeObject } from "../../api/object.ts";
import type { Event } from "../../client/kinds.ts";
import type { Surroundings } from "./describer.ts";
import type { Page } from "./page.ts";

export async function describeEvents(page: Page, object: KubeObject, around: Surroundings): Promise<void> {
  const events = await around.events(object);
  if (events) printEvents(page, events);
}

export function printEvents(page: Page, events: readonly Event[]): void {
  if (!events.length) {
    page.line(0, "Events:\t<none>");
    return;
  }
  page.line(0, "Events:");
  page.line(1, "Type\tReason\tAge\tFrom\tMessage");
  page.line(1, "----\t------\t----\t----\t-------");
  // those that tell no time of their last come first, as kubectl sorts them
  const time = ({ lastTimestamp }: Event): number => Date.parse(lastTimestamp ?? "") || 0;
  for (const event of events.toSorted((a, b) => time(a) - time(b))) {
    const { type, reason, source, involvedObject } = event;
    const message = (event.message ?? "").trim();
    const from = source?.component || event.reportingComponent || "";
    const place = involvedObject?.fieldPath ? `${involvedObject.fieldPath}: ` : "";
    page.line(1, `${type ?? ""}\t${reason ?? ""}\t${interval(page, event)}\t${from}\t${place}${message}`);
  }
}

export const lastSeen = (event: Event): string | null | undefined =>
  event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime;

/** `5s`, `1s (x3 over 5m)`. */
export function interval(
  page: Pick<Page, "since">,
  { eventTime, firstTimestamp, lastTimestamp, series, count = 0 }: Event,
): string {
  const first = page.since(eventTime ?? firstTimestamp);
  if (series) return `${page.since(series.lastObservedTime)} (x${series.count} over ${first})`;
  return count > 1 ? `${page.since(lastTimestamp)} (x${count} over ${first})` : first;
}
