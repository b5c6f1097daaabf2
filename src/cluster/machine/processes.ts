/** Processes as /proc shows them: who is who, and ending them for certain. */
import { readdirSync, readFileSync } from "node:fs";
import { type Clock, sleep } from "../../base/clock.ts";

export interface ProcessView {
  readonly pid: number;
  readonly parent: number;
  /** Ticks since the machine started: with the number it names one process. */
  readonly startTime: string;
  readonly arguments: readonly string[];
  /** The lines of /proc/PID/cgroup. */
  readonly cgroups: string;
}

export const bootId = (): string => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();

/** The process, or undefined when there is none; one that has ended and waits for its parent counts as gone. */
export function viewProcess(pid: number): ProcessView | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in brackets may hold anything, brackets too: the fields begin after the last one.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    return {
      pid,
      parent: Number(fields[1]),
      startTime: fields[19] ?? "",
      arguments: readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1),
      cgroups: readFileSync(`/proc/${pid}/cgroup`, "utf8"),
    };
  } catch {
    return undefined;
  }
}

export const allProcesses = (): ProcessView[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => viewProcess(Number(name)))
    .filter((view) => view !== undefined);

const isSame = (view: Pick<ProcessView, "pid" | "startTime">): boolean =>
  viewProcess(view.pid)?.startTime === view.startTime;

/** Whether that very process, not another that got its number, is there. */
export const isAlive = (made: { readonly pid: number; readonly startTime: string; readonly boot: string }): boolean =>
  made.boot === bootId() && isSame(made);

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}

/** Kills these processes and resolves once they are gone, or after `limitMs`; resolves to those that would not go. */
export async function kill(
  victims: readonly Pick<ProcessView, "pid" | "startTime">[],
  clock: Clock,
  limitMs = 5000,
): Promise<readonly Pick<ProcessView, "pid" | "startTime">[]> {
  for (const victim of victims) if (isSame(victim)) signal(victim.pid, "SIGKILL");
  const end = clock.now() + limitMs;
  let left = victims.filter(isSame);
  while (left.length > 0 && clock.now() < end) {
    await sleep(clock, 5);
    left = left.filter(isSame);
  }
  return left;
}
