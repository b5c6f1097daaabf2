/** Defaults and limits for containers, pods and claims of a namespace (https://kubernetes.io/docs/concepts/policy/limit-range/). */
import { limitRange as limitKind } from "../../api/core/limit-range.ts";
import { aggregateResources, isPodLevelResource, type ResourceList } from "../../api/core/pod-resources.ts";
import type { Container, LimitRange, LimitRangeItem, PersistentVolumeClaim, Pod } from "../../api/generated/core-v1.ts";
import { compareQuantities, formatQuantity, milliValue, quantityOf, wholeValue } from "../../api/quantity.ts";
import type { Registry } from "../registry/registry.ts";
import { prefixOf } from "../registry/stored.ts";
import type { AdmissionPlugin, AdmissionRequest } from "./admission.ts";
import { refused } from "./refuse.ts";

const annotation = "kubernetes.io/limit-ranger";

export function limitRanger(registry: () => Registry): AdmissionPlugin {
  return {
    name: "LimitRanger",
    async admit(request) {
      if (!concerns(request) || request.kind.plural !== "pods" || request.operation !== "CREATE") return;
      for (const range of await ranges(registry(), request.namespace))
        setDefaults(request.object as unknown as Pod, range);
    },
    async validate(request) {
      if (!concerns(request) || request.old?.metadata.deletionTimestamp) return;
      for (const { spec } of await ranges(registry(), request.namespace)) {
        const faults = (spec.limits ?? []).flatMap((item) => faultsOf(request, item));
        if (faults.length) throw refused(request, aggregate(faults));
      }
    },
  };
}

const concerns = ({ kind, subresource, operation, object }: AdmissionRequest): boolean => {
  if (kind.group !== "" || !object || operation === "DELETE") return false;
  if (kind.plural === "persistentvolumeclaims") return subresource === "";
  return kind.plural === "pods" && (operation === "CREATE" ? subresource === "" : subresource === "resize");
};

async function ranges(registry: Registry, namespace: string): Promise<LimitRange[]> {
  const { entries } = await registry.store.list(prefixOf(limitKind, namespace));
  return entries.map(({ value }) => value as unknown as LimitRange);
}

/** Several faults at once, each told once. */
function aggregate(faults: readonly string[]): string {
  const once = [...new Set(faults)];
  return once.length === 1 ? (once[0] as string) : `[${once.join(", ")}]`;
}

function setDefaults(pod: Pod, { spec }: LimitRange): void {
  const requests: ResourceList = {};
  const limits: ResourceList = {};
  for (const item of spec.limits ?? []) {
    if (item.type !== "Container") continue;
    Object.assign(requests, item.defaultRequest);
    Object.assign(limits, item.default);
  }
  const notes: string[] = [];
  for (const container of pod.spec.containers ?? []) notes.push(...fill(container, requests, limits, "container"));
  for (const container of pod.spec.initContainers ?? [])
    notes.push(...fill(container, requests, limits, "init container"));
  if (!notes.length) return;
  pod.metadata.annotations = {
    ...pod.metadata.annotations,
    [annotation]: `LimitRanger plugin set: ${notes.join("; ")}`,
  };
}

function fill({ name, resources }: Container, requests: ResourceList, limits: ResourceList, what: string): string[] {
  const notes: string[] = [];
  const put = (field: "requests" | "limits", values: ResourceList, word: string): void => {
    const missing = Object.keys(values).filter((key) => resources[field]?.[key] === undefined);
    if (!missing.length) return;
    const own: ResourceList = { ...resources[field] };
    for (const key of missing) own[key] = values[key] ?? "0";
    resources[field] = own;
    notes.push(`${missing.sort().join(", ")} ${word} for ${what} ${name}`);
  };
  put("limits", limits, "limit");
  put("requests", requests, "request");
  return notes.reverse();
}

function faultsOf({ kind, object }: AdmissionRequest, item: LimitRangeItem): string[] {
  if (kind.plural === "persistentvolumeclaims") {
    if (item.type !== "PersistentVolumeClaim") return [];
    const { resources } = (object as unknown as PersistentVolumeClaim).spec;
    return [...below(item, resources.requests ?? {}, {}), ...aboveRequest(item, resources.requests ?? {})];
  }
  const pod = object as unknown as Pod;
  if (item.type === "Container") {
    const all = [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])];
    return all.flatMap(({ resources }) => check(item, resources.requests ?? {}, resources.limits ?? {}));
  }
  if (item.type !== "Pod") return [];
  return check(item, podSum(pod, "requests"), podSum(pod, "limits"));
}

function podSum({ spec }: Pod, of: "requests" | "limits"): ResourceList {
  const sum = { ...aggregateResources(spec, of) };
  for (const [name, quantity] of Object.entries(spec.resources?.[of] ?? {}))
    if (isPodLevelResource(name)) sum[name] = quantity;
  return sum;
}

const check = (item: LimitRangeItem, requests: ResourceList, limits: ResourceList): string[] => [
  ...below(item, requests, limits),
  ...above(item, requests, limits),
  ...ratio(item, requests, limits),
];

const sorted = (list: ResourceList | undefined): [string, string][] =>
  Object.entries(list ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
const canonical = (quantity: string): string => formatQuantity(quantityOf(quantity));

function below({ type, min }: LimitRangeItem, requests: ResourceList, limits: ResourceList): string[] {
  return sorted(min).flatMap(([name, enforced]) => {
    const text = `minimum ${name} usage per ${type} is ${canonical(enforced)}`;
    const [request, limit] = [requests[name], limits[name]];
    if (request === undefined) return [`${text}.  No request is specified`];
    if (compareQuantities(request, enforced) < 0) return [`${text}, but request is ${canonical(request)}`];
    if (limit !== undefined && compareQuantities(limit, enforced) < 0)
      return [`${text}, but limit is ${canonical(limit)}`];
    return [];
  });
}

function above({ type, max }: LimitRangeItem, requests: ResourceList, limits: ResourceList): string[] {
  return sorted(max).flatMap(([name, enforced]) => {
    const text = `maximum ${name} usage per ${type} is ${canonical(enforced)}`;
    const [request, limit] = [requests[name], limits[name]];
    if (limit === undefined) return [`${text}.  No limit is specified`];
    if (compareQuantities(limit, enforced) > 0) return [`${text}, but limit is ${canonical(limit)}`];
    if (request !== undefined && compareQuantities(request, enforced) > 0)
      return [`${text}, but request is ${canonical(request)}`];
    return [];
  });
}

function aboveRequest({ type, max }: LimitRangeItem, requests: ResourceList): string[] {
  return sorted(max).flatMap(([name, enforced]) => {
    const text = `maximum ${name} usage per ${type} is ${canonical(enforced)}`;
    const request = requests[name];
    if (request === undefined) return [`${text}.  No request is specified`];
    return compareQuantities(request, enforced) > 0 ? [`${text}, but request is ${canonical(request)}`] : [];
  });
}

function ratio({ type, maxLimitRequestRatio }: LimitRangeItem, requests: ResourceList, limits: ResourceList): string[] {
  return sorted(maxLimitRequestRatio).flatMap(([name, enforced]) => {
    const text = `${name} max limit to request ratio per ${type} is ${canonical(enforced)}`;
    const value = (list: ResourceList): number =>
      Number(name === "cpu" ? milliValue(list[name]) : wholeValue(list[name]));
    const [request, limit] = [value(requests), value(limits)];
    if (!request) return [`${text}, but no request is specified or request is 0`];
    if (!limit) return [`${text}, but no limit is specified or limit is 0`];
    const observed = limit / request;
    return observed * 1000 > Number(milliValue(enforced))
      ? [`${text}, but provided ratio is ${observed.toFixed(6)}`]
      : [];
  });
}
