/**
 * HTTP/2: what Go's clients speak. All informers of a process share one connection, so that a change to a thousand watches
 * is a handful of writes to sockets. Sessions of other protocols come by HTTP/1.1.
 */
import {
  constants,
  createServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { TLSSocket } from "node:tls";
import type { Clock } from "../../base/clock.ts";
import type { HttpRequest, HttpResponse } from "../exchange.ts";
import { asRequest, drained, headerValue, lengthOf, Presence, readBody, sinkOf } from "./message.ts";
import type { Peers } from "./peers.ts";

/** What upstream's server tells its clients of itself, in bytes but for the first. */
const settings = { maxConcurrentStreams: 100, initialWindowSize: 256 * 1024, maxFrameSize: 256 * 1024 };
/** What may be under way to the server on one connection, and what may be kept for one, which a slow watch shares. */
const windowSize = 16 * 1024 * 1024;
const mostKeptMb = 64;

export interface Http2 {
  /** Takes a connection whose ends have agreed on HTTP/2. */
  accept(socket: TLSSocket): void;
  /** Tells all clients to ask nothing more here; connections close when what is under way has ended. */
  close(): void;
}

export interface Http2Options {
  readonly handle: (request: HttpRequest) => Promise<HttpResponse>;
  readonly peers: Peers;
  /** In bytes. */
  readonly largestHead: number;
  readonly clock: Clock;
  /** How long a connection without requests is kept. */
  readonly idleMs: number;
}

export function http2({ handle, peers, largestHead, clock, idleMs }: Http2Options): Http2 {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer({
    settings: { ...settings, maxHeaderListSize: largestHead },
    maxSessionMemory: mostKeptMb,
  });
  server.on("sessionError", () => {}); // the session ends, and nothing else
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    session.setLocalWindowSize(windowSize);
    const { opened, closed } = closeWhenIdle(session, clock, idleMs);
    session.on("stream", (stream, headers) => {
      opened();
      stream.once("close", closed);
      void serve(handle, peers, stream, headers);
    });
  });
  return {
    accept: (socket) => void server.emit("connection", socket),
    close() {
      for (const session of sessions) session.close();
    },
  };
}

/** Counts the requests of a connection, and closes it when for so long there were none. */
function closeWhenIdle(session: ServerHttp2Session, clock: Clock, idleMs: number) {
  let open = 0;
  let quietSince = clock.now();
  let timer = clock.after(idleMs, look, { idle: true });
  function look(): void {
    const left = open ? idleMs : quietSince + idleMs - clock.now();
    if (left <= 0) session.close();
    else timer = clock.after(left, look, { idle: true });
  }
  session.once("close", () => timer.cancel());
  return {
    opened: () => void open++,
    closed: () => {
      if (!--open) quietSince = clock.now();
    },
  };
}

async function serve(
  handle: Http2Options["handle"],
  peers: Peers,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
): Promise<void> {
  const presence = new Presence();
  stream.on("error", () => presence.end());
  stream.once("close", () => {
    if (!stream.writableFinished) presence.end();
  });
  try {
    const socket = stream.session?.socket;
    if (!socket) return;
    const answer = await handle(requestOf(stream, headers, socket as TLSSocket, peers, presence));
    if (!stream.destroyed) await respond(answer, stream, presence, headers[":method"] === "HEAD");
  } catch {
    if (!stream.destroyed) stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }
}

function requestOf(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  socket: TLSSocket,
  peers: Peers,
  presence: Presence,
): HttpRequest {
  const length = headers["content-length"];
  const isWhole = (size: number): boolean => !stream.closed && (length === undefined || Number(length) === size);
  const body = (): Promise<Uint8Array> => {
    if (headers.expect?.toLowerCase() === "100-continue") stream.additionalHeaders({ ":status": 100 });
    return readBody(stream, length, isWhole);
  };
  const { ":method": method = "GET", ":path": url = "/", ":authority": host } = headers;
  const given = host === undefined ? headers : { ...headers, host };
  return asRequest({ method, url, headers: given, socket, body }, peers, presence);
}

/** Headers of a connection of HTTP/1.1, which a proxied answer may bring. */
const ofConnection = new Set(["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"]);

async function respond(
  { status, headers, body }: HttpResponse,
  stream: ServerHttp2Stream,
  presence: Presence,
  isHead: boolean,
): Promise<void> {
  const head: OutgoingHttpHeaders = { ":status": status };
  for (const [name, value] of Object.entries(headers))
    if (!ofConnection.has(name.toLowerCase())) head[name] = headerValue(value);
  if (typeof body === "function") {
    stream.respond(head);
    if (isHead) presence.end(); // it has all it asked for: whoever would stream need not begin
    await body(
      sinkOf(stream, presence, () => stream.close(constants.NGHTTP2_INTERNAL_ERROR)),
      presence.signal,
    );
    return finish(stream);
  }
  if (status !== 204 && status !== 304) head["content-length"] = lengthOf(body);
  stream.respond(head);
  for (const part of isHead ? [] : body) {
    if (stream.write(part)) continue;
    await drained(stream, presence);
    if (presence.isGone) return;
  }
  finish(stream);
}

/** Ends the answer; what the client still sends of its request is not wanted any more. */
function finish(stream: ServerHttp2Stream): void {
  stream.end();
  if (!stream.readableEnded) stream.resume();
}
