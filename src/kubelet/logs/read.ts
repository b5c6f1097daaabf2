/**
 * Reads a container's log as a client asked for it: from where, how much, and on as it grows. Rotated parts are read from
 * the newest alone, as kubelet does.
 */
import { type Clock, sleep } from "../../base/clock.ts";
import type { Files } from "../host.ts";
import { parseLogLine, splitLines } from "./line.ts";

export interface LogOptions {
  readonly follow: boolean;
  readonly timestamps: boolean;
  readonly sinceMs?: number;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  readonly stream?: "stdout" | "stderr";
}

export interface LogReading {
  readonly files: Files;
  readonly clock: Clock;
  readonly path: string;
  readonly options: LogOptions;
  /** Takes the text; resolves when more may come. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** Whether the container may still write. */
  readonly isRunning: () => boolean;
  readonly signal: AbortSignal;
}

const blockBytes = 64 * 1024;
/** Where nothing tells of changes, one looks this often. */
const pollMs = 1_000;
const encoder = new TextEncoder();

/** Resolves once all is written that was asked for. */
export async function readLog(reading: LogReading): Promise<void> {
  await new LogReader(reading).run();
}

class LogReader {
  readonly #reading: LogReading;
  #offset = 0;
  #rest = new Uint8Array();
  #left: number;
  #changed: (() => void) | undefined;

  constructor(reading: LogReading) {
    this.#reading = reading;
    this.#left = reading.options.limitBytes ?? Number.POSITIVE_INFINITY;
  }

  async run(): Promise<void> {
    const { files, path, options, signal, isRunning } = this.#reading;
    const { tailLines } = options;
    if (tailLines !== undefined) this.#offset = await startOfTail(files, path, tailLines);
    if (options.follow) files.watchFile(path, () => this.#changed?.(), signal);
    for (;;) {
      const running = options.follow && isRunning();
      const size = await files.size(path);
      // a rotated log begins anew
      if (size !== undefined && size < this.#offset) this.#offset = 0;
      while (size !== undefined && this.#offset < size && this.#left > 0 && !signal.aborted)
        await this.#readBlock(size);
      if (!running || this.#left <= 0 || signal.aborted) return;
      await this.#wait();
    }
  }

  async #readBlock(size: number): Promise<void> {
    const { files, path, write } = this.#reading;
    const block = await files.readAt(path, this.#offset, Math.min(blockBytes, size - this.#offset));
    this.#offset += block.length;
    const bytes = new Uint8Array(this.#rest.length + block.length);
    bytes.set(this.#rest);
    bytes.set(block, this.#rest.length);
    let used = 0;
    const parts: Uint8Array[] = [];
    for (const line of splitLines(bytes)) {
      used += line.length + 1;
      const part = this.#shown(line);
      if (part) parts.push(part);
      if (this.#left <= 0) break;
    }
    this.#rest = bytes.slice(used);
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    if (whole.length) await write(whole);
  }

  #shown(line: Uint8Array): Uint8Array | undefined {
    const { timestamps, sinceMs, stream } = this.#reading.options;
    const parsed = parseLogLine(line);
    if (!parsed || (stream && parsed.stream !== stream)) return undefined;
    if (sinceMs !== undefined && Date.parse(parsed.time) < sinceMs) return undefined;
    let text = parsed.text;
    if (timestamps) {
      const time = encoder.encode(`${parsed.time} `);
      text = new Uint8Array(time.length + parsed.text.length);
      text.set(time);
      text.set(parsed.text, time.length);
    }
    if (text.length > this.#left) text = text.subarray(0, this.#left);
    this.#left -= text.length;
    return text;
  }

  /** Until the file changes, or might have. */
  async #wait(): Promise<void> {
    const { clock, signal } = this.#reading;
    const over = new AbortController();
    const end = (): void => over.abort();
    this.#changed = end;
    signal.addEventListener("abort", end, { once: true });
    await sleep(clock, pollMs, over.signal);
    signal.removeEventListener("abort", end);
  }
}

/** Where the last `lines` lines begin. */
async function startOfTail(files: Files, path: string, lines: number): Promise<number> {
  const size = (await files.size(path)) ?? 0;
  if (lines === 0) return size;
  let end = size;
  let found = 0;
  while (end > 0) {
    const from = Math.max(0, end - blockBytes);
    const block = await files.readAt(path, from, end - from);
    for (let i = block.length - 1; i >= 0; i--) {
      // the newline that ends the log begins no line
      if (block[i] !== 0x0a || from + i === size - 1) continue;
      found++;
      if (found === lines) return from + i + 1;
    }
    end = from;
  }
  return 0;
}
