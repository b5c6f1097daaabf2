/** What unwinds a shell. */

/** `exit`, `set -e`, or a signal. */
export class Exit extends Error {
  override readonly name = "Exit";
  readonly code: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/** `break`, `continue`, `return`. */
export class Jump extends Error {
  override readonly name = "Jump";
  readonly kind: "break" | "continue" | "return";
  /** How many loops, or the status that a function returns. */
  readonly count: number;
  constructor(kind: Jump["kind"], count: number) {
    super(kind);
    this.kind = kind;
    this.count = count;
  }
}
