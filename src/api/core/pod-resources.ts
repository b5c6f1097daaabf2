/**
 * What a pod asks for in all, and the class of service that follows
 * (https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/, component-helpers' `resource`).
 */
import type { Container, Pod, PodSpec } from "../generated/core-v1.ts";
import type { Shared } from "../object.ts";
import { addQuantities, compareQuantities, quantityOf } from "../quantity.ts";

export type ResourceList = { [name: string]: string };

export const isSidecar = (container: Pick<Container, "restartPolicy">): boolean => container.restartPolicy === "Always";
export const isHugePages = (name: string): boolean => name.startsWith("hugepages-");
/** The resources that `spec.resources` of a pod may speak of. */
export const isPodLevelResource = (name: string): boolean => name === "cpu" || name === "memory" || isHugePages(name);

function add(sum: ResourceList, more: Readonly<ResourceList> | undefined): void {
  for (const name in more) sum[name] = addQuantities(sum[name], more[name] ?? "0");
}

function raise(least: ResourceList, to: Readonly<ResourceList>): void {
  for (const name in to)
    if (!(name in least) || compareQuantities(to[name], least[name]) > 0) least[name] = to[name] ?? "0";
}

/**
 * The sum over the containers and sidecars, or what an init container takes while it runs, whichever is more.
 * Pod-level resources and overhead are not counted.
 */
export function aggregateResources(spec: Shared<PodSpec>, of: "requests" | "limits"): ResourceList {
  const sum: ResourceList = {};
  for (const container of spec.containers ?? []) add(sum, container.resources?.[of]);
  const sidecars: ResourceList = {};
  const most: ResourceList = {};
  for (const container of spec.initContainers ?? []) {
    const own = container.resources?.[of];
    if (isSidecar(container)) {
      add(sum, own);
      add(sidecars, own);
      raise(most, sidecars);
    } else {
      const while_ = { ...sidecars };
      add(while_, own);
      raise(most, while_);
    }
  }
  raise(sum, most);
  return sum;
}

export type QosClass = "BestEffort" | "Burstable" | "Guaranteed";
const counts = (name: string): boolean => name === "cpu" || name === "memory";

function addPositive(sum: ResourceList, list: ResourceList | undefined): void {
  for (const name in list) {
    if (counts(name) && quantityOf(list[name]).nanos > 0n) sum[name] = addQuantities(sum[name], list[name] ?? "0");
  }
}

const limitsBoth = (list: ResourceList | undefined): boolean =>
  quantityOf(list?.cpu).nanos > 0n && quantityOf(list?.memory).nanos > 0n;

/** The class by requests and limits alone, as given to a new pod. */
export function computeQos({ spec }: Pick<Pod, "spec">): QosClass {
  const requests: ResourceList = {};
  const limits: ResourceList = {};
  let guaranteed = true;
  if (spec.resources) {
    addPositive(requests, spec.resources.requests);
    addPositive(limits, spec.resources.limits);
    if (spec.resources.limits && !limitsBoth(spec.resources.limits)) guaranteed = false;
  } else {
    for (const { resources } of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
      addPositive(requests, resources?.requests);
      addPositive(limits, resources?.limits);
      if (!limitsBoth(resources?.limits)) guaranteed = false;
    }
  }
  const [asked, limited] = [Object.keys(requests), Object.keys(limits)];
  if (!asked.length && !limited.length) return "BestEffort";
  const equal =
    asked.length === limited.length &&
    asked.every((name) => name in limits && compareQuantities(requests[name], limits[name]) === 0);
  return guaranteed && equal ? "Guaranteed" : "Burstable";
}
