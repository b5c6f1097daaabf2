/**
 * A clock that stands still until it is advanced; then time jumps from timer to timer.
 * Promises: what is due at one instant runs in the order it was asked for; between two instants all work that
 * promises and immediates hold is let run, so a chain of short waits unrolls as it would on the wall clock.
 */
import type { Clock, Timer } from "./clock.ts";

interface Waiting {
  readonly due: number;
  readonly order: number;
  readonly fire: () => void;
}

export class VirtualClock implements Clock {
  #now: number;
  #made = 0;
  readonly #heap: Waiting[] = [];
  readonly #settle: () => Promise<void>;

  /** `start` in milliseconds since 1970; `settle` resolves once no immediate work is left (default: a few event loop turns). */
  constructor(start: number, settle: () => Promise<void> = turns) {
    this.#now = start;
    this.#settle = settle;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, fire: () => void): Timer {
    const waiting: Waiting = { due: this.#now + Math.max(0, ms), order: this.#made++, fire };
    push(this.#heap, waiting);
    return {
      cancel: () => {
        const at = this.#heap.indexOf(waiting);
        if (at >= 0) remove(this.#heap, at);
      },
    };
  }

  /** The instant of the next timer, if any waits. */
  get next(): number | undefined {
    return this.#heap[0]?.due;
  }

  /** Moves time on by `ms`, firing all that falls due on the way. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await this.#settle();
    for (let first = this.#heap[0]; first && first.due <= end; first = this.#heap[0]) {
      this.#now = first.due;
      while (this.#heap[0] && this.#heap[0].due <= this.#now) remove(this.#heap, 0).fire();
      await this.#settle();
    }
    this.#now = end;
  }
}

async function turns(): Promise<void> {
  for (let i = 0; i < 8; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}

const before = (a: Waiting, b: Waiting): boolean => a.due < b.due || (a.due === b.due && a.order < b.order);

function push(heap: Waiting[], item: Waiting): void {
  heap.push(item);
  up(heap, heap.length - 1);
}

function remove(heap: Waiting[], at: number): Waiting {
  const taken = heap[at]!;
  const last = heap.pop()!;
  if (at < heap.length) {
    heap[at] = last;
    up(heap, at);
    down(heap, at);
  }
  return taken;
}

function up(heap: Waiting[], from: number): void {
  for (let at = from; at > 0; ) {
    const parent = (at - 1) >> 1;
    if (!before(heap[at]!, heap[parent]!)) return;
    [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
    at = parent;
  }
}

function down(heap: Waiting[], from: number): void {
  for (let at = from; ; ) {
    let least = at;
    for (const child of [2 * at + 1, 2 * at + 2]) {
      if (child < heap.length && before(heap[child]!, heap[least]!)) least = child;
    }
    if (least === at) return;
    [heap[at], heap[least]] = [heap[least]!, heap[at]!];
    at = least;
  }
}
