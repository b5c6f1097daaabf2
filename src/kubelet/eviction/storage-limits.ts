/** Whether a pod has written more than it may (https://kubernetes.io/docs/concepts/storage/ephemeral-storage/): pure. */
import { aggregateResources } from "../../api/core/pod-resources.ts";
import { wholeValue } from "../../api/quantity.ts";
import type { Pod } from "../../client/kinds.ts";
import { mainContainers } from "../pod/spec.ts";

/** Bytes that a pod takes of its node's disk. */
export interface StorageUsage {
  /** By volume; only those that are the pod's own. */
  readonly volumes: ReadonlyMap<string, number>;
  /** By container: what it has written to its file system and to its log. */
  readonly containers: ReadonlyMap<string, number>;
}

const storage = "ephemeral-storage";
/** From here on a pod is the system's own, and no limit of storage ends it. */
const systemCritical = 2_000_000_000;

/** Whether anything limits what the pod writes: of most pods nothing does, and they need not be measured. */
export function hasStorageLimits(pod: Pod): boolean {
  if ((pod.spec.priority ?? 0) >= systemCritical) return false;
  return (
    (pod.spec.volumes ?? []).some(({ emptyDir }) => emptyDir?.sizeLimit !== undefined) ||
    mainContainers(pod).some(({ resources }) => resources?.limits?.[storage] !== undefined)
  );
}

/** Why the pod is to be evicted, in upstream's words; undefined: it keeps to its limits. */
export function exceededStorage(pod: Pod, usage: StorageUsage): string | undefined {
  for (const { name, emptyDir } of pod.spec.volumes ?? []) {
    const limit = emptyDir?.sizeLimit;
    if (limit === undefined || limit === "0") continue;
    if (isOver(usage.volumes.get(name) ?? 0, limit))
      return `Usage of EmptyDir volume "${name}" exceeds the limit "${limit}". `;
  }
  const total = aggregateResources(pod.spec, "limits")[storage];
  const all = [...usage.volumes.values(), ...usage.containers.values()].reduce((sum, bytes) => sum + bytes, 0);
  if (total !== undefined && isOver(all, total))
    return `Pod ephemeral local storage usage exceeds the total limit of containers ${total}. `;
  for (const { name, resources } of mainContainers(pod)) {
    const limit = resources?.limits?.[storage];
    if (limit === undefined || limit === "0") continue;
    if (isOver(usage.containers.get(name) ?? 0, limit))
      return `Container ${name} exceeded its local ephemeral storage limit "${limit}". `;
  }
  return undefined;
}

const isOver = (bytes: number, limit: string): boolean => BigInt(Math.ceil(bytes)) > wholeValue(limit);
