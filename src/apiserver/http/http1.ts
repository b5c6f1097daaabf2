/** Requests of HTTP/1.1, and connections that change their protocol. */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { HttpRequest, HttpResponse } from "../exchange.ts";
import type { Takeover } from "../streams/node-connection.ts";
import { asRequest, drained, headerValue, lengthOf, Presence, readBody, sinkOf } from "./message.ts";
import type { Peers } from "./peers.ts";

const requestOf = (message: IncomingMessage, peers: Peers, presence: Presence): HttpRequest =>
  asRequest(
    {
      method: message.method ?? "GET",
      url: message.url ?? "/",
      headers: message.headers,
      socket: message.socket as TLSSocket,
      body: () => readBody(message, message.headers["content-length"], () => message.complete),
    },
    peers,
    presence,
  );

export async function serveHttp1(
  handle: (request: HttpRequest) => Promise<HttpResponse>,
  peers: Peers,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const presence = new Presence();
  response.once("close", () => {
    if (!response.writableFinished) presence.end(); // nobody waits for the end of what has ended
  });
  response.on("error", () => presence.end());
  try {
    await respond(await handle(requestOf(message, peers, presence)), response, presence);
  } catch {
    response.destroy();
  }
}

async function respond(
  { status, headers, body }: HttpResponse,
  response: ServerResponse,
  presence: Presence,
): Promise<void> {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, headerValue(value));
  if (typeof body === "function") {
    response.writeHead(status);
    response.flushHeaders();
    await body(
      sinkOf(response, presence, () => void response.destroy()),
      presence.signal,
    );
    response.end();
    return;
  }
  if (status !== 204 && status !== 304) response.setHeader("content-length", lengthOf(body));
  response.writeHead(status);
  response.cork();
  for (const part of body) {
    if (response.write(part)) continue;
    response.uncork();
    await drained(response, presence);
    if (presence.isGone) return;
    response.cork();
  }
  response.uncork();
  response.end();
}

/** Answers a request for another protocol: with that, or in plain HTTP. */
export async function takeOver(
  upgrade: ((request: HttpRequest) => Promise<Takeover | HttpResponse>) | undefined,
  peers: Peers,
  message: IncomingMessage,
  socket: Duplex,
  head: Uint8Array,
): Promise<void> {
  const presence = new Presence();
  socket.once("close", () => presence.end());
  try {
    const answer = await upgrade?.(requestOf(message, peers, presence));
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
