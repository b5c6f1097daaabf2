/** `/metrics`, `/metrics/resource` and `/metrics/cadvisor` of a node, under kubelet's names. */
import { Metrics } from "../../base/metrics/metrics.ts";
import type { ContainerStats } from "../runtimes/contract.ts";
import { byPod, type ContainerView, type NodeView, namespaceOf, podNameOf, sumOf } from "./node-view.ts";

const nanos = 1e9;
type Row = readonly [labels: readonly string[], value: number];

const cpuSeconds = (stats: ContainerStats): number => stats.cpuNanos / nanos;
const workingSet = (stats: ContainerStats): number => stats.memoryWorkingSet;
const inKubernetes = ["container", "namespace", "pod"];
const named = (one: ContainerView): readonly string[] => [one.stats.name, namespaceOf(one), podNameOf(one)];

/** What metrics-server reads. */
export function resourceMetrics({ containers, nowMs }: NodeView): string {
  const metrics = new Metrics();
  const stability = "STABLE";
  const each = (of: (one: ContainerView) => number): readonly Row[] => containers.map((one) => [named(one), of(one)]);
  const pods = [...byPod(containers).values()];
  const ofPods = (of: (stats: ContainerStats) => number): readonly Row[] =>
    pods.map((all) => [named(all[0] as ContainerView).slice(1), sumOf(all, of)]);
  const tell = (
    type: "counter" | "gauge",
    name: string,
    help: string,
    labels: readonly string[],
    rows: readonly Row[],
  ): void => metrics.observed(type, { name, help, labels, stability }, () => rows);
  tell(
    "counter",
    "container_cpu_usage_seconds_total",
    "Cumulative cpu time consumed by the container in core-seconds",
    inKubernetes,
    each(({ stats }) => cpuSeconds(stats)),
  );
  tell(
    "gauge",
    "container_memory_working_set_bytes",
    "Current working set of the container in bytes",
    inKubernetes,
    each(({ stats }) => workingSet(stats)),
  );
  tell(
    "gauge",
    "container_start_time_seconds",
    "Start time of the container since unix epoch in seconds",
    inKubernetes,
    each(({ status }) => status.startedAt / 1000),
  );
  tell(
    "counter",
    "node_cpu_usage_seconds_total",
    "Cumulative cpu time consumed by the node in core-seconds",
    [],
    [[[], sumOf(containers, cpuSeconds)]],
  );
  tell(
    "gauge",
    "node_memory_working_set_bytes",
    "Current working set of the node in bytes",
    [],
    [[[], sumOf(containers, workingSet)]],
  );
  tell(
    "counter",
    "pod_cpu_usage_seconds_total",
    "Cumulative cpu time consumed by the pod in core-seconds",
    ["namespace", "pod"],
    ofPods(cpuSeconds),
  );
  tell(
    "gauge",
    "pod_memory_working_set_bytes",
    "Current working set of the pod in bytes",
    ["namespace", "pod"],
    ofPods(workingSet),
  );
  tell(
    "gauge",
    "resource_scrape_error",
    "1 if there was an error while getting container metrics, 0 otherwise",
    [],
    [[[], 0]],
  );
  // each reading says when it was taken
  return metrics
    .text()
    .replace(/^([^#\n].*)$/gm, (line) => (line.startsWith("resource_scrape_error") ? line : `${line} ${nowMs}`));
}

/** The part of cAdvisor's metrics that dashboards ask for. */
export function cadvisorMetrics({ containers, facts, nowMs }: NodeView): string {
  const metrics = new Metrics();
  const labels = ["container", "id", "image", "name", "namespace", "pod"];
  const whole = (one: ContainerView): readonly string[] => [
    one.stats.name,
    `/kubepods/pod${one.pod.metadata.uid}/${one.stats.id}`,
    one.pod.spec.containers?.find(({ name }) => name === one.stats.name)?.image ?? "",
    one.stats.id,
    namespaceOf(one),
    podNameOf(one),
  ];
  const tell = (type: "counter" | "gauge", name: string, help: string, of: (one: ContainerView) => number): void =>
    metrics.observed(type, { name, help, labels }, () => containers.map((one) => [whole(one), of(one)] as const));
  metrics.observed(
    "counter",
    {
      ...{ name: "container_cpu_usage_seconds_total", labels: [...labels, "cpu"] },
      help: "Cumulative cpu time consumed in seconds.",
    },
    () => containers.map((one) => [[...whole(one), "total"], cpuSeconds(one.stats)] as const),
  );
  tell("gauge", "container_memory_working_set_bytes", "Current working set in bytes.", ({ stats }) =>
    workingSet(stats),
  );
  tell(
    "gauge",
    "container_memory_usage_bytes",
    "Current memory usage in bytes, including all memory regardless of when it was accessed",
    ({ stats }) => stats.memoryUsage ?? stats.memoryWorkingSet,
  );
  tell(
    "gauge",
    "container_start_time_seconds",
    "Start time of the container since unix epoch in seconds.",
    ({ status }) => status.startedAt / 1000,
  );
  tell("gauge", "container_last_seen", "Last time a container was seen by the exporter", () => nowMs / 1000);
  tell(
    "gauge",
    "container_fs_usage_bytes",
    "Number of bytes that are consumed by the container on this filesystem.",
    ({ stats }) => stats.writableLayerBytes ?? 0,
  );
  const machine = (name: string, help: string, value: number): void =>
    metrics.observed("gauge", { name, help }, () => [[[], value]]);
  machine("machine_cpu_cores", "Number of logical CPU cores.", facts.cpus);
  machine("machine_memory_bytes", "Amount of memory installed on the machine.", facts.memoryBytes);
  return metrics.text();
}

/** Of the kubelet itself. */
export function kubeletMetrics({ nodeName, pods, containers }: NodeView): string {
  const metrics = new Metrics();
  metrics
    .gauge({ name: "kubelet_node_name", help: "The node's name. The count is always 1.", labels: ["node"] })
    .with(nodeName)
    .set(1);
  const running = pods.filter(({ observed }) => observed.sandboxes.some(({ ready }) => ready)).length;
  const gauge = (name: string, help: string, value: number): void => metrics.gauge({ name, help }).set(value);
  gauge("kubelet_running_pods", "Number of pods that have a running pod sandbox", running);
  const states = new Map<string, number>();
  for (const { observed } of pods)
    for (const { state } of observed.containers) states.set(state, (states.get(state) ?? 0) + 1);
  states.set("running", containers.length);
  const byState = metrics.gauge({
    name: "kubelet_running_containers",
    help: "Number of containers currently running",
    labels: ["container_state"],
  });
  for (const [state, count] of states) byState.with(state).set(count);
  const ofPods = (name: string, help: string, value: number): void =>
    metrics
      .gauge({ name, help, labels: ["static"] })
      .with("")
      .set(value);
  ofPods(
    "kubelet_desired_pods",
    "The number of pods the kubelet is being instructed to run. static is true if the pod is not from the apiserver.",
    pods.length,
  );
  ofPods(
    "kubelet_active_pods",
    "The number of pods the kubelet considers active and which are being considered when admitting new pods. static is true if the pod is not from the apiserver.",
    pods.filter(({ pod }) => pod.status.phase === "Running" || pod.status.phase === "Pending").length,
  );
  return metrics.text();
}
