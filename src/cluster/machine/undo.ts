/**
 * Removes everything a record names, whoever made it and however that ended. Promises: only recorded processes, and
 * those that belong to a recorded containerd or cgroup, are ended; running it again, or on a half-made machine, is fine;
 * what could not be removed stays recorded and is told.
 */
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, unlinkSync } from "node:fs";
import path from "node:path";
import type { Clock } from "../../base/clock.ts";
import { removeCgroup } from "./cgroups.ts";
import { run } from "./command.ts";
import { unmountBelow } from "./mounts.ts";
import { allProcesses, isAlive, kill, type ProcessView } from "./processes.ts";
import { type MachineRecord, type Made, runDirectory } from "./record.ts";

type Containerd = Extract<Made, { kind: "containerd" }>;

/** Resolves to what is left, in words: empty when all is gone, and then the record is too. */
export async function undo(record: MachineRecord, clock: Clock): Promise<readonly string[]> {
  const made = record.all();
  const left: string[] = [];
  const of = <Kind extends Made["kind"]>(kind: Kind) => record.of(kind);
  const attempt = async (one: Made, what: string, action: () => unknown): Promise<void> => {
    try {
      await action();
      record.remove(one);
    } catch (error) {
      left.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };

  await endProcesses(made, clock, left);
  for (const one of of("process")) record.remove(one);
  for (const one of of("containerd")) await attempt(one, `containerd at ${one.socket}`, () => sweep(one));
  for (const one of of("directory")) await attempt(one, one.path, () => removeDirectory(one.path));
  for (const one of of("cgroup")) await attempt(one, `cgroup ${one.path}`, () => removeCgroup(one.path, clock));
  for (const one of of("table")) await attempt(one, `table ${one.table}`, () => removeTable(one.table));
  for (const one of of("netns")) await attempt(one, `network namespace ${one.name}`, () => removeNetns(one.name));
  for (const one of of("link")) await attempt(one, `link ${one.name}`, () => removeLink(one.name));
  for (const one of of("route")) await attempt(one, `route ${one.route}`, () => removeRoute(one.route));
  removeIfEmpty(runDirectory);
  if (left.length === 0) record.erase();
  return left;
}

/**
 * The process of one containerd, or what is about to become it. It is recorded once it has been started: a crash in
 * between leaves one that only its arguments tell.
 */
export const daemonsOf = ({ state }: Pick<Containerd, "state">, all = allProcesses()): ProcessView[] =>
  all.filter((one) => one.arguments.includes(path.join(state, "config.toml")));

/** The processes of one containerd: itself, its shims, and all that runs in their containers. */
export function processesOf(containerd: Containerd): ProcessView[] {
  const ids = new Set(containerIds(containerd));
  const all = allProcesses();
  const shims = new Set(all.filter((one) => isShimOf(one, containerd)).map(({ pid }) => pid));
  const inContainer = ({ cgroups }: ProcessView): boolean =>
    cgroups.split("\n").some((line) => ids.has(path.basename(line).replace(/^cri-containerd-|\.scope$/g, "")));
  const belongs = (one: ProcessView): boolean => shims.has(one.pid) || shims.has(one.parent) || inContainer(one);
  return [...daemonsOf(containerd, all), ...all.filter(belongs)];
}

const isShimOf = (one: ProcessView, { socket }: Containerd): boolean => {
  const at = one.arguments.indexOf("-address");
  return path.basename(one.arguments[0] ?? "").startsWith("containerd-shim") && one.arguments[at + 1] === socket;
};

const tasksOf = (containerd: Containerd): string =>
  path.join(containerd.state, "io.containerd.runtime.v2.task", "k8s.io");

function containerIds(containerd: Containerd): string[] {
  return existsSync(tasksOf(containerd)) ? readdirSync(tasksOf(containerd)) : [];
}

async function endProcesses(made: readonly Made[], clock: Clock, left: string[]): Promise<void> {
  // First those that would start others: containerd, then shims, then what is in the containers.
  const recorded = made.filter((one) => one.kind === "process").filter(isAlive);
  const stubborn = [...(await kill(recorded, clock))];
  const cgroups = made.filter((one) => one.kind === "cgroup").map((one) => one.path);
  const inCgroup = ({ cgroups: lines }: ProcessView): boolean =>
    lines.split("\n").some((line) => cgroups.some((group) => `${line.split(":")[2]}/`.startsWith(`${group}/`)));
  // A shim that was being started shows itself in the second look.
  for (let looks = 0; looks < 2; looks++) {
    const victims = made.filter((one) => one.kind === "containerd").flatMap(processesOf);
    stubborn.push(...(await kill([...victims, ...allProcesses().filter(inCgroup)], clock)));
  }
  for (const { pid } of stubborn) left.push(`process ${pid} does not end`);
}

/** Ends what a containerd has started, and removes what of it lies outside its own folders. */
export async function endContainers(containerd: Containerd, clock: Clock): Promise<void> {
  await kill(processesOf(containerd), clock);
  sweep(containerd);
}

function sweep(containerd: Containerd): void {
  for (const id of containerIds(containerd)) {
    const address = path.join(tasksOf(containerd), id, "address");
    if (!existsSync(address)) continue;
    // Where shims listen: one folder for all containerds of a machine.
    rmSync(readFileSync(address, "utf8").replace(/^unix:\/\//, ""), { force: true });
  }
  for (const folder of ["/run/containerd/s", "/run/containerd"]) removeIfEmpty(folder);
  const results = "/var/lib/cni/results";
  if (!existsSync(results)) return;
  for (const name of readdirSync(results)) {
    const file = path.join(results, name);
    if (name.startsWith(`${containerd.network}-`) || isLoopbackOf(containerd, file)) unlinkSync(file);
  }
  for (const folder of [results, "/var/lib/cni"]) removeIfEmpty(folder);
}

/** What the loopback plugin noted of this containerd's sandboxes, which leaves it behind. */
function isLoopbackOf({ state }: Containerd, file: string): boolean {
  if (!path.basename(file).startsWith("cni-loopback-")) return false;
  try {
    const { result } = JSON.parse(readFileSync(file, "utf8")) as { result?: { interfaces?: { sandbox?: string }[] } };
    return result?.interfaces?.some(({ sandbox }) => sandbox?.startsWith(`${state}/`)) ?? false;
  } catch {
    return false;
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Others use it too.
  }
}

export async function removeDirectory(folder: string): Promise<void> {
  await unmountBelow(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

async function removeTable(table: string): Promise<void> {
  // Adding first makes the deletion succeed whether or not the table is there.
  await run("nft", ["-f", "-"], { input: `add table ${table}\ndelete table ${table}\n` });
}

async function removeNetns(name: string): Promise<void> {
  if (existsSync(`/run/netns/${name}`)) await run("ip", ["netns", "delete", name]);
}

async function removeLink(name: string): Promise<void> {
  if (!existsSync(`/sys/class/net/${name}`)) return;
  await run("ip", ["link", "delete", name]).catch((error: unknown) => {
    // it goes with the namespace at its other end, a moment later
    if (!/Cannot find device/.test(String(error))) throw error;
  });
}

async function removeRoute(route: string): Promise<void> {
  await run("ip", ["route", "delete", ...route.split(" ")]).catch((error: unknown) => {
    if (!/No such process|Cannot find device|No such device/.test(String(error))) throw error;
  });
}
