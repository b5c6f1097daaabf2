/** What the scheduler and the node set aside for a pod: its containers, what pod-level requests say instead, and its overhead. */
import type { PodSpec } from "../generated/core-v1.ts";
import type { Shared } from "../object.ts";
import { addQuantities } from "../quantity.ts";
import { aggregateResources, isPodLevelResource, type ResourceList } from "./pod-resources.ts";

const known = new WeakMap<object, Readonly<ResourceList>>();

/** By resource; made once for each spec. */
export function podRequests(spec: Shared<PodSpec>): Readonly<ResourceList> {
  let requests = known.get(spec);
  if (!requests) {
    const sum: ResourceList = { ...aggregateResources(spec, "requests") };
    for (const [name, quantity] of Object.entries(spec.resources?.requests ?? {})) {
      if (isPodLevelResource(name)) sum[name] = quantity;
    }
    for (const [name, quantity] of Object.entries(spec.overhead ?? {})) sum[name] = addQuantities(sum[name], quantity);
    requests = sum;
    known.set(spec, requests);
  }
  return requests;
}
