/** The log of a container, in CRI's format (https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md). */
import type { Clock } from "../../../base/clock.ts";
import type { MemoryFiles } from "./memory-files.ts";

export class ContainerLog {
  readonly #files: MemoryFiles;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #begun = { stdout: "", stderr: "" };

  constructor(files: MemoryFiles, path: string, clock: Clock) {
    this.#files = files;
    this.#path = path;
    this.#clock = clock;
  }

  write(stream: "stdout" | "stderr", text: string): void {
    const lines = (this.#begun[stream] + text).split("\n");
    this.#begun[stream] = lines.pop() as string;
    for (const line of lines) this.#line(stream, "F", line);
  }

  /** Writes what has no end of line yet. */
  end(): void {
    for (const stream of ["stdout", "stderr"] as const) {
      if (this.#begun[stream]) this.#line(stream, "P", this.#begun[stream]);
      this.#begun[stream] = "";
    }
  }

  #line(stream: string, whole: "F" | "P", line: string): void {
    const time = new Date(this.#clock.now()).toISOString();
    this.#files.append(this.#path, new TextEncoder().encode(`${time} ${stream} ${whole} ${line}\n`));
  }
}
