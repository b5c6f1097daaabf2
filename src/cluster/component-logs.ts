/** What the parts of the cluster have to say: kept for `kubectl logs`, the last of each, and given on to whoever listens. */
import type { HttpResponse } from "../apiserver/exchange.ts";
import type { LogRequest } from "../apiserver/streams/node-connection.ts";
import type { Clock } from "../base/clock.ts";

interface Line {
  readonly ms: number;
  readonly text: string;
}

const kept = 2000;
const encoder = new TextEncoder();

export class ComponentLogs {
  readonly #clock: Clock;
  readonly #lines = new Map<string, Line[]>();
  readonly #listeners = new Map<string, Set<(line: Line) => void>>();
  readonly #onLine: ((component: string, text: string) => void) | undefined;

  constructor(clock: Clock, onLine?: (component: string, text: string) => void) {
    this.#clock = clock;
    this.#onLine = onLine;
  }

  write(component: string, text: string): void {
    const line = { ms: this.#clock.now(), text };
    const lines = this.#lines.get(component) ?? [];
    this.#lines.set(component, lines);
    lines.push(line);
    if (lines.length > kept) lines.shift();
    for (const listener of this.#listeners.get(component) ?? []) listener(line);
    this.#onLine?.(component, text);
  }

  /** The log as an answer to a client that asked so. */
  answer(component: string, { follow, timestamps, sinceMs, tailLines, limitBytes }: LogRequest): HttpResponse {
    const all = (this.#lines.get(component) ?? []).filter((line) => sinceMs === undefined || line.ms >= sinceMs);
    const shown = tailLines === undefined ? all : tailLines === 0 ? [] : all.slice(-tailLines);
    const show = ({ ms, text }: Line): string => `${timestamps ? `${new Date(ms).toISOString()} ` : ""}${text}\n`;
    const bytes = encoder.encode(shown.map(show).join("")).subarray(0, limitBytes);
    const headers = { "content-type": "text/plain" };
    if (!follow) return { status: 200, headers, body: [bytes] };
    return {
      status: 200,
      headers,
      body: (sink, signal) =>
        new Promise((resolve) => {
          sink.write(bytes);
          const listeners = this.#listeners.get(component) ?? new Set();
          this.#listeners.set(component, listeners);
          const listener = (line: Line): void => void sink.write(encoder.encode(show(line)));
          listeners.add(listener);
          signal.addEventListener("abort", () => {
            listeners.delete(listener);
            resolve();
          });
        }),
    };
  }
}
