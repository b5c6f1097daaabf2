/**
 * A clock that stands still until it is advanced; then time jumps from timer to timer.
 * Promises: what is due at one instant runs in the order it was asked for; between two instants all work that promises
 * hold is let run, so a chain of short waits unrolls as it would on the wall clock. No time passes while there is work
 * that was told of with `during`; what ends of it is told one by one, in the order of its beginning, each when all that
 * followed from the one before has been done: so that nothing depends on which thread was the quicker.
 */
import { type Clock, nextTurn, type Timer } from "./clock.ts";

interface Waiting {
  readonly due: number;
  readonly order: number;
  /** Undefined once it has fired or was cancelled. */
  fire: (() => void) | undefined;
}

interface Outside {
  /** Resolves when it has ended, however. */
  readonly work: Promise<unknown>;
  /** Lets those go on who wait for it. */
  readonly tell: () => void;
}

/** So many turns without work make out that there is none. */
const quietTurns = 2;

export class VirtualClock implements Clock {
  #now: number;
  #made = 0;
  #heap: Waiting[] = [];
  /** How many of the heap are cancelled. */
  #idle = 0;
  /** What the machine does beside, in the order of its beginning. */
  readonly #outside: Outside[] = [];
  #settling: Promise<void> | undefined;

  /** `start` in milliseconds since 1970. */
  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, fire: () => void): Timer {
    const waiting: Waiting = { due: this.#now + Math.max(0, ms), order: this.#made++, fire };
    push(this.#heap, waiting);
    return {
      cancel: () => {
        if (!waiting.fire) return;
        waiting.fire = undefined;
        if (++this.#idle * 2 > this.#heap.length) this.#sweep();
      },
    };
  }

  during<T>(work: Promise<T>): Promise<T> {
    const told = new Promise<T>((resolve, reject) => {
      const tell = (): void => void work.then(resolve, reject);
      this.#outside.push({ work: work.catch(() => {}), tell });
    });
    void this.settle();
    return told;
  }

  /** The instant of the next timer, if any waits. */
  get next(): number | undefined {
    return this.#first()?.due;
  }

  /** Moves time on by `ms`, firing all that falls due on the way. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await this.settle();
    while (await this.step(end)) {
      // from timer to timer
    }
    this.#now = Math.max(this.#now, end);
  }

  /** Moves time on to the next timer, if it is due by `latest`, and lets what follows from it be done. False: there is none. */
  async step(latest: number = Number.POSITIVE_INFINITY): Promise<boolean> {
    const first = this.#first();
    if (!first || first.due > latest) return false;
    this.#now = Math.max(this.#now, first.due);
    for (let due = this.#first(); due && due.due <= this.#now; due = this.#first()) {
      pop(this.#heap);
      const { fire } = due;
      due.fire = undefined;
      fire?.();
    }
    await this.settle();
    return true;
  }

  /** Resolves once there is nothing to do before time moves on. */
  async settle(): Promise<void> {
    do {
      this.#settling ??= this.#untilQuiet().finally(() => {
        this.#settling = undefined;
      });
      await this.#settling;
    } while (this.#outside.length);
  }

  async #untilQuiet(): Promise<void> {
    for (let quiet = 0; quiet < quietTurns; quiet++) {
      await nextTurn();
      const [first] = this.#outside;
      if (!first) continue;
      quiet = -1;
      await first.work;
      this.#outside.shift();
      first.tell();
    }
  }

  #first(): Waiting | undefined {
    for (let first = this.#heap[0]; first; first = this.#heap[0]) {
      if (first.fire) return first;
      pop(this.#heap);
      this.#idle--;
    }
    return undefined;
  }

  #sweep(): void {
    const left = this.#heap.filter(({ fire }) => fire);
    left.sort((a, b) => a.due - b.due || a.order - b.order); // what is in order is a heap
    this.#heap = left;
    this.#idle = 0;
  }
}

const before = (a: Waiting, b: Waiting): boolean => a.due < b.due || (a.due === b.due && a.order < b.order);

function push(heap: Waiting[], item: Waiting): void {
  heap.push(item);
  up(heap, heap.length - 1);
}

function pop(heap: Waiting[]): void {
  const last = heap.pop();
  if (!last || !heap.length) return;
  heap[0] = last;
  down(heap, 0);
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
