/** Files of this machine, for volumes and logs. */
import { watch } from "node:fs";
import {
  chmod,
  chown,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import type { FileOptions, Files } from "../host.ts";
import { beside } from "./shell-beside.ts";

/** What is secret is not swapped out, where the kernel can promise that (6.3 and later): false once it could not. */
let mayForbidSwap = true;

const isMissing = (error: unknown): boolean =>
  ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");

async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Where something is mounted at or below `root`, the deepest first. */
async function mountsBelow(root: string): Promise<string[]> {
  const text = await readFile("/proc/self/mountinfo", "utf8");
  return text
    .split("\n")
    .map((line) => (line.split(" ")[4] ?? "").replace(/\\040/g, " "))
    .filter((at) => at === root || at.startsWith(`${root}/`))
    .reverse();
}

export const linuxFiles: Files = {
  async makeDirectory(directory, { mode, group } = {}) {
    const made = await mkdir(directory, { recursive: true });
    if (mode !== undefined && (made || (await isMountPoint(directory)))) await chmod(directory, mode);
    if (group !== undefined) await chown(directory, 0, group);
    if (mode !== undefined && group !== undefined) await chmod(directory, mode);
  },

  async mountMemory(directory, sizeBytes) {
    await mkdir(directory, { recursive: true });
    const options = sizeBytes === undefined ? [] : [`size=${sizeBytes}`];
    if (mayForbidSwap) {
      try {
        return await mountTmpfs(directory, [...options, "noswap"]);
      } catch {
        mayForbidSwap = false;
      }
    }
    await mountTmpfs(directory, options);
  },

  async resolveInside(root, relative) {
    const wanted = path.join(root, relative);
    if ((await unlessMissing(stat(wanted))) === undefined) {
      await mkdir(wanted, { recursive: true });
    }
    const [resolved, base] = await Promise.all([realpath(wanted), realpath(root)]);
    if (resolved !== base && !resolved.startsWith(`${base}/`)) {
      throw new Error(`failed to create subPath directory for volumeMount: ${relative} leads outside of the volume`);
    }
    return resolved;
  },

  async writeFile(file, data, { mode = 0o644, user, group }: FileOptions = {}) {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, data, { mode });
    if (user !== undefined || group !== undefined) await chown(file, user ?? 0, group ?? 0);
    await chmod(file, mode);
  },

  async readFile(file, tailBytes) {
    if (tailBytes === undefined) return unlessMissing(readFile(file));
    const size = await this.size(file);
    if (size === undefined) return undefined;
    const from = Math.max(0, size - tailBytes);
    return this.readAt(file, from, size - from);
  },

  symlink: (target, file) => symlink(target, file),
  rename: (from, to) => rename(from, to),
  async list(directory) {
    return (await unlessMissing(readdir(directory))) ?? [];
  },

  async kind(file) {
    const found = await unlessMissing(stat(file));
    if (!found) return undefined;
    if (found.isDirectory()) return "directory";
    if (found.isSocket()) return "socket";
    if (found.isCharacterDevice()) return "character";
    return found.isBlockDevice() ? "block" : "file";
  },

  async usage(directory) {
    let bytes = 0;
    let files = 0;
    for (const name of (await unlessMissing(readdir(directory, { recursive: true }))) ?? []) {
      const found = await unlessMissing(lstat(path.join(directory, name)));
      if (!found) continue;
      bytes += found.blocks * 512;
      files++;
    }
    return { bytes, files };
  },

  async removeTree(directory) {
    const found = await unlessMissing(lstat(directory));
    if (!found) return;
    const mounts = found.isDirectory() ? await mountsBelow(directory) : [];
    for (const at of mounts) await beside.run("umount", ["-l", at]).catch(() => {});
    // what is still mounted is somebody's data: better left than deleted
    if (mounts.length && (await mountsBelow(directory)).length)
      throw new Error(`${directory} is busy: something is mounted in it`);
    await rm(directory, { recursive: true, force: true });
  },

  async size(file) {
    return (await unlessMissing(stat(file)))?.size;
  },

  async readAt(file, offset, length) {
    const handle = await open(file, "r");
    try {
      const buffer = new Uint8Array(length);
      const { bytesRead } = await handle.read(buffer, 0, length, offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  },

  watchFile(file, onChange, signal) {
    try {
      const watcher = watch(path.dirname(file), { signal, persistent: false }, (_event, name) => {
        if (name === null || name === path.basename(file)) onChange();
      });
      watcher.on("error", () => {});
    } catch {
      // the folder is gone: whoever reads the log finds that out by itself
    }
  },
};

const mountTmpfs = (directory: string, options: readonly string[]) =>
  beside.run("mount", ["-t", "tmpfs", ...(options.length ? ["-o", options.join(",")] : []), "tmpfs", directory]);

const isMountPoint = async (directory: string): Promise<boolean> => (await mountsBelow(directory)).includes(directory);
