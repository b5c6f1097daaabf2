/** What slices of a pool of devices may hold, and how they change. */
import { validateNodeSelector } from "../../core/validation/affinity.ts";
import type { Device, DeviceAttribute, ResourceSlice, ResourceSliceSpec } from "../../generated/resource-v1.ts";
import { goForm } from "../../schema/go-form.ts";
import { types } from "../../schema/types.ts";
import { report } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { isCIdentifier, isDns1123Subdomain, isLabelValue, isQualifiedName } from "../../validation/names.ts";
import { checkDriver, checkItems, checkLabel, checkPoolName } from "./parts.ts";

const mostDevices = 128;
const mostDetailedDevices = 64;
const mostCounterSets = 8;
const longestValue = 64;
const longestId = 32;
const path = new Path("spec");
const number = "(0|[1-9]\\d*)";
const before = "(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)";
const build = "[0-9a-zA-Z-]+";
const semver = new RegExp(
  `^${number}\\.${number}\\.${number}(-${before}(\\.${before})*)?(\\+${build}(\\.${build})*)?$`,
);

export function validateSlice({ spec }: ResourceSlice, old?: ResourceSlice): FieldError[] {
  const errors: FieldError[] = [];
  checkDriver(errors, path.child("driver"), spec.driver);
  checkPool(errors, spec);
  if (old) checkFixed(errors, spec, old.spec);
  checkNodes(errors, spec);
  if (spec.sharedCounters && spec.devices)
    errors.push(path.invalid("", "only one of `sharedCounters` or `devices` is allowed"));
  const isDetailed = (spec.devices ?? []).some(
    ({ taints, consumesCounters, attributes }) =>
      taints?.length || consumesCounters?.length || Object.values(attributes ?? {}).some(isList),
  );
  const most = isDetailed ? mostDetailedDevices : mostDevices;
  checkItems(
    errors,
    path.child("devices"),
    spec.devices,
    most,
    (one, at) => checkDevice(errors, at, one),
    (d) => d.name,
  );
  const counters = path.child("sharedCounters");
  const checkSet = ({ name, counters: all }: { name: string; counters?: object | undefined }, at: Path): void => {
    if (!name) errors.push(at.child("name").required(""));
    else checkLabel(errors, at.child("name"), name);
    if (!Object.keys(all ?? {}).length) errors.push(at.child("counters").required(""));
  };
  checkItems(errors, counters, spec.sharedCounters, mostCounterSets, checkSet, ({ name }) => name);
  return errors;
}

const isList = ({ ints, bools, strings, versions }: DeviceAttribute): boolean =>
  Boolean(ints ?? bools ?? strings ?? versions);

function checkPool(errors: FieldError[], { pool }: ResourceSliceSpec): void {
  const at = path.child("pool");
  checkPoolName(errors, at.child("name"), pool.name);
  if (pool.resourceSliceCount <= 0)
    errors.push(at.child("resourceSliceCount").invalid(pool.resourceSliceCount, "must be greater than zero"));
  if (pool.generation < 0)
    errors.push(at.child("generation").invalid(pool.generation, "must be greater than or equal to zero"));
}

function checkFixed(errors: FieldError[], now: ResourceSliceSpec, old: ResourceSliceSpec): void {
  const fixed = (at: Path, value: unknown, was: unknown): void => {
    if (value !== was) errors.push(at.invalid(value ?? null, "field is immutable"));
  };
  fixed(path.child("pool").child("name"), now.pool.name, old.pool.name);
  fixed(path.child("driver"), now.driver, old.driver);
  fixed(path.child("nodeName"), now.nodeName, old.nodeName);
}

function checkNodes(errors: FieldError[], spec: ResourceSliceSpec): void {
  const said: string[] = [];
  const { nodeName, nodeSelector } = spec;
  if (nodeName === "")
    errors.push(path.child("nodeName").invalid("", "must be either unset or set to a non-empty string"));
  else if (nodeName !== undefined) {
    said.push("`nodeName`");
    report(errors, path.child("nodeName"), nodeName, isDns1123Subdomain(nodeName));
  }
  if (nodeSelector) {
    said.push("`nodeSelector`");
    validateNodeSelector(errors, nodeSelector, path.child("nodeSelector"));
  }
  for (const field of ["allNodes", "perDeviceNodeSelection"] as const) {
    if (spec[field]) said.push(`\`${field}\``);
    else if (spec[field] === false)
      errors.push(path.child(field).invalid(false, "must be either unset or set to true"));
  }
  const oneOf = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";
  if (!said.length) errors.push(path.required(oneOf));
  else if (said.length > 1) errors.push(path.invalid(`{${said.join(", ")}}`, `${oneOf}, but multiple fields are set`));
}

function checkDevice(errors: FieldError[], at: Path, { name, attributes, capacity, taints }: Device): void {
  checkLabel(errors, at.child("name"), name);
  for (const key of Object.keys(attributes ?? {}).sort()) {
    const place = at.child("attributes").key(key);
    checkQualified(errors, place, key);
    checkAttribute(errors, place, attributes?.[key] as DeviceAttribute);
  }
  for (const key of Object.keys(capacity ?? {}).sort()) checkQualified(errors, at.child("capacity").key(key), key);
  for (const [i, taint] of (taints ?? []).entries()) {
    const place = at.child("taints").index(i);
    if (!taint.key) errors.push(place.child("key").required(""));
    else report(errors, place.child("key"), taint.key, isQualifiedName(taint.key));
    if (taint.value) report(errors, place.child("value"), taint.value, isLabelValue(taint.value));
    const effects = ["NoExecute", "NoSchedule", "None"];
    if (!taint.effect) errors.push(place.child("effect").required(""));
    else if (!effects.includes(taint.effect)) errors.push(place.child("effect").notSupported(taint.effect, effects));
  }
}

/** `domain/id`, or an id of the driver's own. */
function checkQualified(errors: FieldError[], at: Path, name: string): void {
  const [first = "", second, ...more] = name.split("/");
  if (more.length) {
    errors.push(at.invalid(name, "a fully qualified name must be a domain and a name separated by a slash"));
    return;
  }
  const id = second ?? first;
  if (second !== undefined) report(errors, at, first, isDns1123Subdomain(first));
  if (!id) errors.push(at.required("name must not be empty"));
  else if (id.length > longestId) errors.push(at.tooLong(longestId));
  else report(errors, at, id, isCIdentifier(id));
}

function checkAttribute(errors: FieldError[], at: Path, attribute: DeviceAttribute): void {
  const text = (value: string, place: Path, isVersion: boolean): void => {
    if (isVersion && !semver.test(value))
      errors.push(place.invalid(value, "must be a string compatible with semver.org spec 2.0.0"));
    if (value.length > longestValue) errors.push(place.tooLong(longestValue));
  };
  const { string, version } = attribute;
  if (string !== undefined) text(string, at.child("string"), false);
  if (version !== undefined) text(version, at.child("version"), true);
  for (const field of ["bools", "ints", "strings", "versions"] as const) {
    const values = attribute[field];
    if (!values) continue;
    if (!values.length) errors.push(at.child(field).invalid(values, "must not be empty if specified"));
    if (field === "strings" || field === "versions")
      for (const [i, value] of values.entries()) text(String(value), at.child(field).index(i), field === "versions");
  }
  const count = Object.values(attribute).filter((value) => value !== undefined).length;
  if (count === 0) errors.push(at.invalid("", "exactly one value must be specified"));
  if (count > 1) errors.push(at.invalid(internalAttribute(attribute), "exactly one value must be specified"));
}

/** The Go names of these fields end in what they hold. */
function internalAttribute(attribute: DeviceAttribute): object {
  const form = goForm(types.struct("resource/v1.DeviceAttribute"), attribute) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(form).map(([name, value]) => [name.replace(/^(\w+?)(s?)$/, "$1Value$2"), value]),
  );
}
