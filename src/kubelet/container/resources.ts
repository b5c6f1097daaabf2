/** Requests and limits as the kernel takes them (kubelet's `calculateLinuxResources` and `qos` policies). */
import { milliValue, wholeValue } from "../../api/quantity.ts";
import type { Pod } from "../../client/kinds.ts";
import { type Container, initContainers, isSidecar } from "../pod/spec.ts";
import type { Resources } from "../runtimes/contract.ts";

const periodMicros = 100_000;
const minShares = 2;
const maxShares = 262_144;
const minQuota = 1_000;

export function containerResources(pod: Pod, container: Container, memoryCapacity: number): Resources {
  const { requests = {}, limits = {} } = container.resources;
  const cpuLimit = Number(milliValue(limits.cpu));
  const cpuRequest = requests.cpu === undefined ? cpuLimit : Number(milliValue(requests.cpu));
  const memoryLimit = Number(wholeValue(limits.memory));
  const shares = Math.min(maxShares, Math.max(minShares, Math.floor((cpuRequest * 1024) / 1000)));
  const quota = Math.max(minQuota, Math.floor((cpuLimit * periodMicros) / 1000));
  return {
    cpuShares: shares,
    ...(cpuLimit > 0 && { cpuPeriod: periodMicros, cpuQuota: quota }),
    ...(memoryLimit > 0 && { memoryLimit }),
    oomScoreAdj: oomScore(pod, container, memoryCapacity),
  };
}

/** Who is killed first when memory runs out: those who use most of what they did not ask for. */
export function oomScore(pod: Pod, container: Container, memoryCapacity: number): number {
  const critical = (pod.spec.priority ?? 0) >= 2_000_000_000;
  if (critical || pod.status.qosClass === "Guaranteed") return -997;
  if (pod.status.qosClass === "BestEffort") return 1000;
  const asked = (c: Container): number => Number(wholeValue(c.resources.requests?.memory));
  const isInit = initContainers(pod).includes(container);
  const score = 1000 - Math.floor((1000 * asked(container)) / memoryCapacity);
  const clamped = score < 3 ? 3 : score === 1000 ? 999 : score;
  if (!isInit || !isSidecar(container)) return clamped;
  const smallest = Math.min(...(pod.spec.containers ?? []).map((c) => oomScore(pod, c, memoryCapacity)));
  return Math.min(clamped, smallest);
}
