/** Control groups, in whichever hierarchies this machine has: version 1, version 2, or both. */
import { existsSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import path from "node:path";
import { type Clock, sleep } from "../../base/clock.ts";

/** Where cgroup hierarchies are mounted. */
export function cgroupRoots(): string[] {
  return readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .filter((line) => / - cgroup2? /.test(line))
    .map((line) => line.split(" ")[4] ?? "");
}

/** Removes a cgroup and all below it. Processes in it have to be gone; the kernel may take a moment to see it. */
export async function removeCgroup(group: string, clock: Clock): Promise<void> {
  for (const root of cgroupRoots()) {
    for (let tries = 0; ; tries++) {
      try {
        removeTree(path.join(root, group));
        break;
      } catch (error) {
        if (tries === 100) throw error;
        await sleep(clock, 10);
      }
    }
  }
}

function removeTree(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(path.join(folder, entry.name));
  }
  rmdirSync(folder);
}
