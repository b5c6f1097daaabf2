import type { TypeText } from "../schema/sources.ts";

/** The types of events/v1, in the notation that schema/notation.ts reads. */
export const eventsTypes = {
  groupVersion: "events/v1",
  text: `
Event kind
  metadata 1 ObjectMeta always
  eventTime 2 MicroTime always required
  series 3 *EventSeries
  reportingController 4 string
  reportingInstance 5 string
  action 6 string
  reason 7 string
  regarding 8 core/v1.ObjectReference
  related 9 *core/v1.ObjectReference
  note 10 string
  type 11 string
  deprecatedSource 12 core/v1.EventSource
  deprecatedFirstTimestamp 13 Time
  deprecatedLastTimestamp 14 Time
  deprecatedCount 15 int32
EventSeries
  count 1 int32 always required
  lastObservedTime 2 MicroTime always required
`,
};

/** What is known of the group, and not served. */
export const eventsUnserved: readonly TypeText[] = [
  {
    groupVersion: "events/v1beta1",
    like: ["events/v1"],
    text: "",
  },
];
