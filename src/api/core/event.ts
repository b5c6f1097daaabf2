import type { Event } from "../generated/core-v1.ts";
import { defineKind, type Printer } from "../kind.ts";
import type { KubeObject } from "../object.ts";
import { age, nameColumn } from "../printing/default-printer.ts";
import { validateEvent } from "./event-validation.ts";

const eventOf = (object: KubeObject): Event => object as unknown as Event;
const sourceOf = ({ source, reportingComponent }: Event): string => source?.component || reportingComponent || "";

function teller({ source, reportingComponent, reportingInstance }: Event): string {
  const component = source?.component || reportingComponent || "";
  const instance = source?.host || reportingInstance || "";
  return instance ? `${component}, ${instance}` : component;
}

export const eventPrinter: Printer = {
  columns: [
    {
      name: "Last Seen",
      type: "string",
      description: "The time at which the most recent occurrence of this event was recorded.",
    },
    {
      name: "Type",
      type: "string",
      description: "Type of this event (Normal, Warning), new types could be added in the future",
    },
    {
      name: "Reason",
      type: "string",
      description:
        "This should be a short, machine understandable string that gives the reason for the transition into the object's current status.",
    },
    { name: "Object", type: "string", description: "The object that this event is about." },
    {
      name: "Subobject",
      type: "string",
      priority: 1,
      description:
        'If referring to a piece of an object instead of an entire object, this string should contain a valid JSON/Go field access statement, such as desiredState.manifest.containers[2]. For example, if the object reference is to a container within a pod, this would take on a value like: "spec.containers{name}" (where "name" refers to the name of the container that triggered the event) or if no container name is specified "spec.containers[2]" (container with index 2 in this pod). This syntax is chosen only to have some well-defined way of referencing a part of an object.',
    },
    {
      name: "Source",
      type: "string",
      priority: 1,
      description: "The component reporting this event. Should be a short machine understandable string.",
    },
    { name: "Message", type: "string", description: "A human-readable description of the status of this operation." },
    {
      name: "First Seen",
      type: "string",
      priority: 1,
      description: "The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)",
    },
    { name: "Count", type: "string", priority: 1, description: "The number of times this event has occurred." },
    { ...nameColumn, priority: 1 },
  ],
  cells(object, now) {
    const event = eventOf(object);
    const { involvedObject, series } = event;
    const first = age(event.firstTimestamp || event.eventTime, now);
    const last = series
      ? age(series.lastObservedTime, now)
      : event.lastTimestamp
        ? age(event.lastTimestamp, now)
        : first;
    const kind = (involvedObject.kind ?? "").toLowerCase();
    return [
      last,
      event.type ?? "",
      event.reason ?? "",
      involvedObject.name ? `${kind}/${involvedObject.name}` : kind,
      involvedObject.fieldPath ?? "",
      teller(event),
      (event.message ?? "").trim(),
      first,
      series ? (series.count ?? 0) : event.count || 1,
      event.metadata.name ?? "",
    ];
  },
};

export const event = defineKind({
  group: "",
  version: "v1",
  kind: "Event",
  plural: "events",
  shortNames: ["ev"],
  namespaced: true,
  type: "core/v1.Event",
  printer: eventPrinter,
  strategy: {
    allowCreateOnUpdate: true,
    validate: (object) => validateEvent(eventOf(object), "reportingComponent"),
    // an hour, as kube-apiserver's --event-ttl has it
    timeToLiveSeconds: 3600,
  },
  selectableFields: {
    "involvedObject.kind": (o) => eventOf(o).involvedObject.kind ?? "",
    "involvedObject.namespace": (o) => eventOf(o).involvedObject.namespace ?? "",
    "involvedObject.name": (o) => eventOf(o).involvedObject.name ?? "",
    "involvedObject.uid": (o) => eventOf(o).involvedObject.uid ?? "",
    "involvedObject.apiVersion": (o) => eventOf(o).involvedObject.apiVersion ?? "",
    "involvedObject.resourceVersion": (o) => eventOf(o).involvedObject.resourceVersion ?? "",
    "involvedObject.fieldPath": (o) => eventOf(o).involvedObject.fieldPath ?? "",
    reason: (o) => eventOf(o).reason ?? "",
    reportingComponent: (o) => eventOf(o).reportingComponent ?? "",
    source: (o) => sourceOf(eventOf(o)),
    type: (o) => eventOf(o).type ?? "",
  },
});
