/**
 * The HTTPS edge: sockets on one side, HttpRequest and HttpResponse on the other. HTTP/2 for clients that offer it,
 * HTTP/1.1 for all others and for upgrades, which are handed on as sockets.
 */
import { createServer, type Server } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { type Clock, realClock } from "../../base/clock.ts";
import type { HttpRequest, HttpResponse } from "../exchange.ts";
import type { Takeover } from "../streams/node-connection.ts";
import { serveHttp1, takeOver } from "./http1.ts";
import { type Http2, http2 } from "./http2.ts";
import { Peers } from "./peers.ts";

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

/** Upstream's limit of a request line with its headers, in bytes: a selector may be long. */
const largestHead = 1024 * 1024;

/** How long a connection is kept on which nothing is asked: above the 90 s for which Go's clients keep it. */
const idleMs = 150_000;

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
  const { host = "127.0.0.1", clock = realClock, handle } = options;
  const server = createServer({
    cert: options.certificate,
    key: options.key,
    ca: [options.clientCa, ...(options.frontProxyCa ? [options.frontProxyCa] : [])],
    requestCert: true,
    rejectUnauthorized: false, // a request without a certificate may carry a token
    ALPNProtocols: ["h2", "http/1.1"],
    keepAlive: true,
    maxHeaderSize: largestHead,
    requestTimeout: 120_000,
    headersTimeout: 60_000,
    keepAliveTimeout: idleMs,
  });
  const peers = new Peers(options.frontProxyCa);
  const second = http2({ handle, peers, largestHead, clock, idleMs });
  const sockets = byProtocol(server, second);
  const sessions = new Set<Duplex>();
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
  server.on("request", (message, response) => void serveHttp1(handle, peers, message, response));
  server.on("upgrade", (message, socket, head) => {
    socket.on("error", () => socket.destroy());
    sessions.add(socket);
    socket.once("close", () => sessions.delete(socket));
    void takeOver(options.upgrade, peers, message, socket, head);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    host,
    close: (graceMs = 0) => close(server, second, { sockets, sessions, clock, graceMs }),
  };
}

/** Gives each connection to whom its ends have agreed on; all that are open. */
function byProtocol(server: Server, second: Http2): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  const serveFirst = server.listeners("secureConnection") as ((socket: TLSSocket) => void)[];
  server.removeAllListeners("secureConnection");
  server.on("secureConnection", (socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    if (socket.alpnProtocol === "h2") second.accept(socket);
    else for (const serve of serveFirst) serve.call(server, socket);
  });
  return sockets;
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

async function close(server: Server, second: Http2, { sockets, sessions, clock, graceMs }: Closing): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const session of sessions) session.destroy();
  second.close();
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
