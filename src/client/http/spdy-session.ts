/**
 * exec and attach over SPDY/3.1, for runtimes that do not know `v5.channel.k8s.io` (containerd): without it the end of the
 * input cannot be told. Each stream of the program is one of the connection's; there is no flow control.
 */
import http from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";
import type { Query } from "./rest-client.ts";
import type { Session, SessionEnd, SessionOutput } from "./session.ts";
import { controlFrame, controls, dataFrame, FrameReader, fin, HeaderWriter, uint32 } from "./spdy-frames.ts";
import { apiError, readAll, type Transport, Unreachable } from "./transport.ts";

const version = "v4.channel.k8s.io";

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
  const headers = new HeaderWriter();
  for (const name of names) send(synStream(idOf(name), name, headers));
  return {
    ended,
    write: (bytes) => send(dataFrame(idOf("stdin"), bytes)),
    endInput: () => send(dataFrame(idOf("stdin"), new Uint8Array(), fin)),
    resize: (columns, rows) => {
      if (names.includes("resize"))
        send(dataFrame(idOf("resize"), Buffer.from(`${JSON.stringify({ Width: columns, Height: rows })}\n`)));
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
  const reader = new FrameReader();
  const receive = (bytes: Buffer): void => {
    try {
      for (const { control, stream, flags, payload } of reader.read(bytes))
        if (control === undefined) onData(stream, payload, (flags & fin) !== 0);
    } catch {
      socket.destroy();
    }
  };
  socket.on("data", receive);
  if (head.length) receive(head);
}

/** Asks for a stream: its number, none that it belongs to, no priority. */
function synStream(id: number, streamType: string, headers: HeaderWriter): Buffer {
  const block = headers.write(new Map([["streamtype", streamType]]));
  return controlFrame(controls.synStream, Buffer.concat([uint32(id), Buffer.alloc(6), block]));
}
