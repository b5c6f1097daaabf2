/** `/stats/summary`: what the node, its pods and their containers use (kubelet's `stats/v1alpha1`). */
import { rfc3339 } from "../../base/clock.ts";
import { byPod, type ContainerView, type NodeView, namespaceOf, podNameOf, sumOf, usageKey } from "./node-view.ts";

export function summary(view: NodeView): object {
  const { nodeName, nowMs, facts, containers, nanoCores } = view;
  const time = rfc3339(nowMs);
  const rateOf = (one: ContainerView): number | undefined =>
    nanoCores.get(usageKey(namespaceOf(one), podNameOf(one), one.stats.name));
  const cpu = (all: readonly ContainerView[]): object => ({
    time,
    usageNanoCores: all.reduce((sum, one) => sum + (rateOf(one) ?? 0), 0),
    usageCoreNanoSeconds: sumOf(all, (stats) => stats.cpuNanos),
  });
  const memory = (all: readonly ContainerView[], available?: number): object => ({
    time,
    ...(available !== undefined && { availableBytes: available }),
    usageBytes: sumOf(all, (stats) => stats.memoryUsage ?? stats.memoryWorkingSet),
    workingSetBytes: sumOf(all, (stats) => stats.memoryWorkingSet),
  });
  const container = (one: ContainerView): object => ({
    name: one.stats.name,
    startTime: rfc3339(one.status.startedAt),
    cpu: cpu([one]),
    memory: memory([one]),
    ...(one.stats.writableLayerBytes !== undefined && {
      rootfs: { time, capacityBytes: facts.diskBytes, usedBytes: one.stats.writableLayerBytes },
    }),
  });
  const pods = [...byPod(containers).values()].map((all) => {
    const [first] = all as [ContainerView];
    const { name, namespace, uid, creationTimestamp } = first.pod.metadata;
    return {
      podRef: { name, namespace, uid },
      startTime: first.pod.status.startTime ?? creationTimestamp,
      containers: all.map(container),
      cpu: cpu(all),
      memory: memory(all),
    };
  });
  const used = sumOf(containers, (stats) => stats.memoryWorkingSet);
  return {
    node: {
      nodeName,
      startTime: rfc3339(Math.min(nowMs, ...containers.map(({ status }) => status.startedAt))),
      cpu: cpu(containers),
      memory: memory(containers, Math.max(0, facts.memoryBytes - used)),
      fs: { time, capacityBytes: facts.diskBytes },
    },
    pods,
  };
}
