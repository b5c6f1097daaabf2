/** One request on its way: what its stages leave for its end, when it is counted and its audit record is closed. */
import { ApiError } from "../api/errors.ts";
import { type Clock, preciseMs } from "../base/clock.ts";
import type { Auditor } from "./audit/auditor.ts";
import type { AuditRecord } from "./audit/record.ts";
import type { HttpResponse } from "./exchange.ts";
import type { AdmissionMetrics } from "./monitoring/admission-metrics.ts";
import type { LoginMetrics } from "./monitoring/login-metrics.ts";
import type { RequestMetrics, Route } from "./monitoring/request-metrics.ts";
import { isLongRunning, type RequestInfo } from "./request-info.ts";

/** Those who look on. */
export interface Onlookers {
  readonly requests?: RequestMetrics | undefined;
  readonly logins?: LoginMetrics | undefined;
  readonly admission?: AdmissionMetrics | undefined;
  readonly auditor?: Auditor | undefined;
}

export class Passage {
  readonly id: string;
  readonly info: RequestInfo;
  readonly arrivedMs: number;
  /** The same by the clock for durations. */
  readonly startedMs: number;
  readonly warnings: string[] = [];
  record: AuditRecord | undefined;
  /** Undefined: it is not counted. */
  route: Route | undefined;
  dryRun = "";
  /** How long it stood in a queue. */
  waitedMs = 0;
  /** Headers that its answer gets, whatever it is. */
  headers: Record<string, string>;
  fault: unknown;

  constructor(id: string, info: RequestInfo, clock: Clock) {
    this.id = id;
    this.info = info;
    this.arrivedMs = clock.now();
    this.startedMs = preciseMs(clock);
    this.headers = { "audit-id": id };
  }

  /** The answer as it goes out. */
  finish(
    response: HttpResponse,
    requests: RequestMetrics | undefined,
    clock: Clock,
    closing?: AbortSignal,
  ): HttpResponse {
    const { record, route } = this;
    const headers = { ...this.headers, ...response.headers };
    const { status, body } = response;
    if (typeof body !== "function") {
      this.#end(status, body, requests, preciseMs(clock));
      return { status, headers, body };
    }
    const isLong = isLongRunning(this.info);
    if (isLong) record?.started(status);
    const leave = isLong && route ? requests?.beginLong(route) : undefined;
    return {
      status,
      headers,
      body: async (sink, signal) => {
        try {
          await body(sink, closing ? AbortSignal.any([signal, closing]) : signal);
        } finally {
          leave?.();
          this.#end(status, [], requests, preciseMs(clock));
        }
      },
    };
  }

  /** The connection speaks another protocol now, until `signal` aborts. */
  handOver(requests: RequestMetrics | undefined, clock: Clock, signal: AbortSignal): void {
    const { record, route } = this;
    record?.started(101);
    const leave = route && requests?.beginLong(route);
    const end = (): void => {
      leave?.();
      this.#end(101, [], requests, preciseMs(clock));
    };
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  }

  #end(code: number, body: readonly Uint8Array[], requests: RequestMetrics | undefined, now: number): void {
    const { route, record, fault } = this;
    if (route && requests) {
      let bytes = 0;
      for (const part of body) bytes += part.length;
      requests.answered(route, this.dryRun, code, bytes, now - this.startedMs, this.waitedMs);
    }
    if (!record) return;
    if (fault !== undefined && !(fault instanceof ApiError))
      record.panicked(fault instanceof Error ? fault.message : String(fault));
    else record.completed(code, fault instanceof ApiError ? fault.status : undefined);
  }
}
