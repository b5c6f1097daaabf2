/** What messages of both versions of HTTP have in common, on their way in and out. */
import type { IncomingMessage } from "node:http";
import type { ServerHttp2Stream } from "node:http2";
import type { TLSSocket } from "node:tls";
import { ApiError, tooLarge } from "../../api/errors.ts";
import type { HttpRequest, Sink } from "../exchange.ts";
import type { Peers } from "./peers.ts";
import { bearerOfWebSocket } from "./websocket-bearer.ts";

/** Upstream's limit of a request body, in bytes. */
const largestBody = 3 * 1024 * 1024;

/** Whether the client is still there. A signal is made only for who asks for one: most do not. */
export class Presence {
  #gone = false;
  #controller: AbortController | undefined;

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#gone) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  get isGone(): boolean {
    return this.#gone;
  }

  end(): void {
    this.#gone = true;
    this.#controller?.abort();
  }
}

export interface Incoming {
  readonly method: string;
  /** With the query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly socket: TLSSocket;
  readonly body: () => Promise<Uint8Array>;
}

export function asRequest(
  { method, url, headers: given, socket, body }: Incoming,
  peers: Peers,
  presence: Presence,
): HttpRequest {
  const at = url.indexOf("?");
  const headers: Record<string, string | undefined> = {};
  for (const name in given) {
    const value = given[name];
    if (name.charCodeAt(0) !== colonCode) headers[name] = typeof value === "object" ? value.join(", ") : value;
  }
  Object.assign(headers, bearerOfWebSocket(headers));
  let read: Promise<Uint8Array> | undefined;
  return {
    method,
    path: at < 0 ? url : url.slice(0, at),
    query: new URLSearchParams(at < 0 ? "" : url.slice(at + 1)),
    headers,
    body: () => (read ??= body()),
    ...peers.of(socket),
    ...(socket.remoteAddress && { remoteAddress: socket.remoteAddress }),
    get signal() {
      return presence.signal;
    },
  };
}

/** HTTP/2 tells method and path in headers whose names begin with one. */
const colonCode = 0x3a;

const brokenOff = (): ApiError => new ApiError("BadRequest", "the request body was broken off");

/**
 * All of a body; `length` is what its head says of it. Rejects with ApiError if it is too large, or if `isWhole` does not
 * hold at its end.
 */
export function readBody(
  from: IncomingMessage | ServerHttp2Stream,
  length: string | undefined,
  isWhole: (size: number) => boolean,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    if (Number(length ?? 0) > largestBody) return refuse();
    function refuse(): void {
      from.resume();
      reject(tooLarge("Request entity too large: limit is 3145728"));
    }
    from.on("data", (part: Buffer) => {
      size += part.length;
      if (size > largestBody) {
        from.removeAllListeners("data");
        refuse();
      } else parts.push(part);
    });
    from.on("end", () => {
      if (isWhole(size)) resolve(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts));
      else reject(brokenOff());
    });
    from.on("aborted", () => reject(brokenOff()));
    from.on("error", () => reject(brokenOff()));
  });
}

/** Headers are written a byte for each character: of UTF-8, its bytes. */
const inBytes = (value: string): string => (ascii.test(value) ? value : Buffer.from(value).toString("latin1"));
const ascii = /^[\t -~]*$/;

export const headerValue = (value: string | readonly string[]): string | string[] =>
  typeof value === "string" ? inBytes(value) : value.map(inBytes);

export function lengthOf(body: readonly Uint8Array[]): number {
  let length = 0;
  for (const part of body) length += part.length;
  return length;
}

/** Resolves when more may be written, or nobody is there to read it. */
export function drained(
  to: NodeJS.WritableStream & { readonly writableNeedDrain: boolean },
  presence: Presence,
): Promise<void> {
  if (presence.isGone || !to.writableNeedDrain) return Promise.resolve();
  const { signal } = presence;
  return new Promise((resolve) => {
    const done = (): void => {
      to.off("drain", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    to.once("drain", done);
    signal.addEventListener("abort", done, { once: true });
  });
}

/** Where a streaming answer writes; `abort` breaks it off in the way of its version. */
export const sinkOf = (
  to: NodeJS.WritableStream & { readonly writableNeedDrain: boolean; readonly writableLength: number },
  presence: Presence,
  abort: () => void,
): Sink => ({
  write: (bytes) => to.write(bytes),
  get buffered() {
    return to.writableLength;
  },
  drained: () => drained(to, presence),
  end: () => void to.end(),
  abort,
});
