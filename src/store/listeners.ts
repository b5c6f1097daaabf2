/**
 * Who listens to the log. Everything to be told stands in one queue, so that each listener hears all commits in order,
 * also when a listener writes to the store from within its callback: what that write tells comes after.
 */
import type { Commit } from "./history.ts";
import { Queue } from "./queue.ts";
import type { Change, WatchOptions } from "./store.ts";

interface Listener<V> extends WatchOptions<V> {
  stopped: boolean;
}

export class Listeners<V> {
  readonly #all = new Set<Listener<V>>();
  readonly #queue = new Queue<() => void>();
  #telling = false;

  /** Tells `commits`, which already happened, and from then on all that is published. */
  add(options: WatchOptions<V>, commits: readonly Commit<V>[]): { stop(): void } {
    const listener: Listener<V> = { ...options, stopped: false };
    // It joins behind what is already in the queue: that is part of `commits`.
    this.#enqueue(() => {
      for (const commit of commits) tell(listener, commit);
      if (!listener.stopped) this.#all.add(listener);
    });
    return {
      stop: () => {
        listener.stopped = true;
        this.#all.delete(listener);
      },
    };
  }

  publish(commit: Commit<V>): void {
    this.#enqueue(() => {
      for (const listener of this.#all) {
        tell(listener, commit);
        if (listener.stopped) this.#all.delete(listener);
      }
    });
  }

  /** Ends all watches. */
  end(reason: Error): void {
    this.#enqueue(() => {
      for (const listener of this.#all) end(listener, reason);
      this.#all.clear();
    });
  }

  #enqueue(step: () => void): void {
    this.#queue.push(step);
    if (this.#telling) return;
    this.#telling = true;
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) next();
    this.#telling = false;
  }
}

function tell<V>(listener: Listener<V>, commit: Commit<V>): void {
  if (listener.stopped) return;
  const changes = matching(commit.changes, listener.prefix);
  if (changes.length === 0) return;
  try {
    listener.onChanges(changes);
  } catch (error) {
    // A listener that breaks its promise not to throw loses its watch; the others and the writer go on.
    end(listener, new Error("a listener failed, and was stopped", { cause: error }));
  }
}

function end<V>(listener: Listener<V>, reason: Error): void {
  if (listener.stopped) return;
  listener.stopped = true;
  try {
    listener.onEnd?.(reason);
  } catch {
    // It was told; what it makes of that is its own.
  }
}

function matching<V>(changes: readonly Change<V>[], prefix: string | undefined): readonly Change<V>[] {
  if (prefix === undefined || changes.every(({ key }) => key.startsWith(prefix))) return changes;
  return changes.filter(({ key }) => key.startsWith(prefix));
}
