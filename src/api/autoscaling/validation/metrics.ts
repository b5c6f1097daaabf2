/** What an autoscaler looks at (upstream's pkg/apis/autoscaling/validation). */
import { checkContainerResourceName } from "../../core/validation/resources.ts";
import type {
  CrossVersionObjectReference,
  MetricIdentifier,
  MetricSpec,
  MetricTarget,
} from "../../generated/autoscaling-v2.ts";
import { compareQuantities } from "../../quantity.ts";
import { report } from "../../validation/checks.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import { isDns1123Label, pathSegmentName } from "../../validation/names.ts";

const types = ["ContainerResource", "External", "Object", "Pods", "Resource"];
/** In the order in which upstream looks: the first one given is looked into. */
const sources = ["object", "external", "pods", "resource", "containerResource"] as const;
const eitherValue = "must set either a target value or averageValue";
const eitherRaw = "must set either a target raw value or a target utilization";

export function validateMetric(errors: FieldError[], metric: MetricSpec, path: Path, checkVersion: boolean): void {
  const { type } = metric;
  if (!type) errors.push(path.child("type").required("must specify a metric source type"));
  const known = types.includes(type);
  if (!known) errors.push(path.child("type").notSupported(type, types));
  const given = sources.filter((source) => metric[source]);
  if (given[0]) validateSource(errors, metric, path.child(given[0]), checkVersion);
  const expected = known ? type[0]?.toLowerCase() + type.slice(1) : "";
  if (!known) errors.push(path.child("type").notSupported(type, types));
  else if (!given.some((source) => source === expected))
    errors.push(path.child(expected).required("must populate information for the given metric source"));
  if (given.length === 1) return;
  for (const source of given.toSorted())
    if (source !== expected) errors.push(path.child(source).forbidden("must populate the given metric source only"));
}

function validateSource(errors: FieldError[], metric: MetricSpec, path: Path, checkVersion: boolean): void {
  const { object, external, pods, resource, containerResource } = metric;
  const target = path.child("target");
  if (object) {
    validateReference(errors, object.describedObject, path.child("describedObject"), {
      checkVersion,
      emptyGroup: true,
    });
    validateIdentifier(errors, object.metric, path.child("metric"));
    validateTarget(errors, object.target, target);
    if (object.target.value === undefined && object.target.averageValue === undefined)
      errors.push(target.child("averageValue").required(eitherValue));
  } else if (external) {
    validateIdentifier(errors, external.metric, path.child("metric"));
    validateTarget(errors, external.target, target);
    const { value, averageValue } = external.target;
    if (value === undefined && averageValue === undefined)
      errors.push(
        target.child("averageValue").required("must set either a target value for metric or a per-pod target"),
      );
    if (value !== undefined && averageValue !== undefined)
      errors.push(target.child("value").forbidden("may not set both a target value for metric and a per-pod target"));
  } else if (pods) {
    validateIdentifier(errors, pods.metric, path.child("metric"));
    validateTarget(errors, pods.target, target);
    if (pods.target.averageValue === undefined)
      errors.push(target.child("averageValue").required("must specify a positive target averageValue"));
  } else if (resource) {
    if (!resource.name) errors.push(path.child("name").required("must specify a resource name"));
    validateResourceTarget(errors, resource.target, target);
  } else if (containerResource) {
    const { name, container } = containerResource;
    if (name) checkContainerResourceName(errors, name, path.child("name"));
    else errors.push(path.child("name").required("must specify a resource name"));
    if (container) report(errors, path.child("container"), container, isDns1123Label(container));
    else errors.push(path.child("container").required("must specify a container"));
    validateResourceTarget(errors, containerResource.target, target);
  }
}

function validateResourceTarget(errors: FieldError[], target: MetricTarget, path: Path): void {
  validateTarget(errors, target, path);
  const { averageUtilization, averageValue } = target;
  if (averageUtilization === undefined && averageValue === undefined)
    errors.push(path.child("averageUtilization").required(eitherRaw));
  if (averageUtilization !== undefined && averageValue !== undefined)
    errors.push(path.child("averageValue").forbidden("may not set both a target raw value and a target utilization"));
}

function validateTarget(errors: FieldError[], target: MetricTarget, path: Path): void {
  const { type, averageUtilization } = target;
  if (!type) errors.push(path.child("type").required("must specify a metric target type"));
  if (!["Utilization", "Value", "AverageValue"].includes(type))
    errors.push(path.child("type").invalid(type, "must be either Utilization, Value, or AverageValue"));
  for (const field of ["value", "averageValue"] as const) {
    const amount = target[field];
    if (amount !== undefined && compareQuantities(amount, "0") <= 0)
      errors.push(path.child(field).invalid(amount, "must be positive"));
  }
  if (averageUtilization !== undefined && averageUtilization < 1)
    errors.push(path.child("averageUtilization").invalid(averageUtilization, "must be greater than 0"));
}

function validateIdentifier(errors: FieldError[], { name }: MetricIdentifier, path: Path): void {
  if (name) report(errors, path.child("name"), name, pathSegmentName(name));
  else errors.push(path.child("name").required("must specify a metric name"));
}

export function validateReference(
  errors: FieldError[],
  { kind, name, apiVersion = "" }: CrossVersionObjectReference,
  path: Path,
  { checkVersion, emptyGroup }: { readonly checkVersion: boolean; readonly emptyGroup: boolean },
): void {
  if (kind) report(errors, path.child("kind"), kind, pathSegmentName(kind));
  else errors.push(path.child("kind").required());
  if (name) report(errors, path.child("name"), name, pathSegmentName(name));
  else errors.push(path.child("name").required());
  const fault = checkVersion ? versionFault(apiVersion, emptyGroup) : undefined;
  if (fault) errors.push(path.child("apiVersion").invalid(apiVersion, fault));
}

export function versionFault(apiVersion: string, emptyGroup: boolean): string | undefined {
  const parts = apiVersion.split("/");
  if (parts.length > 2) return `unexpected GroupVersion string: ${apiVersion}`;
  const group = parts.length === 2 ? parts[0] : "";
  return group || emptyGroup ? undefined : "apiVersion must specify API group";
}
