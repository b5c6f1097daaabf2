/** The log of a container, in CRI's format (https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md). */
import type { Clock } from "../../../base/clock.ts";
import type { MemoryFiles } from "./memory-files.ts";
import { bytesOf, joined } from "./streams/input.ts";

/** A longer line is written in parts, as containerd does. */
const longestBytes = 16_384;
const newline = 10;

export class ContainerLog {
  readonly #files: MemoryFiles;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #begun: Record<"stdout" | "stderr", Uint8Array> = { stdout: new Uint8Array(), stderr: new Uint8Array() };

  constructor(files: MemoryFiles, path: string, clock: Clock) {
    this.#files = files;
    this.#path = path;
    this.#clock = clock;
  }

  write(stream: "stdout" | "stderr", data: Uint8Array): void {
    let left = this.#begun[stream].length ? joined([this.#begun[stream], data]) : data;
    for (let end = left.indexOf(newline); end >= 0 || left.length > longestBytes; end = left.indexOf(newline)) {
      const whole = end >= 0 && end <= longestBytes;
      this.#line(stream, whole ? "F" : "P", left.subarray(0, whole ? end : longestBytes));
      left = left.subarray(whole ? end + 1 : longestBytes);
    }
    this.#begun[stream] = left.slice();
  }

  /** Writes what has no end of line yet. */
  end(): void {
    for (const stream of ["stdout", "stderr"] as const) {
      if (this.#begun[stream].length) this.#line(stream, "P", this.#begun[stream]);
      this.#begun[stream] = new Uint8Array();
    }
  }

  #line(stream: string, whole: "F" | "P", line: Uint8Array): void {
    const time = new Date(this.#clock.now()).toISOString();
    this.#files.append(this.#path, joined([bytesOf(`${time} ${stream} ${whole} `), line, bytesOf("\n")]));
  }
}
