/**
 * Events in the newer form, as the scheduler and controllers of `events.k8s.io` tell them: with an action and a time to the
 * microsecond; like ones within a few minutes become a series (client-go's `tools/events`).
 */
import { ApiError } from "../api/errors.ts";
import { type Clock, rfc3339Micro } from "../base/clock.ts";
import { type Client, causeOf } from "../client/client.ts";
import { type Event, events } from "../client/kinds.ts";
import type { Regarding } from "./events.ts";

export interface SeriesRecorderOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly component: string;
  readonly instance: string;
}

/** A series is over when nothing was added for so long. */
const seriesMs = 360_000;
const kept = 4096;

interface Told {
  readonly event: Event;
  count: number;
  lastMs: number;
}

export class SeriesRecorder {
  readonly #options: SeriesRecorderOptions;
  readonly #told = new Map<string, Told>();
  readonly #writing = new Set<Promise<void>>();
  #made = 0;

  constructor(options: SeriesRecorderOptions) {
    this.#options = options;
  }

  /** Never fails and never waits; what cannot be written is dropped. */
  record(about: Regarding, type: "Normal" | "Warning", reason: string, action: string, note: string): void {
    const work = this.#write(about, type, reason, action, note.slice(0, 1024)).catch(() => {});
    this.#writing.add(work);
    void work.finally(() => this.#writing.delete(work));
  }

  async flush(): Promise<void> {
    await Promise.all(this.#writing);
  }

  async #write(about: Regarding, type: string, reason: string, action: string, note: string): Promise<void> {
    const { clock, component, instance } = this.#options;
    const client = this.#options.client.because(about.resourceVersion ? causeOf({ metadata: about }) : undefined);
    const now = clock.now();
    const key = [about.uid, about.namespace, about.name, type, reason, action, note].join("\u0000");
    const told = this.#told.get(key);
    if (told && now - told.lastMs < seriesMs) {
      told.count++;
      told.lastMs = now;
      const { namespace, name = "" } = told.event.metadata;
      const series = { count: told.count, lastObservedTime: rfc3339Micro(now) };
      try {
        await client.patch(events, { namespace, name }, { series });
        return;
      } catch (error) {
        if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
      }
    }
    const namespace = about.namespace || "default";
    this.#made = (this.#made + 1) % 1_000_000;
    const stamp = (BigInt(Math.floor(now)) * 1_000_000n + BigInt(this.#made)).toString(16);
    const involvedObject = Object.fromEntries(Object.entries(about).filter(([, value]) => value));
    const event = await client.create(events, {
      metadata: { name: `${about.name}.${stamp}`, namespace },
      involvedObject,
      reason,
      message: note,
      source: {},
      firstTimestamp: null,
      lastTimestamp: null,
      type,
      eventTime: rfc3339Micro(now),
      action,
      reportingComponent: component,
      reportingInstance: instance,
    });
    this.#told.delete(key);
    this.#told.set(key, { event, count: 1, lastMs: now });
    if (this.#told.size > kept) this.#told.delete(this.#told.keys().next().value as string);
  }
}
