/** The priority of pods, from their class (https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/). */
import type { Pod } from "../../api/generated/core-v1.ts";
import type { PriorityClass } from "../../api/generated/scheduling-v1.ts";
import { priorityClass as classKind } from "../../api/scheduling/priority-class.ts";
import type { Registry } from "../registry/registry.ts";
import { prefixOf } from "../registry/stored.ts";
import type { AdmissionPlugin, AdmissionRequest } from "./admission.ts";
import { isPod, refused } from "./refuse.ts";

export function priorityAdmission(registry: () => Registry): AdmissionPlugin {
  return {
    name: "Priority",
    async admit(request) {
      if (!isPod(request) || !request.object) return;
      const pod = request.object as unknown as Pod;
      if (request.operation === "CREATE") await setPriority(registry(), request, pod);
      if (request.operation !== "UPDATE") return;
      const old = request.old as unknown as Pod;
      if (pod.spec.priority === undefined && old.spec.priority !== undefined) pod.spec.priority = old.spec.priority;
      if (!pod.spec.preemptionPolicy && old.spec.preemptionPolicy)
        pod.spec.preemptionPolicy = old.spec.preemptionPolicy;
    },
    async validate(request) {
      const { kind, operation, object } = request;
      if (kind !== classKind || operation === "DELETE" || !object) return;
      const wanted = object as unknown as PriorityClass;
      if (!wanted.globalDefault) return;
      const known = await defaultClass(registry());
      if (!known || (operation === "UPDATE" && known.metadata.name === wanted.metadata.name)) return;
      throw refused(
        request,
        `PriorityClass ${known.metadata.name} is already marked as default. Only one default can exist`,
      );
    },
  };
}

async function setPriority(registry: Registry, request: AdmissionRequest, { spec }: Pod): Promise<void> {
  const named = spec.priorityClassName;
  const found = named ? await registry.find(classKind, "", named) : await defaultClass(registry);
  if (named && !found) throw refused(request, `no PriorityClass with name ${named} was found`);
  const chosen = found as unknown as PriorityClass | undefined;
  const value = chosen?.value ?? 0;
  const policy = chosen ? chosen.preemptionPolicy : "PreemptLowerPriority";
  if (spec.priority !== undefined && spec.priority !== value) {
    throw refused(
      request,
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    );
  }
  if (policy && spec.preemptionPolicy && spec.preemptionPolicy !== policy) {
    throw refused(
      request,
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
    );
  }
  if (chosen?.metadata.name) spec.priorityClassName = chosen.metadata.name;
  spec.priority = value;
  if (policy) spec.preemptionPolicy = policy;
}

async function defaultClass(registry: Registry): Promise<PriorityClass | undefined> {
  const { entries } = await registry.store.list(prefixOf(classKind));
  return entries
    .map(({ value }) => value as unknown as PriorityClass)
    .filter((c) => c.globalDefault)
    .sort((a, b) => a.value - b.value)[0];
}
