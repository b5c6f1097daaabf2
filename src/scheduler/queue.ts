/**
 * Pods that wait for a node: first those that have not been tried, by priority and age; then those that were refused,
 * once something has happened that may change the answer, and after a wait that doubles with each try
 * (https://kubernetes.io/docs/concepts/scheduling-eviction/scheduling-framework/#preenqueue).
 */
import { backoff } from "../base/backoff.ts";
import type { Clock, Timer } from "../base/clock.ts";
import type { ClusterEvent } from "./framework.ts";
import type { PodInfo } from "./pod-info.ts";

export interface Waiting {
  info: PodInfo;
  /** When the pod was first seen, in milliseconds. */
  readonly sinceMs: number;
  attempts: number;
  triedMs: number;
  /** What may change the answer; empty: anything. */
  retryOn: ReadonlySet<ClusterEvent>;
  refusedBy: readonly string[];
}

const waits = { baseMs: 1_000, maxMs: 10_000 };
/** However quiet the cluster is, a refused pod is tried again after this long. */
const longestMs = 300_000;

export class SchedulingQueue {
  readonly #clock: Clock;
  readonly #active = new Map<string, Waiting>();
  #sorted: Waiting[] = [];
  #isSorted = true;
  readonly #backingOff = new Map<string, { readonly waiting: Waiting; readonly timer: Timer }>();
  readonly #refused = new Map<string, { readonly waiting: Waiting; readonly timer: Timer }>();
  readonly #onReady: () => void;

  /** `onReady`: there is something to take. */
  constructor(clock: Clock, onReady: () => void) {
    this.#clock = clock;
    this.#onReady = onReady;
  }

  /** The pod is new, or has changed in a way that may change the answer. */
  add(info: PodInfo): void {
    const uid = uidOf(info);
    const known = this.#find(uid);
    if (known) {
      known.info = info;
      this.#moveOn(uid, "pod/self");
      return;
    }
    const now = this.#clock.now();
    this.#activate({ info, sinceMs: now, attempts: 0, triedMs: 0, retryOn: new Set(), refusedBy: [] });
  }

  /** The pod has changed in a way that changes nothing for scheduling. */
  refresh(info: PodInfo): void {
    const known = this.#find(uidOf(info));
    if (known) known.info = info;
  }

  remove(uid: string): void {
    if (this.#active.delete(uid)) this.#sorted = this.#sorted.filter((w) => uidOf(w.info) !== uid);
    this.#backingOff.get(uid)?.timer.cancel();
    this.#backingOff.delete(uid);
    this.#refused.get(uid)?.timer.cancel();
    this.#refused.delete(uid);
  }

  /** Takes the first. */
  take(): Waiting | undefined {
    if (!this.#isSorted) {
      // the first lies at the end: it is taken from there
      this.#sorted.sort((a, b) => a.info.priority - b.info.priority || b.sinceMs - a.sinceMs);
      this.#isSorted = true;
    }
    const next = this.#sorted.pop();
    if (!next) return undefined;
    this.#active.delete(uidOf(next.info));
    next.attempts++;
    next.triedMs = this.#clock.now();
    return next;
  }

  /** No node would do: waits until one of `retryOn` happens. */
  refuse(waiting: Waiting, retryOn: ReadonlySet<ClusterEvent>, refusedBy: readonly string[]): void {
    waiting.retryOn = retryOn;
    waiting.refusedBy = refusedBy;
    const uid = uidOf(waiting.info);
    const timer = this.#clock.after(longestMs, () => this.#leave(uid), { idle: true });
    this.#refused.set(uid, { waiting, timer });
  }

  /** The try failed for no fault of the pod's: tries again after its wait. */
  retry(waiting: Waiting): void {
    this.#backOff(waiting);
  }

  /** Something has happened: those it may help are tried again. */
  happened(event: ClusterEvent): void {
    for (const uid of [...this.#refused.keys()]) this.#moveOn(uid, event);
  }

  /** How many pods wait, by what for. */
  get counts(): { readonly active: number; readonly backoff: number; readonly unschedulable: number } {
    return { active: this.#active.size, backoff: this.#backingOff.size, unschedulable: this.#refused.size };
  }

  get size(): number {
    return this.#active.size + this.#backingOff.size + this.#refused.size;
  }

  stop(): void {
    for (const uid of [...this.#refused.keys(), ...this.#backingOff.keys()]) this.remove(uid);
  }

  #find(uid: string): Waiting | undefined {
    return this.#active.get(uid) ?? this.#backingOff.get(uid)?.waiting ?? this.#refused.get(uid)?.waiting;
  }

  #moveOn(uid: string, event: ClusterEvent): void {
    const refused = this.#refused.get(uid);
    if (!refused) return;
    const { retryOn } = refused.waiting;
    if (retryOn.size && !retryOn.has(event) && event !== "pod/self") return;
    this.#leave(uid);
  }

  #leave(uid: string): void {
    const refused = this.#refused.get(uid);
    if (!refused) return;
    refused.timer.cancel();
    this.#refused.delete(uid);
    this.#backOff(refused.waiting);
  }

  #backOff(waiting: Waiting): void {
    const uid = uidOf(waiting.info);
    const left = waiting.triedMs + backoff(waiting.attempts, waits) - this.#clock.now();
    if (left <= 0) {
      this.#activate(waiting);
      return;
    }
    const timer = this.#clock.after(left, () => {
      this.#backingOff.delete(uid);
      this.#activate(waiting);
    });
    this.#backingOff.set(uid, { waiting, timer });
  }

  #activate(waiting: Waiting): void {
    this.#active.set(uidOf(waiting.info), waiting);
    this.#sorted.push(waiting);
    this.#isSorted = false;
    this.#onReady();
  }
}

const uidOf = ({ pod }: PodInfo): string => pod.metadata.uid ?? "";
