/**
 * exec and attach over SPDY/3.1, for runtimes that do not know `v5.channel.k8s.io` (containerd): without it the end of the
 * input cannot be told. Each stream of the program is one of the connection's; there is no flow control.
 */
import http from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";
import type { Query } from "./rest-client.ts";
import type { Session, SessionEnd, SessionOutput } from "./session.ts";
import { apiError, readAll, type Transport, Unreachable } from "./transport.ts";

const version = "v4.channel.k8s.io";
const fin = 1;

/** Which streams there are, by what is asked for. */
const streamsOf = (query: URLSearchParams): readonly string[] => [
  "error",
  ...["stdin", "stdout", "stderr"].filter((name) => query.get(name) === "true"),
  ...(query.get("tty") === "true" ? ["resize"] : []),
];

/** Rejects with ApiError or Unreachable when the server refuses. `endOf`: what the bytes of the error stream say. */
export async function openSpdySession(
  transport: Transport,
  path: string,
  query: Query | URLSearchParams,
  output: SessionOutput,
  endOf: (parts: readonly Buffer[]) => SessionEnd,
): Promise<Session> {
  const { socket, head } = await upgrade(transport, path, query);
  const names = streamsOf(transport.url(path, query).searchParams);
  const idOf = (name: string): number => names.indexOf(name) * 2 + 1;
  const status: Buffer[] = [];
  const open = new Set(names.filter((name) => name !== "stdin" && name !== "resize"));
  const ended = new Promise<SessionEnd>((resolve) => {
    const over = (): void => {
      socket.end();
      resolve(endOf(status));
    };
    readFrames(socket, head, (id, data, isLast) => {
      const name = names[(id - 1) / 2] ?? "";
      if (name === "error") status.push(data);
      else if (data.length && (name === "stdout" || name === "stderr")) output[name](data);
      if (isLast) open.delete(name);
      if (!open.size) over();
    });
    socket.once("close", () => resolve(endOf(status)));
  });
  const send = (bytes: Buffer): void => void (socket.writable && socket.write(bytes));
  names.forEach((name, i) => void send(synStream(idOf(name), name, i === 0)));
  return {
    ended,
    write: (bytes) => send(dataFrame(idOf("stdin"), bytes, 0)),
    endInput: () => send(dataFrame(idOf("stdin"), new Uint8Array(), fin)),
    resize: (columns, rows) => {
      if (names.includes("resize"))
        send(dataFrame(idOf("resize"), Buffer.from(`${JSON.stringify({ Width: columns, Height: rows })}\n`), 0));
    },
    close: () => void socket.destroy(),
  };
}

interface Upgraded {
  readonly socket: Duplex;
  readonly head: Buffer;
}

function upgrade(transport: Transport, path: string, query: Query | URLSearchParams): Promise<Upgraded> {
  const url = transport.url(path, query);
  const library = url.protocol === "https:" ? https : http;
  const headers = {
    ...transport.identity,
    connection: "Upgrade",
    upgrade: "SPDY/3.1",
    "x-stream-protocol-version": version,
  };
  return new Promise((resolve, reject) => {
    const request = library.request(url, { method: "POST", headers, agent: false, ...transport.tls });
    request.on("upgrade", (_response, socket: Duplex, head: Buffer) => {
      socket.on("error", () => socket.destroy());
      resolve({ socket, head });
    });
    request.on("response", (response) => {
      readAll(response).then((text) => reject(apiError(text, response.statusCode ?? 500)), reject);
    });
    request.on("error", (error) => reject(new Unreachable("POST", url, error)));
    request.end();
  });
}

/** Tells of data alone: answers to streams and pings mean nothing here. */
function readFrames(socket: Duplex, head: Buffer, onData: (id: number, data: Buffer, isLast: boolean) => void): void {
  let unread: Buffer = Buffer.alloc(0);
  const receive = (bytes: Buffer): void => {
    unread = unread.length ? Buffer.concat([unread, bytes]) : bytes;
    while (unread.length >= 8) {
      const length = unread.readUInt32BE(4) & 0xffffff;
      if (unread.length < 8 + length) return;
      const first = unread.readUInt32BE(0);
      const isLast = (unread.readUInt8(4) & fin) !== 0;
      const payload = unread.subarray(8, 8 + length);
      unread = unread.subarray(8 + length);
      if (first < 0x80000000) onData(first, payload, isLast);
    }
  };
  socket.on("data", receive);
  if (head.length) receive(head);
}

function dataFrame(id: number, data: Uint8Array, flags: number): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(id, 0);
  head.writeUInt32BE(data.length, 4);
  head.writeUInt8(flags, 4);
  return Buffer.concat([head, data]);
}

/** Opens a stream; the first header block of a connection begins its zlib stream. */
function synStream(id: number, streamType: string, isFirst: boolean): Buffer {
  const block = headerBlock([["streamtype", streamType]], isFirst);
  const head = Buffer.alloc(18);
  head.writeUInt16BE(0x8003, 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt32BE(10 + block.length, 4);
  head.writeUInt8(0, 4);
  head.writeUInt32BE(id, 8);
  return Buffer.concat([head, block]);
}

/** Stored, not compressed (RFC 1951, 3.2.4); an empty block behind it lets the reader go on at once. */
function headerBlock(headers: readonly (readonly [string, string])[], isFirst: boolean): Buffer {
  const word = (text: string): Buffer => Buffer.concat([uint32(Buffer.byteLength(text)), Buffer.from(text)]);
  const text = Buffer.concat([uint32(headers.length), ...headers.flatMap((pair) => pair.map(word))]);
  const stored = Buffer.alloc(5);
  stored.writeUInt16LE(text.length, 1);
  stored.writeUInt16LE(~text.length & 0xffff, 3);
  return Buffer.concat([Buffer.from(isFirst ? [0x78, 0x01] : []), stored, text, Buffer.from([0, 0, 0, 0xff, 0xff])]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
