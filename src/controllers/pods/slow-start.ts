/** Many like tasks whose failures are likely alike: first one, then two, four and so on, until a batch has a failure. */

export interface SlowStartResult {
  readonly done: number;
  /** What went wrong first, if anything. */
  readonly error?: unknown;
}

export async function slowStart(count: number, task: (index: number) => Promise<unknown>): Promise<SlowStartResult> {
  let done = 0;
  for (let size = Math.min(1, count); size > 0; size = Math.min(2 * size, count - done)) {
    const batch = await Promise.allSettled(Array.from({ length: size }, (_, i) => task(done + i)));
    const failures = batch.filter((result) => result.status === "rejected");
    done += size - failures.length;
    if (failures[0]) return { done, error: failures[0].reason };
  }
  return { done };
}

/** All at once; resolves to what went wrong first, if anything. */
export async function allAtOnce(tasks: readonly Promise<unknown>[]): Promise<unknown> {
  const failures = (await Promise.allSettled(tasks)).filter((result) => result.status === "rejected");
  return failures[0]?.reason;
}
