import { event, eventPrinter } from "../core/event.ts";
import { validateChangedEvent, validateNewEvent } from "../core/event-validation.ts";
import type { Event as CoreEvent } from "../generated/core-v1.ts";
import type { Event } from "../generated/events-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";

const coreOf = (object: KubeObject): CoreEvent => object as unknown as CoreEvent;

/** The same event under the names that core has for its fields. */
function toCore(object: KubeObject): Draft {
  const {
    regarding,
    note,
    deprecatedSource,
    deprecatedFirstTimestamp,
    deprecatedLastTimestamp,
    deprecatedCount,
    reportingController,
    reportingInstance,
    ...same
  } = object as unknown as Event;
  const made: CoreEvent = {
    ...same,
    involvedObject: regarding ?? {},
    ...(note !== undefined && { message: note }),
    source: deprecatedSource ?? {},
    firstTimestamp: deprecatedFirstTimestamp ?? null,
    lastTimestamp: deprecatedLastTimestamp ?? null,
    ...(deprecatedCount !== undefined && { count: deprecatedCount }),
    reportingComponent: reportingController ?? "",
    reportingInstance: reportingInstance ?? "",
  } as CoreEvent;
  return made as unknown as Draft;
}

function fromCore(object: KubeObject): KubeObject {
  const {
    involvedObject,
    message,
    source,
    firstTimestamp,
    lastTimestamp,
    count,
    reportingComponent,
    reportingInstance,
    ...same
  } = coreOf(object);
  return {
    ...same,
    eventTime: same.eventTime ?? null,
    ...(reportingComponent && { reportingController: reportingComponent }),
    ...(reportingInstance && { reportingInstance }),
    regarding: involvedObject,
    ...(message && { note: message }),
    deprecatedSource: source ?? {},
    deprecatedFirstTimestamp: firstTimestamp ?? null,
    deprecatedLastTimestamp: lastTimestamp ?? null,
    ...(count && { deprecatedCount: count }),
  } as unknown as KubeObject;
}

const regarding = Object.fromEntries(
  ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"].map((field) => [
    `regarding.${field}`,
    (o: KubeObject): string => coreOf(o).involvedObject[field as "kind"] ?? "",
  ]),
);

export const eventsEvent = defineKind({
  group: "events.k8s.io",
  version: "v1",
  kind: "Event",
  plural: "events",
  shortNames: ["ev"],
  namespaced: true,
  type: "events/v1.Event",
  printer: { ...eventPrinter, cells: (object, now) => eventPrinter.cells(toCore(object), now) },
  storedAs: { kind: event, toStored: toCore, fromStored: fromCore },
  strategy: {
    allowCreateOnUpdate: true,
    validate: (object) => validateNewEvent(coreOf(object)),
    validateUpdate: (object, old) => validateChangedEvent(coreOf(object), coreOf(old)),
  },
  selectableFields: {
    ...regarding,
    reason: (o) => coreOf(o).reason ?? "",
    reportingController: (o) => coreOf(o).reportingComponent ?? "",
    type: (o) => coreOf(o).type ?? "",
  },
});
