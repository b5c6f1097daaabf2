/**
 * Sessions in containers over WebSocket (https://kubernetes.io/docs/reference/using-api/websockets/): exec and attach speak
 * `v5.channel.k8s.io`, where the first byte of a message is its channel and 255 closes one; port-forward speaks
 * `v4.channel.k8s.io`-like channels, two for each port.
 */
import type { WebSocket } from "ws";
import { ApiError, type Status } from "../../api/errors.ts";
import type { Query } from "./rest-client.ts";
import { openSpdySession } from "./spdy-session.ts";
import { apiError, type Transport, Unreachable } from "./transport.ts";

const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

export interface SessionEnd {
  /** Undefined: the command ended well. */
  readonly failure?: Status;
}

export interface Session {
  write(bytes: Uint8Array): void;
  /** No more input comes. */
  endInput(): void;
  resize(columns: number, rows: number): void;
  close(): void;
  /** Resolves when the session is over. */
  readonly ended: Promise<SessionEnd>;
}

export interface SessionOutput {
  readonly stdout: (bytes: Uint8Array) => void;
  readonly stderr: (bytes: Uint8Array) => void;
}

/**
 * Opens `exec` or `attach`; where the newest protocol is refused, over SPDY, as kubectl does. Rejects with ApiError or
 * Unreachable when the server refuses both.
 */
export function openSession(
  transport: Transport,
  path: string,
  query: Query | URLSearchParams,
  output: SessionOutput,
): Promise<Session> {
  return openWebSocketSession(transport, path, query, output).catch((error: unknown) => {
    if (error instanceof Unreachable) throw error;
    return openSpdySession(transport, path, query, output, endOf);
  });
}

async function openWebSocketSession(
  transport: Transport,
  path: string,
  query: Query | URLSearchParams,
  output: SessionOutput,
): Promise<Session> {
  const status: Buffer[] = [];
  const socket = await connect(transport, path, query, ["v5.channel.k8s.io"], (data) => {
    const bytes = data.subarray(1);
    if (data[0] === channel.stdout) output.stdout(bytes);
    else if (data[0] === channel.stderr) output.stderr(bytes);
    else if (data[0] === channel.error) status.push(bytes);
  });
  const ended = new Promise<SessionEnd>((resolve, reject) => {
    socket.on("close", () => resolve(endOf(status)));
    socket.on("error", reject);
    if (socket.readyState === socket.CLOSED) resolve(endOf(status));
  });
  ended.catch(() => {});
  const send = (id: number, bytes: Uint8Array): void => {
    if (socket.readyState === socket.OPEN) socket.send(Buffer.concat([Buffer.of(id), bytes]));
  };
  return {
    ended,
    write: (bytes) => send(channel.stdin, bytes),
    endInput: () => send(channel.close, Buffer.of(channel.stdin)),
    resize: (columns, rows) => send(channel.resize, Buffer.from(JSON.stringify({ Width: columns, Height: rows }))),
    close: () => socket.close(),
  };
}

function endOf(parts: readonly Buffer[]): SessionEnd {
  const text = Buffer.concat(parts).toString();
  if (!text) return {};
  const status = JSON.parse(text) as Status;
  return status.status === "Success" ? {} : { failure: status };
}

/** The exit code that a failed command's Status tells, if it tells one. */
export function exitCodeOf({ reason, details }: Status): number | undefined {
  if (reason !== "NonZeroExitCode") return undefined;
  const cause = details?.causes?.find((one) => one.reason === "ExitCode");
  return cause?.message === undefined ? undefined : Number(cause.message);
}

export interface ForwardedConnection {
  write(bytes: Uint8Array): void;
  close(): void;
}

/** One connection to a port of a pod. `onEnd` is told an error's text, if there was one. */
export async function openPort(
  transport: Transport,
  path: string,
  port: number,
  onData: (bytes: Uint8Array) => void,
  onEnd: (error: string) => void,
): Promise<ForwardedConnection> {
  const error: Buffer[] = [];
  const seen = [false, false];
  const socket = await connect(transport, path, { ports: String(port) }, ["v4.channel.k8s.io"], (data) => {
    const id = data[0] ?? 0;
    let bytes = data.subarray(1);
    // the first message of each channel begins with the port, two bytes
    if (id < 2 && !seen[id]) {
      seen[id] = true;
      bytes = bytes.subarray(2);
    }
    if (!bytes.length) return;
    if (id === 0) onData(bytes);
    else error.push(bytes);
  });
  socket.on("close", () => onEnd(Buffer.concat(error).toString()));
  socket.on("error", (fault) => onEnd(fault.message));
  return {
    write: (bytes) => {
      if (socket.readyState === socket.OPEN) socket.send(Buffer.concat([Buffer.of(0), bytes]));
    },
    close: () => socket.close(),
  };
}

async function connect(
  transport: Transport,
  path: string,
  query: Query | URLSearchParams,
  protocols: readonly string[],
  onMessage: (data: Buffer) => void,
): Promise<WebSocket> {
  const url = transport.url(path, query);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const headers = transport.identity as Record<string, string>;
  const { WebSocket } = await import("ws");
  const socket = new WebSocket(url, [...protocols], { headers, ...transport.tls, perMessageDeflate: false });
  // the first messages may come with the answer to the upgrade: nothing may be lost
  socket.on("message", onMessage);
  return new Promise((resolve, reject) => {
    socket.once("open", () => {
      socket.removeAllListeners("error");
      socket.on("error", () => {});
      resolve(socket);
    });
    socket.once("error", (error) => reject(new Unreachable("GET", url, error)));
    socket.once("unexpected-response", (_request, response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => {
        const text = Buffer.concat(parts).toString();
        reject(
          text
            ? apiError(text, response.statusCode ?? 500)
            : new ApiError(
                "",
                `unable to upgrade connection: ${response.statusMessage}`,
                undefined,
                response.statusCode,
              ),
        );
      });
    });
  });
}
