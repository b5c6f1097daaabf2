/**
 * The HTTPS edge: sockets on one side, HttpRequest and HttpResponse on the other. HTTP/1.1 (every client speaks it); upgrades
 * are handed on as sockets.
 */

import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { ApiError, tooLarge } from "../../api/errors.ts";
import { type Clock, realClock } from "../../base/clock.ts";
import type { HttpRequest, HttpResponse, Sink } from "../exchange.ts";
import type { Takeover } from "../streams/node-connection.ts";
import { Peers } from "./peers.ts";
import { bearerOfWebSocket } from "./websocket-bearer.ts";

export interface ListenerOptions {
  readonly port: number;
  readonly host?: string;
  /** Default: this machine's. */
  readonly clock?: Clock;
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
  /** PEM of the authorities whose client certificates are believed. */
  readonly clientCa: string;
  /** PEM of the authorities whose certificates let other servers say who asks. */
  readonly frontProxyCa?: string | undefined;
  readonly handle: (request: HttpRequest) => Promise<HttpResponse>;
  /** What takes over a connection that asks for another protocol (exec, attach, port-forward), or the answer that refuses. */
  readonly upgrade?: (request: HttpRequest) => Promise<Takeover | HttpResponse>;
}

export interface Listener {
  readonly port: number;
  readonly host: string;
  /** Refuses new connections, ends sessions, lets answers under way end for `graceMs`, then cuts what is left. */
  close(graceMs?: number): Promise<void>;
}

/** Upstream's limit of a request body, in bytes. */
const largestBody = 3 * 1024 * 1024;

/** Upstream's limit of a request line with its headers, in bytes: a selector may be long. */
const largestHead = 1024 * 1024;

/** How long a peer whose connection is given up may still read why. */
const lingerMs = 500;

/** What is answered, in the words of Go's server, to what is no request. */
const refusals: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

function refusal(error: Error & { readonly code?: string }): string {
  const line = refusals[error.code ?? ""] ?? "400 Bad Request";
  return `HTTP/1.1 ${line}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${line}`;
}

export async function listen(options: ListenerOptions): Promise<Listener> {
  const { host = "127.0.0.1", clock = realClock } = options;
  const server = createServer({
    cert: options.certificate,
    key: options.key,
    ca: [options.clientCa, ...(options.frontProxyCa ? [options.frontProxyCa] : [])],
    requestCert: true,
    rejectUnauthorized: false, // a request without a certificate may carry a token
    ALPNProtocols: ["http/1.1"],
    keepAlive: true,
    maxHeaderSize: largestHead,
    requestTimeout: 120_000,
    headersTimeout: 60_000,
    keepAliveTimeout: 150_000, // above the 90 s for which Go's clients keep idle connections
  });
  const sockets = new Set<Socket>();
  const sessions = new Set<Duplex>();
  const peers = new Peers(options.frontProxyCa);
  server.on("secureConnection", (socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  server.on("clientError", (error, socket) => {
    if (socket.writableEnded) return; // what follows the first fault
    if (!socket.writable) return void socket.destroy();
    socket.end(refusal(error));
    // To close while more comes in would take the answer from the peer: it has a moment to read it.
    socket.resume();
    const late = clock.after(lingerMs, () => socket.destroy());
    socket.once("close", () => late.cancel());
  });
  server.on("request", (message, response) => void serve(options, peers, message, response));
  server.on("upgrade", (message, socket, head) => {
    socket.on("error", () => socket.destroy());
    sessions.add(socket);
    socket.once("close", () => sessions.delete(socket));
    void takeOver(options, peers, message, socket, head);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    host,
    close: (graceMs = 0) => close(server, { sockets, sessions, clock, graceMs }),
  };
}

/** How often connections are looked at that are to close. */
const sweepMs = 20;

interface Closing {
  readonly sockets: ReadonlySet<Socket>;
  /** Those that speak another protocol by now. */
  readonly sessions: ReadonlySet<Duplex>;
  readonly clock: Clock;
  readonly graceMs: number;
}

async function close(server: Server, { sockets, sessions, clock, graceMs }: Closing): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const session of sessions) session.destroy();
  // a connection that was answered while this went on is kept alive by both ends: it is idle now
  let next = clock.after(0, sweep);
  function sweep(): void {
    server.closeIdleConnections();
    next = clock.after(sweepMs, sweep);
  }
  const late = clock.after(graceMs, () => {
    for (const socket of sockets) socket.destroy();
  });
  await closed;
  late.cancel();
  next.cancel();
}

async function takeOver(
  options: ListenerOptions,
  peers: Peers,
  message: IncomingMessage,
  socket: Duplex,
  head: Uint8Array,
): Promise<void> {
  const gone = new AbortController();
  socket.once("close", () => gone.abort());
  try {
    const answer = await options.upgrade?.(asRequest(message, peers, gone.signal));
    if (typeof answer === "function") answer(socket, head);
    else refuse(socket, answer ?? { status: 400, headers: {}, body: [] });
  } catch {
    socket.destroy();
  }
}

/** Answers in plain HTTP on a connection that was to change its protocol. */
function refuse(socket: Duplex, { status, headers, body }: HttpResponse): void {
  const bytes = typeof body === "function" ? Buffer.alloc(0) : Buffer.concat(body);
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`];
  for (const [name, value] of Object.entries(headers)) for (const one of [value].flat()) lines.push(`${name}: ${one}`);
  lines.push(`content-length: ${bytes.length}`, "connection: close");
  socket.end(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), bytes]));
}

async function serve(
  options: ListenerOptions,
  peers: Peers,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort(); // nobody waits for the end of what has ended
  });
  response.on("error", () => gone.abort());
  try {
    const answer = await options.handle(asRequest(message, peers, gone.signal));
    await respond(answer, response, gone.signal);
  } catch {
    response.destroy();
  }
}

function asRequest(message: IncomingMessage, peers: Peers, signal: AbortSignal): HttpRequest {
  const url = message.url ?? "/";
  const at = url.indexOf("?");
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(message.headers))
    headers[name] = Array.isArray(value) ? value.join(", ") : value;
  let body: Promise<Uint8Array> | undefined;
  const peer = peers.of(message.socket as TLSSocket);
  Object.assign(headers, bearerOfWebSocket(headers));
  return {
    method: message.method ?? "GET",
    path: at < 0 ? url : url.slice(0, at),
    query: new URLSearchParams(at < 0 ? "" : url.slice(at + 1)),
    headers,
    body: () => (body ??= readBody(message)),
    ...peer,
    ...(message.socket.remoteAddress && { remoteAddress: message.socket.remoteAddress }),
    signal,
  };
}

function readBody(message: IncomingMessage): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    if (Number(message.headers["content-length"] ?? 0) > largestBody) return refuse();
    function refuse(): void {
      message.resume();
      reject(tooLarge("Request entity too large: limit is 3145728"));
    }
    message.on("data", (part: Buffer) => {
      size += part.length;
      if (size > largestBody) {
        message.removeAllListeners("data");
        refuse();
      } else parts.push(part);
    });
    message.on("end", () => {
      if (message.complete) resolve(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts));
      else reject(new ApiError("BadRequest", "the request body was broken off"));
    });
    message.on("error", () => reject(new ApiError("BadRequest", "the request body was broken off")));
  });
}

/** Headers are written a byte for each character: of UTF-8, its bytes. */
const inBytes = (value: string): string => Buffer.from(value).toString("latin1");

async function respond(answer: HttpResponse, response: ServerResponse, signal: AbortSignal): Promise<void> {
  for (const [name, value] of Object.entries(answer.headers))
    response.setHeader(name, typeof value === "string" ? inBytes(value) : value.map(inBytes));
  if (typeof answer.body === "function") {
    response.writeHead(answer.status);
    response.flushHeaders();
    await answer.body(sinkOf(response), signal);
    response.end();
    return;
  }
  let length = 0;
  for (const part of answer.body) length += part.length;
  if (answer.status !== 204 && answer.status !== 304) response.setHeader("content-length", length);
  response.writeHead(answer.status);
  response.cork();
  let taken = true;
  for (const part of answer.body) {
    taken = response.write(part);
    if (taken) continue;
    response.uncork();
    await drained(response, signal);
    if (signal.aborted) return;
    response.cork();
  }
  response.uncork();
  response.end();
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  if (signal.aborted || !response.writableNeedDrain) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      response.off("drain", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    response.once("drain", done);
    signal.addEventListener("abort", done, { once: true });
  });
}

const sinkOf = (response: ServerResponse): Sink => ({
  write: (bytes) => response.write(bytes),
  get buffered() {
    return response.writableLength;
  },
  drained: () => drained(response, new AbortController().signal),
  end: () => void response.end(),
  abort: () => void response.destroy(),
});
