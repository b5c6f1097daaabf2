/** Looks now and then at what the pods of the node have written, and ends those that exceed their limits. */

import { podLogDirectory } from "../container/config.ts";
import type { NodeParts } from "../node-parts.ts";
import { isFinished, regardingPod } from "../pod/spec.ts";
import type { PodWorker } from "../pod/worker.ts";
import { exceededStorage, hasStorageLimits, type StorageUsage } from "./storage-limits.ts";

/** How long the containers of an evicted pod get to end. */
const graceSeconds = 1;

export async function evictOverLimits(parts: NodeParts, workers: Iterable<PodWorker>): Promise<void> {
  const measured = [...workers].filter(
    ({ pod, isActive }) => isActive && hasStorageLimits(pod) && !isFinished(pod.status.phase),
  );
  if (!measured.length) return;
  const written = new Map<string, number>();
  for (const { id, writableLayerBytes } of await parts.runtime.containerStats())
    written.set(id, writableLayerBytes ?? 0);
  for (const worker of measured) {
    const message = exceededStorage(worker.pod, await usageOf(parts, worker, written));
    if (!message) continue;
    parts.events.warning(regardingPod(worker.pod), "Evicted", message);
    worker.fail({ reason: "Evicted", message }, graceSeconds);
  }
}

async function usageOf(
  { host, observer }: NodeParts,
  { pod, uid, volumes }: PodWorker,
  written: ReadonlyMap<string, number>,
): Promise<StorageUsage> {
  const ofVolumes = new Map<string, number>();
  for (const { name, emptyDir } of pod.spec.volumes ?? []) {
    const path = emptyDir && volumes.get(name);
    if (path) ofVolumes.set(name, (await host.files.usage(path)).bytes);
  }
  const ofContainers = new Map<string, number>();
  for (const { id, name } of observer.get(uid).containers) {
    const logs = await host.files.usage(`${podLogDirectory(host, pod)}/${name}`);
    ofContainers.set(name, logs.bytes + (written.get(id) ?? 0));
  }
  return { volumes: ofVolumes, containers: ofContainers };
}
