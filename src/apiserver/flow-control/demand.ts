/** How many seats a level could have used: the most, and the average over time, since somebody last asked. */
import type { Clock } from "../../base/clock.ts";

export interface Demand {
  readonly most: number;
  readonly average: number;
  readonly deviation: number;
}

export class DemandMeter {
  readonly #clock: Clock;
  #value = 0;
  #most = 0;
  #sinceMs: number;
  #changedMs: number;
  #sum = 0;
  #squares = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sinceMs = clock.now();
    this.#changedMs = this.#sinceMs;
  }

  set(value: number): void {
    this.#pass(this.#clock.now());
    this.#value = value;
    if (value > this.#most) this.#most = value;
  }

  take(): Demand {
    const now = this.#clock.now();
    this.#pass(now);
    const ms = now - this.#sinceMs;
    const average = ms > 0 ? this.#sum / ms : this.#value;
    const variance = ms > 0 ? this.#squares / ms - average * average : 0;
    const demand = { most: this.#most, average, deviation: Math.sqrt(Math.max(0, variance)) };
    this.#most = this.#value;
    this.#sinceMs = now;
    this.#sum = 0;
    this.#squares = 0;
    return demand;
  }

  #pass(now: number): void {
    const ms = now - this.#changedMs;
    this.#changedMs = now;
    if (ms <= 0 || this.#value === 0) return;
    this.#sum += this.#value * ms;
    this.#squares += this.#value * this.#value * ms;
  }
}
