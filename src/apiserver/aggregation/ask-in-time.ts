/** Asking other servers for what no client waits for by itself: one that is slow holds nobody up for long. */
import type { Clock } from "../../base/clock.ts";

const patienceMs = 5_000;

/** Does what `ask` says, and rejects if that takes too long: `signal` aborts then. */
export async function askInTime<T>(clock: Clock, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController();
  const timer = clock.after(patienceMs, () => late.abort(new Error("context deadline exceeded")), { idle: true });
  try {
    return await ask(late.signal);
  } catch (error) {
    throw late.signal.aborted ? late.signal.reason : error;
  } finally {
    timer.cancel();
  }
}
