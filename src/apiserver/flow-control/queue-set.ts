/**
 * The queues of one priority level. A request begins at once while there are seats; else it waits in one of the queues that
 * its flow was dealt, and queues take turns by virtual time: who has had much waits longer (KEP-1040, fair queuing for server
 * requests).
 *
 * Promises: seats in use are never more than the limit, but for a request that needs more than there are, which runs alone; who
 * waits is let in, or refused after its time, and never forgotten.
 */
import type { Clock } from "../../base/clock.ts";
import { handOf } from "./hand.ts";

export interface QueueSettings {
  /** 0: nobody waits, who does not fit is refused. Infinity of seats: nobody ever has to. */
  readonly queues: number;
  readonly handSize: number;
  readonly queueLengthLimit: number;
}

export type Refusal = "concurrency-limit" | "queue-full" | "time-out" | "cancelled";

export interface Seat {
  readonly schema: string;
  readonly flow: string;
  readonly seats: number;
  readonly arrivedMs: number;
  /** Undefined while it waits. */
  startedMs: number | undefined;
  /** Where it waited or is counted; undefined in a level without queues. */
  readonly queue: Queue | undefined;
}

interface Waiter extends Seat {
  admit(): void;
  refuse(why: Refusal): void;
}

export interface Queue {
  readonly index: number;
  readonly waiting: Waiter[];
  waitingSeats: number;
  inUse: number;
  executing: number;
  /** The virtual time at which its next request would begin. */
  nextR: number;
}

/** What a request is taken to need before it is known, in seconds. */
const estimatedSeconds = 0.003;
const mostHands = 4096;

export class QueueSet {
  readonly executing = new Set<Seat>();
  readonly counts = { dispatched: 0, rejected: 0, timedOut: 0, cancelled: 0 };
  readonly #clock: Clock;
  readonly #queues: Queue[] = [];
  readonly #active = new Set<Queue>();
  readonly #hands = new Map<string, readonly number[]>();
  #settings: QueueSettings = { queues: 0, handSize: 0, queueLengthLimit: 0 };
  #limit: number;
  #inUse = 0;
  #waitingSeats = 0;
  #waiting = 0;
  #enqueued = 0;
  #robin = 0;
  #r = 0;
  #rAtMs: number;

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
    this.#rAtMs = clock.now();
  }

  get seatsInUse(): number {
    return this.#inUse;
  }
  get waiting(): number {
    return this.#waiting;
  }
  get waitingSeats(): number {
    return this.#waitingSeats;
  }
  get limit(): number {
    return this.#limit;
  }
  get virtualTime(): number {
    return this.#r;
  }
  get queues(): readonly Queue[] {
    return this.#queues;
  }
  get isIdle(): boolean {
    return this.executing.size === 0 && this.#waiting === 0;
  }

  /** Queues that are no more dealt go on until they are empty. */
  configure(settings: QueueSettings): void {
    if (settings.queues !== this.#settings.queues || settings.handSize !== this.#settings.handSize) this.#hands.clear();
    this.#settings = settings;
    for (let index = this.#queues.length; index < settings.queues; index++)
      this.#queues.push({ index, waiting: [], waitingSeats: 0, inUse: 0, executing: 0, nextR: 0 });
  }

  /** Changes how many seats there are; who waits may begin. */
  resize(limit: number): void {
    this.#pass();
    this.#limit = limit;
    this.#dispatch();
  }

  /** A seat at once, a promise of one, or why there is none. The promise rejects with a Refusal after `waitMs` or when `signal` aborts. */
  enter(
    schema: string,
    distinguisher: string,
    seats: number,
    waitMs: number,
    signal: AbortSignal,
  ): Seat | Promise<Seat> | Refusal {
    this.#pass();
    const arrivedMs = this.#clock.now();
    const at = { schema, flow: distinguisher, seats, arrivedMs };
    if (this.#settings.queues < 1) {
      if (!this.#hasRoom(seats)) return this.#refused("concurrency-limit");
      return this.#begin({ ...at, startedMs: arrivedMs, queue: undefined });
    }
    const queue = this.#choose(schema, distinguisher);
    if (this.#waiting === 0 && this.#hasRoom(seats)) {
      this.#wake(queue);
      queue.nextR += seats * estimatedSeconds;
      return this.#begin({ ...at, startedMs: arrivedMs, queue });
    }
    if (this.#inUse >= this.#limit && queue.waiting.length >= this.#settings.queueLengthLimit)
      return this.#refused("queue-full");
    return this.#wait({ ...at, startedMs: undefined, queue }, queue, waitMs, signal);
  }

  /** The work of a seat is done. */
  leave(seat: Seat): void {
    if (!this.executing.delete(seat)) return;
    this.#pass();
    this.#inUse -= seat.seats;
    const { queue } = seat;
    if (queue) {
      queue.inUse -= seat.seats;
      queue.executing--;
      // what it took in truth, instead of what was guessed
      const seconds = (this.#clock.now() - (seat.startedMs ?? seat.arrivedMs)) / 1000;
      queue.nextR += seat.seats * (seconds - estimatedSeconds);
      this.#rest(queue);
    }
    this.#dispatch();
  }

  #refused(why: Refusal): Refusal {
    this.counts.rejected++;
    return why;
  }

  #hasRoom(seats: number): boolean {
    if (seats > this.#limit) return this.executing.size === 0 && this.#limit > 0;
    return this.#inUse + seats <= this.#limit;
  }

  #begin(seat: Seat): Seat {
    this.executing.add(seat);
    this.#inUse += seat.seats;
    if (seat.queue) {
      seat.queue.inUse += seat.seats;
      seat.queue.executing++;
    }
    this.counts.dispatched++;
    return seat;
  }

  /** The queue of the flow's hand in which the least waits. */
  #choose(schema: string, distinguisher: string): Queue {
    const { queues, handSize } = this.#settings;
    const flow = `${schema}\u0000${distinguisher}`;
    let hand = this.#hands.get(flow);
    if (!hand) {
      hand = handOf(flow, queues, handSize);
      if (this.#hands.size >= mostHands) this.#hands.clear();
      this.#hands.set(flow, hand);
    }
    const from = this.#enqueued++ % hand.length;
    let best = this.#queues[hand[from] as number] as Queue;
    for (let i = 1; i < hand.length && best.waitingSeats > 0; i++) {
      const other = this.#queues[hand[(from + i) % hand.length] as number] as Queue;
      if (other.waitingSeats < best.waitingSeats) best = other;
    }
    return best;
  }

  #wait(seat: Seat, queue: Queue, waitMs: number, signal: AbortSignal): Promise<Seat> {
    const { promise, resolve, reject } = withResolvers<Seat>();
    this.#wake(queue);
    const stop = (): void => {
      timer.cancel();
      signal.removeEventListener("abort", cancel);
    };
    const waiter: Waiter = Object.assign(seat, {
      admit: () => {
        stop();
        resolve(waiter);
      },
      refuse: (why: Refusal) => {
        stop();
        reject(why);
      },
    });
    const give = (why: Refusal): void => {
      this.#remove(queue, waiter);
      this.counts[why === "time-out" ? "timedOut" : "cancelled"]++;
      waiter.refuse(why);
    };
    const cancel = (): void => give("cancelled");
    const timer = this.#clock.after(waitMs, () => give("time-out"), { idle: true });
    signal.addEventListener("abort", cancel, { once: true });
    queue.waiting.push(waiter);
    queue.waitingSeats += waiter.seats;
    this.#waitingSeats += waiter.seats;
    this.#waiting++;
    this.#dispatch();
    return promise;
  }

  #remove(queue: Queue, waiter: Waiter): void {
    const at = queue.waiting.indexOf(waiter);
    if (at < 0) return;
    this.#pass();
    queue.waiting.splice(at, 1);
    queue.waitingSeats -= waiter.seats;
    this.#waitingSeats -= waiter.seats;
    this.#waiting--;
    this.#rest(queue);
  }

  #dispatch(): void {
    while (this.#waiting > 0) {
      const queue = this.#next();
      const waiter = queue?.waiting[0];
      if (!queue || !waiter || !this.#hasRoom(waiter.seats)) return;
      this.#remove(queue, waiter);
      this.#wake(queue);
      queue.nextR += waiter.seats * estimatedSeconds;
      waiter.startedMs = this.#clock.now();
      this.#begin(waiter);
      waiter.admit();
    }
  }

  /** Of the queues in which somebody waits, that whose first would be done first in virtual time; turn by turn where it is equal. */
  #next(): Queue | undefined {
    let best: Queue | undefined;
    let least = Number.POSITIVE_INFINITY;
    const count = this.#queues.length;
    const robin = this.#robin;
    for (const queue of this.#active) {
      const first = queue.waiting[0];
      if (!first) continue;
      const finish = queue.nextR + first.seats * estimatedSeconds;
      const isNearer = best !== undefined && turn(queue.index, robin, count) < turn(best.index, robin, count);
      if (finish < least || (finish === least && isNearer)) {
        least = finish;
        best = queue;
      }
    }
    if (best) this.#robin = (best.index + 1) % count;
    return best;
  }

  /** A queue that had nothing begins at the present: time in which it asked for nothing is not saved up. */
  #wake(queue: Queue): void {
    if (this.#active.has(queue)) return;
    queue.nextR = Math.max(queue.nextR, this.#r);
    this.#active.add(queue);
  }

  #rest(queue: Queue): void {
    if (queue.executing === 0 && queue.waiting.length === 0) this.#active.delete(queue);
  }

  /** Virtual time goes on: as fast as each of the active queues could be served. */
  #pass(): void {
    const now = this.#clock.now();
    const seconds = (now - this.#rAtMs) / 1000;
    this.#rAtMs = now;
    if (seconds <= 0 || this.#active.size === 0) return;
    this.#r += (seconds * Math.min(this.#inUse + this.#waitingSeats, this.#limit)) / this.#active.size;
  }
}

const turn = (index: number, robin: number, count: number): number => (index - robin + count) % count;

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (why: unknown) => void } {
  let resolve: (value: T) => void = () => {};
  let reject: (why: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
