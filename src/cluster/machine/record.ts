/**
 * What we have made on this machine, on disk, so that it can be removed after a crash too.
 * A line of JSON is appended before the thing is made and another after it is gone: several processes may write, and a
 * line torn by a crash is one that nothing was made for yet. Undoing (undo.ts) takes what is not there for gone.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";

/** Where sockets and state of all clusters are, a folder each: short paths, and gone when the machine starts anew. */
export const runDirectory = "/run/coxswain";

export type Made =
  /** The cluster's address ranges. */
  | { readonly kind: "ranges"; readonly pods: string; readonly services: string; readonly nodes: string }
  | { readonly kind: "directory"; readonly path: string }
  | { readonly kind: "netns"; readonly name: string }
  | { readonly kind: "link"; readonly name: string }
  /** A route of the host, as `ip route` takes it. */
  | { readonly kind: "route"; readonly route: string }
  /** An nftables table of the host: family and name. */
  | { readonly kind: "table"; readonly table: string }
  /** A cgroup and all below it, in every hierarchy: a path such as `/coxswain/dev`. */
  | { readonly kind: "cgroup"; readonly path: string }
  /** A containerd: its shims and containers are found by `socket` and in `state`. */
  | { readonly kind: "containerd"; readonly socket: string; readonly state: string; readonly network: string }
  /** A process: `startTime` in ticks since `boot`, so that another with the same number is told apart. */
  | {
      readonly kind: "process";
      readonly pid: number;
      readonly startTime: string;
      readonly boot: string;
      readonly what: string;
    };

type Line = { readonly made: Made } | { readonly gone: Made };

export class MachineRecord {
  readonly path: string;

  /** Opens the record at `file`, or begins one. */
  constructor(file: string) {
    this.path = file;
    mkdirSync(path.dirname(file), { recursive: true });
  }

  /** To be called before the thing is made. */
  add(made: Made): void {
    this.#append({ made });
  }

  /** To be called after the thing is gone. */
  remove(gone: Made): void {
    this.#append({ gone });
  }

  /** What is there, oldest first. */
  all(): readonly Made[] {
    if (!existsSync(this.path)) return [];
    const made = new Map<string, Made>();
    for (const text of readFileSync(this.path, "utf8").split("\n")) {
      const line = parse(text);
      if (!line) continue;
      if ("made" in line) made.set(JSON.stringify(line.made), line.made);
      else made.delete(JSON.stringify(line.gone));
    }
    return [...made.values()];
  }

  of<Kind extends Made["kind"]>(kind: Kind): readonly Extract<Made, { kind: Kind }>[] {
    return this.all().filter((made): made is Extract<Made, { kind: Kind }> => made.kind === kind);
  }

  /** Forgets everything, once all of it is gone. */
  erase(): void {
    rmSync(this.path, { force: true });
  }

  #append(line: Line): void {
    appendFileSync(this.path, `${JSON.stringify(line)}\n`);
  }
}

function parse(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && ("made" in value || "gone" in value)
      ? (value as Line)
      : undefined;
  } catch {
    return undefined;
  }
}
