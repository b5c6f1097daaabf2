/** What events must be: a little for those of core, more for those of `events.k8s.io` (KEP-383). */
import type { Event } from "../generated/core-v1.ts";
import { deepEqual } from "../object.ts";
import { type FieldError, Path } from "../validation/field-error.ts";
import { isDns1123Subdomain, isQualifiedName } from "../validation/names.ts";

const longest = 128;
const longestNote = 1024;
const tooMany = (limit: number): string => `can have at most ${limit} characters`;

/** What both groups ask of an event. */
export function validateEvent(
  event: Event,
  componentField: "reportingComponent" | "reportingController",
): FieldError[] {
  const errors: FieldError[] = [];
  const { metadata, involvedObject, eventTime } = event;
  const [own, about] = [metadata.namespace ?? "", involvedObject.namespace ?? ""];
  const mismatch = new Path("involvedObject").child("namespace").invalid(about, "does not match event.namespace");
  if (!eventTime) {
    if (about ? about !== own : own !== "" && own !== "default") errors.push(mismatch);
  } else {
    if (!about && own !== "default" && own !== "kube-system") errors.push(mismatch);
    errors.push(...validateReporting(event, componentField));
  }
  for (const fault of isDns1123Subdomain(own)) errors.push(new Path("namespace").invalid(own, fault));
  return errors;
}

function validateReporting(event: Event, componentField: string): FieldError[] {
  const errors: FieldError[] = [];
  const component = event.reportingComponent ?? "";
  const path = new Path(componentField);
  if (!component) errors.push(path.required(""));
  for (const fault of isQualifiedName(component)) errors.push(path.invalid(component, fault));
  const text = (field: string, value: string, limit: number, required = true): void => {
    if (!value && required) errors.push(new Path(field).required(""));
    if (value.length > limit) errors.push(new Path(field).invalid("", tooMany(limit)));
  };
  text("reportingInstance", event.reportingInstance ?? "", longest);
  text("action", event.action ?? "", longest);
  text("reason", event.reason ?? "", longest);
  text("message", event.message ?? "", longestNote, false);
  return errors;
}

function validateSeries({ series }: Event): FieldError[] {
  const errors: FieldError[] = [];
  if (!series) return errors;
  if ((series.count ?? 0) < 2) errors.push(new Path("series.count").invalid("", "should be at least 2"));
  if (!series.lastObservedTime) errors.push(new Path("series.lastObservedTime").required(""));
  return errors;
}

/** What `events.k8s.io` asks beyond that, of a new event. */
export function validateNewEvent(event: Event): FieldError[] {
  const errors = [...validateEvent(event, "reportingController"), ...validateSeries(event)];
  const unset = (field: string): number => errors.push(new Path(field).invalid("", "needs to be unset"));
  if (!event.eventTime) errors.push(new Path("eventTime").required(""));
  if (event.type !== "Normal" && event.type !== "Warning")
    errors.push(new Path("type").invalid("", `has invalid value: ${event.type ?? ""}`));
  if (event.firstTimestamp) unset("firstTimestamp");
  if (event.lastTimestamp) unset("lastTimestamp");
  if (event.count) unset("count");
  if (event.source?.component || event.source?.host) unset("source");
  return errors;
}

const immutable = [
  "involvedObject",
  "reason",
  "message",
  "source",
  "firstTimestamp",
  "lastTimestamp",
  "count",
  "reason", // looked at twice, and told of twice, upstream
  "type",
  "eventTime",
  "action",
  "related",
  "reportingComponent",
  "reportingInstance",
] as const;

/** What `events.k8s.io` asks of an event that changes: nothing but its series may. */
export function validateChangedEvent(event: Event, old: Event): FieldError[] {
  const errors = validateEvent(event, "reportingController");
  if (!deepEqual(event.series, old.series)) errors.push(...validateSeries(event));
  for (const field of immutable) {
    if (deepEqual(event[field] ?? null, old[field] ?? null)) continue;
    const name = field === "reportingComponent" ? "reportingController" : field;
    errors.push(new Path(name).invalid(event[field], "field is immutable"));
  }
  return errors;
}
