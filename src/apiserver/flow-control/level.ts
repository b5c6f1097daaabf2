/** One priority level: its queues, how many seats it has of its own, and how many now. */
import type { PriorityLevelConfiguration } from "../../api/generated/flowcontrol-v1.ts";
import type { Shared } from "../../api/object.ts";
import type { Clock } from "../../base/clock.ts";
import { type Demand, DemandMeter } from "./demand.ts";
import { QueueSet } from "./queue-set.ts";
import { divide } from "./shares.ts";

type Configuration = Shared<PriorityLevelConfiguration>;

/** Per adjustment: of the old value this much stays (a half-life of five minutes at one every ten seconds). */
const smoothing = 0.977;
const usualShares = 30;
/** Of a level's seats, what a single request may have. */
const mostOfLevel = 0.15;

export class Level {
  readonly name: string;
  readonly queues: QueueSet;
  readonly meter: DemandMeter;
  configuration: Configuration;
  /** Its object is gone; it goes on until nobody waits any more. */
  isQuiescing = false;
  nominal = 0;
  least = 0;
  most = 0;
  current = 0;
  target = 0;
  smoothed = 0;
  demand: Demand = { most: 0, average: 0, deviation: 0 };

  constructor(configuration: Configuration, clock: Clock) {
    this.name = configuration.metadata.name ?? "";
    this.configuration = configuration;
    this.queues = new QueueSet(clock, 0);
    this.meter = new DemandMeter(clock);
  }

  get isExempt(): boolean {
    return this.configuration.spec.type === "Exempt";
  }

  get shares(): number {
    const { exempt, limited } = this.configuration.spec;
    return this.isExempt ? (exempt?.nominalConcurrencyShares ?? 0) : (limited?.nominalConcurrencyShares ?? usualShares);
  }

  /** Seats that one request may take. */
  get mostSeats(): number {
    const hand = this.configuration.spec.limited?.limitResponse?.queuing?.handSize;
    if (!hand) return Number.POSITIVE_INFINITY;
    return Math.max(1, Math.min(Math.ceil(this.nominal * mostOfLevel), Math.floor(this.nominal / hand)));
  }

  configure(configuration: Configuration): void {
    this.configuration = configuration;
    this.isQuiescing = false;
    const queuing = configuration.spec.limited?.limitResponse?.queuing;
    const { queues = 0, handSize = 0, queueLengthLimit = 0 } = queuing ?? {};
    this.queues.configure({ queues, handSize, queueLengthLimit });
  }

  /** What the shares of all come to here. `seats` are the server's. */
  setNominal(seats: number, allShares: number): void {
    const { exempt, limited } = this.configuration.spec;
    const lendable = (this.isExempt ? exempt?.lendablePercent : limited?.lendablePercent) ?? 0;
    const borrowing = limited?.borrowingLimitPercent;
    this.nominal = allShares > 0 ? Math.ceil((seats * this.shares) / allShares) : 0;
    this.least = this.nominal - Math.round((this.nominal * lendable) / 100);
    this.most = this.nominal + (borrowing == null ? seats : Math.round((this.nominal * borrowing) / 100));
  }

  /** Notes what could have been used since the last time. */
  observe(): void {
    this.demand = this.meter.take();
    const { average, deviation } = this.demand;
    const envelope = average + deviation;
    this.smoothed = Math.max(envelope, smoothing * this.smoothed + (1 - smoothing) * envelope);
  }

  resize(seats: number): void {
    this.current = seats;
    this.queues.resize(this.isExempt ? Number.POSITIVE_INFINITY : seats);
  }
}

/** Seats that one level has and does not use serve another that could use more, within what each lends and borrows. */
export function rebalance(levels: Iterable<Level>): void {
  const all = [...levels];
  const limited = all.filter((level) => !level.isExempt);
  const nominal = all.reduce((sum, level) => sum + level.nominal, 0);
  let left = nominal;
  for (const level of all) {
    if (!level.isExempt) continue;
    const seats = Math.max(level.least, Math.round(level.demand.most));
    level.resize(seats);
    left -= seats;
  }
  const leastNow = (level: Level): number =>
    Math.max(level.least, Math.min(level.nominal, Math.round(level.demand.most)));
  const sum = (of: (level: Level) => number): number => limited.reduce((total, level) => total + of(level), 0);
  const [leastSum, leastNowSum] = [sum((level) => level.least), sum(leastNow)];
  for (const level of limited) level.target = Math.max(leastNow(level), level.smoothed);
  if (left <= leastSum) for (const level of limited) level.resize(level.least);
  else if (left <= leastNowSum) {
    const fraction = (left - leastSum) / (leastNowSum - leastSum);
    for (const level of limited) level.resize(level.least + Math.round((leastNow(level) - level.least) * fraction));
  } else {
    const seats = divide(
      nominal,
      limited.map((level) => ({ target: level.target, least: leastNow(level), most: level.most })),
    );
    for (const [i, level] of limited.entries()) level.resize(Math.round(seats[i] ?? level.nominal));
  }
}
