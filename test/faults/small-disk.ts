/** A small disk of its own for a test: a tmpfs. It needs root. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

export class SmallDisk {
  readonly path = mkdtempSync(path.join(os.tmpdir(), "coxswain-disk-"));

  constructor(kibibytes: number) {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${kibibytes}k,mode=700`, "coxswain-test", this.path]);
  }

  get #ballast(): string {
    return path.join(this.path, "ballast");
  }

  /** Takes all the room that is left. */
  fill(): void {
    const page = Buffer.alloc(4096);
    try {
      for (;;) writeFileSync(this.#ballast, page, { flag: "a" });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
    }
  }

  /** Gives it back. */
  free(): void {
    rmSync(this.#ballast, { force: true });
  }

  remove(): void {
    execFileSync("umount", ["--lazy", this.path]);
    rmdirSync(this.path);
  }
}
