/** What a life of stores is told, and what it says, a line of JSON each. */
import type { Opened } from "../../../src/store/log/witness.ts";
import type { Change, Revision, Write } from "../../../src/store/store.ts";
import type { TestValue } from "../../../src/store/test-values.ts";

/** What a process is told once, when it is ready. */
export interface Task {
  readonly seed: number;
  readonly stores: readonly {
    readonly directory: string;
    /** The last revision that a watch on it was told. */
    readonly since: Revision;
  }[];
}

/** `store`: its place in the task. */
export type Line = { readonly store: number } & (
  | { readonly is: "opened"; readonly opened: Opened }
  | { readonly is: "asked"; readonly name: string; readonly writes: readonly Write<TestValue>[] }
  | { readonly is: "heard"; readonly changes: readonly Change<TestValue>[] }
  /** `revision` 0: it changed nothing. */
  | { readonly is: "acknowledged"; readonly name: string; readonly revision: Revision }
  | { readonly is: "broken"; readonly why: string }
);
