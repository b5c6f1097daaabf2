/** Pods of a runtime class are given what it costs and where it runs (https://kubernetes.io/docs/concepts/containers/runtime-class/). */

import type { Pod, Toleration } from "../../api/generated/core-v1.ts";
import type { RuntimeClass } from "../../api/generated/node-v1.ts";
import { runtimeClass as classKind } from "../../api/node/runtime-class.ts";
import { compareQuantities } from "../../api/quantity.ts";
import type { Registry } from "../registry/registry.ts";
import type { AdmissionPlugin, AdmissionRequest } from "./admission.ts";
import { isPod, refused } from "./refuse.ts";

type Resources = Readonly<Record<string, string>>;

export function runtimeClassAdmission(registry: () => Registry): AdmissionPlugin {
  const concerns = (request: AdmissionRequest): boolean => request.operation === "CREATE" && isPod(request);
  return {
    name: "RuntimeClass",
    async admit(request) {
      if (!concerns(request)) return;
      const chosen = await find(registry(), request);
      if (!chosen) return;
      const pod = request.object as unknown as Pod;
      setOverhead(request, pod, chosen);
      setPlace(request, pod, chosen);
    },
    async validate(request) {
      if (!concerns(request)) return;
      const chosen = await find(registry(), request);
      const { overhead } = (request.object as unknown as Pod).spec;
      const defined = chosen?.overhead?.podFixed;
      if (overhead && !defined)
        throw refused(request, "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
      if (defined && !equal(overhead ?? {}, defined))
        throw refused(request, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
    },
  };
}

async function find(registry: Registry, request: AdmissionRequest): Promise<RuntimeClass | undefined> {
  const name = (request.object as unknown as Pod).spec.runtimeClassName;
  if (name === undefined) return undefined;
  const found = await registry.find(classKind, "", name);
  if (!found) throw refused(request, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`);
  return found as unknown as RuntimeClass;
}

function equal(a: Resources, b: Resources): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => name in a && name in b && compareQuantities(a[name], b[name]) === 0);
}

function setOverhead(request: AdmissionRequest, { spec }: Pod, { overhead }: RuntimeClass): void {
  if (!overhead) return;
  const fixed = overhead.podFixed ?? {};
  if (spec.overhead && Object.keys(spec.overhead).length && !equal(spec.overhead, fixed))
    throw refused(request, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
  spec.overhead = { ...fixed };
}

function setPlace(request: AdmissionRequest, { spec }: Pod, { scheduling }: RuntimeClass): void {
  if (!scheduling) return;
  for (const [key, value] of Object.entries(scheduling.nodeSelector ?? {})) {
    const own = spec.nodeSelector?.[key];
    if (own !== undefined && own !== value) {
      throw refused(
        request,
        `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`,
      );
    }
  }
  if (scheduling.nodeSelector) spec.nodeSelector = { ...spec.nodeSelector, ...scheduling.nodeSelector };
  const added = (scheduling.tolerations ?? []).filter((one) => !spec.tolerations?.some((own) => same(own, one)));
  if (added.length) spec.tolerations = [...(spec.tolerations ?? []), ...added.map((one) => ({ ...one }))];
}

const same = (a: Toleration, b: Toleration): boolean =>
  a.key === b.key &&
  (a.operator ?? "Equal") === (b.operator ?? "Equal") &&
  (a.value ?? "") === (b.value ?? "") &&
  a.effect === b.effect &&
  a.tolerationSeconds === b.tolerationSeconds;
