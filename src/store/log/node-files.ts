/** The file system of this machine. */
import fs from "node:fs";
import { chmod, mkdir, open, readdir, readlink, rename, symlink, unlink } from "node:fs/promises";
import type { Files, OpenFile } from "./files.ts";

export const nodeFiles: Files = {
  async makeDirectory(path) {
    await mkdir(path, { recursive: true, mode: 0o700 });
    await chmod(path, 0o700);
  },
  list: (directory) => readdir(directory),
  open: (path, how) =>
    new Promise((resolve, reject) => {
      const flags = { create: "wx+", update: "r+", read: "r" }[how];
      fs.open(path, flags, 0o600, (error, fd) => (error ? reject(error) : resolve(openFile(fd))));
    }),
  rename,
  mark: (path, text) => symlink(text, path),
  readMark: (path) => readlink(path),
  remove: unlink,
  async syncDirectory(path) {
    const directory = await open(path, "r");
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  },
};

// Plain descriptors, not FileHandles: those have no synchronous write.
function openFile(fd: number): OpenFile {
  return {
    size: async () => (await called<fs.Stats>((done) => fs.fstat(fd, done))).size,
    async read(position, length) {
      const bytes = Buffer.allocUnsafe(length);
      let filled = 0;
      while (filled < length) {
        const got = await called<number>((done) =>
          fs.read(fd, bytes, filled, length - filled, position + filled, done),
        );
        if (got === 0) break;
        filled += got;
      }
      return bytes.subarray(0, filled);
    },
    write(bytes, position) {
      for (let at = 0; at < bytes.length; ) at += fs.writeSync(fd, bytes, at, bytes.length - at, position + at);
    },
    async writeLater(bytes, position) {
      for (let at = 0; at < bytes.length; ) {
        at += await called<number>((done) => fs.write(fd, bytes, at, bytes.length - at, position + at, done));
      }
    },
    truncate: (size) => called<void>((done) => fs.ftruncate(fd, size, done)),
    sync: () => called<void>((done) => fs.fdatasync(fd, done)),
    close: () => called<void>((done) => fs.close(fd, done)),
  };
}

function called<T>(call: (done: (error: Error | null | undefined, result?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => call((error, result) => (error ? reject(error) : resolve(result as T))));
}
