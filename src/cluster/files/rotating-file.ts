/**
 * A file that is written at its end, for its owner alone, and is put aside when it has grown: `audit.log` becomes
 * `audit-2026-01-31T12-00-00.000.log`. Old ones go by their number and age.
 */
import { mkdirSync } from "node:fs";
import { type FileHandle, open, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { Clock } from "../../base/clock.ts";

export interface RotatingFileOptions {
  readonly path: string;
  /** Bytes. */
  readonly maxBytes: number;
  /** 0: whatever their age. */
  readonly maxAgeDays: number;
  /** 0: all. */
  readonly maxBackups: number;
  readonly clock: Clock;
}

const dayMs = 86_400_000;

export class RotatingFile {
  readonly #options: RotatingFileOptions;
  #file: FileHandle | undefined;
  #size = 0;

  constructor(options: RotatingFileOptions) {
    this.#options = options;
    mkdirSync(path.dirname(options.path), { recursive: true, mode: 0o700 });
  }

  /** Rejects when not all could be written; some of it may have been. Not to be called again before it has resolved. */
  async write(bytes: Uint8Array): Promise<void> {
    const file = await this.#opened();
    if (this.#size > 0 && this.#size + bytes.length > this.#options.maxBytes) {
      await this.#putAside();
      return this.write(bytes);
    }
    try {
      const { bytesWritten } = await file.write(bytes);
      if (bytesWritten < bytes.length)
        throw new Error(`no more than ${bytesWritten} of ${bytes.length} bytes could be written`);
      this.#size += bytes.length;
    } catch (error) {
      // half a line is no line: what follows begins anew
      await file.truncate(this.#size).catch(() => {});
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  async #opened(): Promise<FileHandle> {
    if (this.#file) return this.#file;
    const file = await open(this.#options.path, "a", 0o600);
    this.#size = (await file.stat()).size;
    this.#file = file;
    return file;
  }

  async #putAside(): Promise<void> {
    await this.close();
    const { path: whole, clock } = this.#options;
    const { dir, name, ext } = path.parse(whole);
    const time = new Date(clock.now()).toISOString().slice(0, -1).replaceAll(":", "-");
    await rename(whole, path.join(dir, `${name}-${time}${ext}`));
    await this.#forgetOld();
  }

  async #forgetOld(): Promise<void> {
    const { path: whole, maxBackups, maxAgeDays, clock } = this.#options;
    const { dir, name, ext } = path.parse(whole);
    const form = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}$/;
    const old = (await readdir(dir))
      .filter((one) => one.startsWith(`${name}-`) && one.endsWith(ext))
      .map((one) => ({ one, time: one.slice(name.length + 1, one.length - ext.length) }))
      .filter(({ time }) => form.test(time))
      .sort((a, b) => (a.time < b.time ? 1 : -1));
    const oldest = new Date(clock.now() - maxAgeDays * dayMs).toISOString().slice(0, -1).replaceAll(":", "-");
    const gone = old.filter(({ time }, i) => (maxBackups && i >= maxBackups) || (maxAgeDays && time < oldest));
    await Promise.all(gone.map(({ one }) => rm(path.join(dir, one), { force: true })));
  }
}
