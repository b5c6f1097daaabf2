/** What a cluster could leave on a machine, as lines of text, so that before and after can be compared. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { cgroupRoots } from "../../src/cluster/machine/cgroups.ts";
import { allProcesses } from "../../src/cluster/machine/processes.ts";

const output = (program: string, ...args: string[]): string[] =>
  execFileSync(program, args, { encoding: "utf8" }).split("\n").filter(Boolean);

const names = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

const cgroups = (root: string): string[] =>
  readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isDirectory() && /coxswain|k8s\.io|cri-containerd/.test(entry.name))
    .map((entry) => `cgroup ${path.join(entry.parentPath, entry.name)}`);

/** Links, routes, rules, namespaces, mounts, cgroups, processes of containers, and files at shared places. */
export function traces(): string[] {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  return [
    ...names("/sys/class/net").map((name) => `link ${name}`),
    ...names("/run/netns").map((name) => `netns ${name}`),
    ...output("ip", "-4", "route", "show", "table", "all").map((line) => `route ${line.trim()}`),
    ...output("nft", "list", "tables"),
    ...mounts.map((line) => `mount ${line.split(" ")[4] ?? ""}`),
    ...cgroupRoots().flatMap(cgroups),
    ...allProcesses()
      .map(({ arguments: words }) => words.join(" "))
      .filter((line) => /containerd|docker-registry|^\/pause$/.test(line))
      .map((line) => `process ${line}`),
    ...["/run/coxswain", "/run/containerd", "/run/containerd/s", "/var/lib/cni/results", "/run/netns"].flatMap(
      (folder) => names(folder).map((name) => `file ${folder}/${name}`),
    ),
  ].toSorted();
}
