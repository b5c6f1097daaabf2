/** What claims of devices may ask for, and how they change (upstream's `apis/resource/validation`). */
import type {
  AllocationResult,
  DeviceClaim,
  DeviceRequest,
  ExactDeviceRequest,
  ResourceClaim,
  ResourceClaimTemplate,
} from "../../generated/resource-v1.ts";
import { deepEqual } from "../../object.ts";
import { goForm } from "../../schema/go-form.ts";
import { types } from "../../schema/types.ts";
import { report } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { isDns1123Subdomain, isQualifiedName } from "../../validation/names.ts";
import {
  checkConfiguration,
  checkDriver,
  checkItems,
  checkLabel,
  checkPoolName,
  checkSelectors,
  checkToleration,
} from "./parts.ts";

const mostRequests = 32;
const mostAlternatives = 8;
const mostConsumers = 256;
const spec = new Path("spec");

export function validateClaim({ spec: wanted }: ResourceClaim): FieldError[] {
  const errors: FieldError[] = [];
  checkDevices(errors, spec.child("devices"), wanted.devices);
  return errors;
}

export function validateTemplate({ spec: wanted }: ResourceClaimTemplate): FieldError[] {
  const errors: FieldError[] = [];
  checkDevices(errors, spec.child("spec").child("devices"), wanted.spec.devices);
  return errors;
}

/** A claim's spec, or a template's, stays as it was made. */
export function validateSpecUpdate(type: string, now: { spec: unknown }, old: { spec: unknown }): FieldError[] {
  if (deepEqual(now.spec, old.spec)) return [];
  return [spec.invalid(goForm(types.struct(type), now.spec), "field is immutable")];
}

/** The names of requests, each with those of its alternatives. */
type Names = ReadonlyMap<string, readonly string[]>;
const namesOf = ({ requests }: DeviceClaim): Names =>
  new Map((requests ?? []).map(({ name, firstAvailable }) => [name, (firstAvailable ?? []).map((one) => one.name)]));

function checkDevices(errors: FieldError[], path: Path, claim: DeviceClaim): void {
  const names = namesOf(claim);
  const reference = (name: string, at: Path): void => checkReference(errors, at, name, names);
  const own = (name: string): string => name;
  checkItems(
    errors,
    path.child("requests"),
    claim.requests,
    mostRequests,
    (r, at) => checkRequest(errors, at, r),
    (r) => r.name,
  );
  checkItems(errors, path.child("constraints"), claim.constraints, mostRequests, (constraint, at) => {
    checkItems(errors, at.child("requests"), constraint.requests, mostRequests, reference, own);
    const { matchAttribute, distinctAttribute } = constraint;
    if (matchAttribute !== undefined) checkFullName(errors, at.child("matchAttribute"), matchAttribute);
    else if (distinctAttribute !== undefined) checkFullName(errors, at.child("distinctAttribute"), distinctAttribute);
    else
      errors.push(
        at.required('exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set'),
      );
  });
  checkItems(errors, path.child("config"), claim.config, mostRequests, (config, at) => {
    checkItems(errors, at.child("requests"), config.requests, mostRequests, reference, own);
    checkConfiguration(errors, at, config);
  });
}

const oneOf = "exactly one of `exactly` or `firstAvailable` is required";

function checkRequest(errors: FieldError[], path: Path, { name, exactly, firstAvailable }: DeviceRequest): void {
  checkLabel(errors, path.child("name"), name);
  if (exactly && firstAvailable?.length) errors.push(path.invalid(null, `${oneOf}, but multiple fields are set`));
  else if (exactly) checkExact(errors, path.child("exactly"), exactly);
  else if (firstAvailable?.length) {
    const check = (one: (typeof firstAvailable)[number], at: Path): void => {
      checkLabel(errors, at.child("name"), one.name);
      checkExact(errors, at, one);
    };
    checkItems(errors, path.child("firstAvailable"), firstAvailable, mostAlternatives, check, (one) => one.name);
  } else errors.push(path.required(oneOf));
}

function checkExact(errors: FieldError[], path: Path, request: ExactDeviceRequest): void {
  const { deviceClassName, selectors, allocationMode, count = 0, tolerations } = request;
  const at = path.child("deviceClassName");
  if (!deviceClassName) errors.push(at.required(""));
  else report(errors, at, deviceClassName, isDns1123Subdomain(deviceClassName));
  checkSelectors(errors, path.child("selectors"), selectors);
  const number = path.child("count");
  if (allocationMode === "All") {
    if (count) errors.push(number.invalid(count, "must not be specified when allocationMode is 'All'"));
  } else if (allocationMode === "ExactCount") {
    if (count <= 0) errors.push(number.invalid(count, "must be greater than zero"));
  } else errors.push(path.child("allocationMode").notSupported(allocationMode ?? "", ["All", "ExactCount"]));
  for (const [i, one] of (tolerations ?? []).entries())
    checkToleration(errors, path.child("tolerations").index(i), one);
}

function checkReference(errors: FieldError[], path: Path, name: string, names: Names): void {
  const why = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";
  const [request = "", alternative, ...more] = name.split("/");
  if (more.length) {
    errors.push(path.invalid(name, why));
    return;
  }
  for (const part of name.split("/")) checkLabel(errors, path, part);
  const known = names.get(request);
  if (!known || (alternative !== undefined && !known.includes(alternative))) errors.push(path.invalid(name, why));
}

function checkFullName(errors: FieldError[], path: Path, name: string): void {
  if (!name) errors.push(path.required(""));
  else if (!name.includes("/"))
    errors.push(path.invalid(name, "a fully qualified name must be a domain and a name separated by a slash"));
  else report(errors, path, name, isQualifiedName(name));
}

/** How the status of a claim may change: an allocation stays as it is until it goes. */
export function validateClaimStatus(now: ResourceClaim, old: ResourceClaim): FieldError[] {
  const errors: FieldError[] = [];
  const path = new Path("status");
  const { reservedFor, allocation } = now.status;
  const consumers = path.child("reservedFor");
  const check = (consumer: NonNullable<typeof reservedFor>[number], at: Path): void => {
    for (const field of ["resource", "name", "uid"] as const)
      if (!consumer[field]) errors.push(at.child(field).required(""));
  };
  checkItems(errors, consumers, reservedFor, mostConsumers, check, ({ uid }) => uid);
  if (reservedFor?.length && !allocation)
    errors.push(consumers.forbidden("may not be specified when `allocated` is not set"));
  if (reservedFor?.length && allocation && now.metadata.deletionTimestamp) {
    const before = new Set((old.status.reservedFor ?? []).map(({ uid }) => uid));
    const why = "new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set";
    if (reservedFor.some(({ uid }) => !before.has(uid))) errors.push(consumers.forbidden(why));
  }
  const at = path.child("allocation");
  if (allocation && old.status.allocation) {
    if (!deepEqual(allocation, old.status.allocation))
      errors.push(at.invalid(goForm(types.struct("resource/v1.AllocationResult"), allocation), "field is immutable"));
  } else if (allocation) checkAllocation(errors, at, allocation, namesOf(now.spec.devices));
  return errors;
}

function checkAllocation(errors: FieldError[], path: Path, { devices }: AllocationResult, names: Names): void {
  const at = path.child("devices");
  checkItems(errors, at.child("results"), devices.results, mostRequests, (result, place) => {
    checkReference(errors, place.child("request"), result.request, names);
    checkDriver(errors, place.child("driver"), result.driver);
    checkPoolName(errors, place.child("pool"), result.pool);
    checkLabel(errors, place.child("device"), result.device);
  });
  checkItems(errors, at.child("config"), devices.config, 2 * mostRequests, (config, place) => {
    const sources = ["FromClaim", "FromClass"];
    if (!config.source) errors.push(place.child("source").required(""));
    else if (!sources.includes(config.source)) errors.push(place.child("source").notSupported(config.source, sources));
    checkConfiguration(errors, place, config);
  });
}
