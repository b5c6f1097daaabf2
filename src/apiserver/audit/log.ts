/**
 * The audit log: a line of JSON for each event. Requests never wait for it: events lie in a buffer until they are written,
 * and where that is full, or the disk is, events are dropped, counted, and told of.
 */
import type { Clock } from "../../base/clock.ts";
import type { Metrics } from "../../base/metrics/metrics.ts";
import type { Value } from "../../base/metrics/values.ts";

/** Where lines go. Rejects when they could not be written. */
export interface AuditSink {
  write(lines: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface AuditLogOptions {
  readonly sink: AuditSink;
  /** Events that may wait. */
  readonly bufferSize: number;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Told when writing begins to fail, and when it goes on. */
  readonly onFault?: (text: string) => void;
}

/** How long nothing is written after a failure. */
const restMs = 1_000;
const encoder = new TextEncoder();

export class AuditLog {
  readonly #options: AuditLogOptions;
  readonly #errors: Value;
  readonly #dropped: Value;
  #waiting: string[] = [];
  #writing: Promise<void> | undefined;
  #restUntilMs = 0;
  #isFaulty = false;

  constructor(options: AuditLogOptions) {
    this.#options = options;
    this.#errors = options.metrics
      .counter({
        name: "apiserver_audit_error_total",
        help: "Counter of audit events that failed to be audited properly. Plugin identifies the plugin affected by the error.",
        labels: ["plugin"],
      })
      .with("log");
    this.#dropped = options.metrics
      .counter({
        name: "apiserver_audit_events_dropped_total",
        help: "Counter of audit events that were dropped because the buffer was full.",
      })
      .with();
  }

  add(event: object): void {
    if (this.#waiting.length >= this.#options.bufferSize) {
      this.#dropped.inc();
      this.#fault(`the buffer of ${this.#options.bufferSize} events is full`);
      return;
    }
    // made into text at once: the objects in it may be about to change
    this.#waiting.push(`${JSON.stringify(event)}\n`);
    this.#writing ??= this.#write();
  }

  /** Writes what waits, and closes the file. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#options.sink.close();
  }

  async #write(): Promise<void> {
    await undefined; // the events of one turn go together
    while (this.#waiting.length) {
      const lines = this.#waiting;
      this.#waiting = [];
      await this.#put(lines);
    }
    this.#writing = undefined;
  }

  async #put(lines: readonly string[]): Promise<void> {
    const { sink, clock } = this.#options;
    if (clock.now() < this.#restUntilMs) return this.#errors.inc(lines.length);
    try {
      await sink.write(encoder.encode(lines.join("")));
      if (this.#isFaulty) this.#options.onFault?.("the audit log is written again");
      this.#isFaulty = false;
    } catch (error) {
      this.#errors.inc(lines.length);
      this.#restUntilMs = clock.now() + restMs;
      this.#fault(error instanceof Error ? error.message : String(error));
    }
  }

  #fault(why: string): void {
    if (!this.#isFaulty) this.#options.onFault?.(`events are missing from the audit log: ${why}`);
    this.#isFaulty = true;
  }
}
