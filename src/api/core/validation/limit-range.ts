import { own } from "../../../base/own.ts";
import type { LimitRange, LimitRangeItem } from "../../generated/core-v1.ts";
import { compareQuantities, milliValue } from "../../quantity.ts";
import { report } from "../../validation/checks.ts";
import { type FieldError, Path, sortedKeys } from "../../validation/field-error.ts";
import { isQualifiedName } from "../../validation/names.ts";
import { checkContainerResourceName, checkResourceName, isOvercommitAllowed } from "./resources.ts";

const types = ["Pod", "Container", "PersistentVolumeClaim"];

export function validateLimitRange({ spec }: LimitRange): FieldError[] {
  const errors: FieldError[] = [];
  const limits = spec.limits ?? [];
  limits.forEach((item, i) => {
    const path = new Path("spec").child("limits").index(i);
    const faults = isQualifiedName(item.type);
    report(errors, path.child("type"), item.type, faults);
    if (!faults.length && !item.type.includes("/") && !types.includes(item.type))
      errors.push(path.child("type").invalid(item.type, "must be a standard limit type or fully qualified"));
    if (limits.findIndex(({ type }) => type === item.type) < i) errors.push(path.child("type").duplicate(item.type));
    validateItem(errors, item, path);
  });
  return errors;
}

function validateItem(errors: FieldError[], item: LimitRangeItem, path: Path): void {
  const ofContainers = item.type === "Pod" || item.type === "Container";
  const checkName = ofContainers ? checkContainerResourceName : checkResourceName;
  const names = new Set<string>();
  const take = (field: "max" | "min" | "default" | "defaultRequest" | "maxLimitRequestRatio"): void => {
    for (const name of sortedKeys(item[field])) {
      checkName(errors, name, path.child(field).key(name));
      names.add(name);
    }
  };
  take("max");
  take("min");
  if (item.type === "Pod") {
    for (const field of ["default", "defaultRequest"] as const)
      if (Object.keys(item[field] ?? {}).length)
        errors.push(path.child(field).forbidden("may not be specified when `type` is 'Pod'"));
  } else {
    take("default");
    take("defaultRequest");
  }
  if (item.type === "PersistentVolumeClaim" && !item.min?.storage && !item.max?.storage) {
    const why = "either minimum or maximum storage value is required, but neither was provided";
    errors.push(path.child("limits").required(why));
  }
  take("maxLimitRequestRatio");
  for (const name of [...names].sort()) validateBounds(errors, item, name, path);
}

/** The least is below what is given by default, and that below the most. */
function validateBounds(errors: FieldError[], item: LimitRangeItem, name: string, path: Path): void {
  const min = own(item.min, name);
  const max = own(item.max, name);
  const limit = item.type === "Pod" ? undefined : own(item.default, name);
  const request = item.type === "Pod" ? undefined : own(item.defaultRequest, name);
  const ratio = own(item.maxLimitRequestRatio, name);
  const exceeds = (a: string | undefined, b: string | undefined): boolean =>
    a !== undefined && b !== undefined && compareQuantities(a, b) > 0;
  const say = (field: string, value: string | undefined, why: string): unknown =>
    errors.push(path.child(field).key(name).invalid(value, why));
  if (exceeds(min, max)) say("min", min, `min value ${min} is greater than max value ${max}`);
  if (exceeds(min, request))
    say("defaultRequest", request, `min value ${min} is greater than default request value ${request}`);
  if (exceeds(request, max))
    say("defaultRequest", request, `default request value ${request} is greater than max value ${max}`);
  if (exceeds(request, limit))
    say("defaultRequest", request, `default request value ${request} is greater than default limit value ${limit}`);
  if (exceeds(min, limit)) say("default", min, `min value ${min} is greater than default value ${limit}`);
  if (exceeds(limit, max)) say("default", max, `default value ${limit} is greater than max value ${max}`);
  if (exceeds("1", ratio)) say("maxLimitRequestRatio", ratio, `ratio ${ratio} is less than 1`);
  if (ratio !== undefined && min !== undefined && max !== undefined) {
    const most = Number(milliValue(max)) / Number(milliValue(min));
    if (Number(milliValue(ratio)) / 1000 > most)
      say("maxLimitRequestRatio", ratio, `ratio ${ratio} is greater than max/min = ${most.toFixed(6)}`);
  }
  if (!isOvercommitAllowed(name) && limit !== undefined && request !== undefined && compareQuantities(limit, request))
    say("defaultRequest", request, `default value ${limit} must equal to defaultRequest value ${request} in ${name}`);
}
