/** What Prometheus' own clients tell of their process, and which Kubernetes this is. */
import { readdirSync, readFileSync } from "node:fs";
import type { Metrics } from "../base/metrics/metrics.ts";
import { kubernetesVersion } from "./version.ts";

const pageBytes = 4096;
const ticksPerSecond = 100;

export function processMetrics(metrics: Metrics): void {
  const one = (name: string, help: string, look: () => number | undefined, type: "counter" | "gauge" = "gauge"): void =>
    metrics.observed(type, { name, help }, () => {
      const value = look();
      return value === undefined ? [] : [[[], value]];
    });
  one(
    "process_cpu_seconds_total",
    "Total user and system CPU time spent in seconds.",
    () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
    "counter",
  );
  one("process_resident_memory_bytes", "Resident memory size in bytes.", () => process.memoryUsage.rss());
  one("process_virtual_memory_bytes", "Virtual memory size in bytes.", () => pages()?.[0]);
  one("process_open_fds", "Number of open file descriptors.", () => attempt(() => readdirSync("/proc/self/fd").length));
  one("process_max_fds", "Maximum number of open file descriptors.", () =>
    attempt(() => Number(/^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1])),
  );
  one("process_start_time_seconds", "Start time of the process since unix epoch in seconds.", () => attempt(startTime));
  const labels = [
    "build_date",
    "compiler",
    "git_commit",
    "git_tree_state",
    "git_version",
    "go_version",
    "major",
    "minor",
    "platform",
  ];
  const { gitVersion, gitCommit, buildDate, platform } = kubernetesVersion;
  metrics
    .gauge({
      ...{ name: "kubernetes_build_info", labels },
      help: "A metric with a constant '1' value labeled by major, minor, git version, git commit, git tree state, build date, Go version, and compiler from which Kubernetes was built, and platform on which it is running.",
    })
    .with(buildDate, "tsc", gitCommit, "clean", gitVersion, "none", "1", "36", platform)
    .set(1);
}

const pages = (): number[] | undefined =>
  attempt(() =>
    readFileSync("/proc/self/statm", "utf8")
      .split(" ")
      .map((count) => Number(count) * pageBytes),
  );

/** When the process began, from its age in ticks and the machine's start. */
function startTime(): number {
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ").at(-1)?.split(" ") ?? [];
  const boot = Number(/^btime (\d+)/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);
  return boot + Number(fields[19]) / ticksPerSecond;
}

function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined; // not every system has these files
  }
}
