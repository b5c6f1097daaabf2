/** An error for people, in three lines: what failed, why, and what to try. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly why: string;
  readonly hint: string;
  /** 1: it failed; 2: it was asked for wrongly. */
  readonly exitCode: number;

  constructor(what: string, why: string, hint: string, exitCode = 1) {
    super(what);
    this.why = why;
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

export function tell(error: unknown): string {
  if (error instanceof Failure) return `error: ${error.message}\n  why: ${error.why}\n  try: ${error.hint}\n`;
  return `error: ${error instanceof Error ? error.message : String(error)}\n`;
}
