/**
 * The lock that keeps a second process out of a directory. The files `lock-<n>` name their owners; the highest n counts.
 * Whoever finds its owner gone makes `lock-<n+1>`, which only one can; it holds the lock if that
 * is then the highest. A number is only removed while a higher one stays, so it is never given twice, and a lock of a
 * killed process is taken over without a moment in which two hold it.
 * Not seen: owners in another pid namespace (containers that share the directory), or on another machine.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Files } from "./files.ts";
import { isMissing, isTaken, removeIfThere } from "./files.ts";

/** Who can hold a lock, and whether such a one still lives. */
export interface Owners {
  readonly self: string;
  isAlive(owner: string): boolean;
}

export interface Lock {
  release(): Promise<void>;
}

const numberOf = (name: string): number => Number(/^lock-(\d+)$/.exec(name)?.[1] ?? 0);
const released = "released";

/** Takes the lock. Throws if another living process, or this one, has it. */
export async function takeLock(files: Files, directory: string, owners: Owners): Promise<Lock> {
  const fileOf = (n: number): string => path.join(directory, `lock-${n}`);
  const numbers = async (): Promise<number[]> => (await files.list(directory)).map(numberOf).filter((n) => n > 0);
  for (;;) {
    const n = Math.max(0, ...(await numbers()));
    const owner = n > 0 ? await ownerOf(files, fileOf(n)) : released;
    if (owner === undefined) continue; // removed meanwhile: there is a higher one
    if (owner !== released && owners.isAlive(owner)) {
      throw new Error(`${directory} is in use by process ${owner.split(" ")[0]}: stop it, or choose another directory`);
    }
    if (!(await marked(files, fileOf(n + 1), owners.self))) continue;
    const all = await numbers();
    if (Math.max(...all) === n + 1) {
      for (const old of all) if (old <= n) await removeIfThere(files, fileOf(old));
      return { release: () => release(files, fileOf(n + 1)) };
    }
    await removeIfThere(files, fileOf(n + 1));
  }
}

async function ownerOf(files: Files, name: string): Promise<string | undefined> {
  try {
    return await files.readMark(name);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function marked(files: Files, name: string, text: string): Promise<boolean> {
  try {
    await files.mark(name, text);
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  }
}

/** The mark stays, so that its number is not given again. */
async function release(files: Files, name: string): Promise<void> {
  const free = `${name}-free`;
  await removeIfThere(files, free);
  await files.mark(free, released);
  await files.rename(free, name);
}

/** Processes of this machine: known by pid, start time and boot, so that a pid used again is not taken for its forerunner. */
export const processOwners: Owners = {
  self: `${process.pid} ${startOf(process.pid)} ${boot()}`,
  isAlive(owner) {
    const [pid, start, bootId] = owner.split(" ");
    if (!pid || bootId !== boot()) return false;
    if (startOf(Number(pid)) !== start) return false;
    try {
      process.kill(Number(pid), 0);
      return true;
    } catch (error) {
      return error instanceof Error && "code" in error && error.code === "EPERM";
    }
  },
};

/**
 * The start of a process in ticks since boot: field 22 of proc_pid_stat(5); `-` where that cannot be known. A process that
 * was killed but that nobody has waited for has none: it holds nothing any more.
 */
function startOf(pid: number): string {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return "-";
  // Field 2 may have spaces; it ends with the last bracket.
  const [state, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return state === "Z" || state === "X" ? "gone" : (rest[18] ?? "-");
}

function boot(): string {
  return readIfThere("/proc/sys/kernel/random/boot_id")?.trim() ?? "-";
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
