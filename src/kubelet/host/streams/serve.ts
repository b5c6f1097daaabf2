/** Speaks the protocols of `exec`, `attach` and `port-forward` for a runtime that has no streaming server of its own. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { createWebSocketStream, type WebSocket, WebSocketServer } from "ws";
import type { PortTarget, StreamTarget } from "../../runtimes/contract.ts";
import { type Connect, forwardOverChannels, forwardOverSpdy } from "./port-forward.ts";
import { carry, type SessionClient } from "./session.ts";
import { type ExpectedStreams, openSpdySession, spdyVersions } from "./spdy-session.ts";
import { channelVersions, WebSocketClient } from "./websocket-session.ts";

/** How the client asked. */
export interface UpgradeRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface ProgramSession extends ExpectedStreams {
  readonly kind: "exec" | "attach";
}

const tunnel = "SPDY/3.1+portforward.k8s.io";
const portForward = "portforward.k8s.io";

const isWebSocket = ({ headers }: UpgradeRequest): boolean => headers.upgrade?.toLowerCase() === "websocket";
const listOf = (text: string | undefined): string[] => (text ?? "").split(",").map((word) => word.trim());

/** Serves a program on a connection that the client wants to speak another protocol on. */
export function serveProgram(
  { process }: Extract<StreamTarget, { kind: "process" }>,
  session: ProgramSession,
  request: UpgradeRequest,
  socket: Duplex,
  head: Uint8Array,
): void {
  const run = (client: SessionClient): Promise<void> => carry(process, client, { tellsCode: session.kind === "exec" });
  if (isWebSocket(request)) {
    const asked = listOf(request.headers["sec-websocket-protocol"]);
    const version = asked[0] === "" ? "channel.k8s.io" : channelVersions.find((one) => asked.includes(one));
    if (!version) refuse(socket, 400, `no protocol is known of: ${asked.join(", ")}`);
    else
      acceptWebSocket(request, socket, head, asked[0] === "" ? undefined : version, (ws) => {
        void run(new WebSocketClient(ws, version));
      });
    return;
  }
  const asked = listOf(request.headers["x-stream-protocol-version"]);
  const version = asked[0] === "" ? "channel.k8s.io" : spdyVersions.find((one) => asked.includes(one));
  if (!version) {
    refuse(socket, 403, `no protocol is known of: ${asked.join(", ")}`);
    return;
  }
  acceptSpdy(socket, version);
  openSpdySession(socket, head, session, version).then(run, () => process.kill());
}

/** Serves the ports of a pod in the same way. */
export function servePorts(
  { connect }: Extract<PortTarget, { kind: "connect" }>,
  ports: readonly number[],
  request: UpgradeRequest,
  socket: Duplex,
  head: Uint8Array,
): void {
  const connectTo: Connect = async (port) => connect(port);
  if (!isWebSocket(request)) {
    acceptSpdy(socket, portForward);
    forwardOverSpdy(socket, head, connectTo);
    return;
  }
  const asked = listOf(request.headers["sec-websocket-protocol"]);
  if (asked.includes(tunnel)) {
    acceptWebSocket(request, socket, head, tunnel, (ws) =>
      forwardOverSpdy(createWebSocketStream(ws), new Uint8Array(), connectTo),
    );
    return;
  }
  const version = asked[0] === "" ? undefined : asked.find((one) => one === "v4.channel.k8s.io");
  acceptWebSocket(request, socket, head, version, (ws) => forwardOverChannels(ws, ports, connectTo));
}

function refuse(socket: Duplex, status: number, why: string): void {
  const text = `${why}\n`;
  socket.end(
    `HTTP/1.1 ${status} Refused\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  );
}

const acceptSpdy = (socket: Duplex, version: string): void =>
  void socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${version}\r\n\r\n`,
  );

/**
 * `protocol` is told to the client by hand: the tunnel's name holds a slash, which the library takes for a mistake.
 * Undefined: the client has named none.
 */
function acceptWebSocket(
  { method, headers }: UpgradeRequest,
  socket: Duplex,
  head: Uint8Array,
  protocol: string | undefined,
  use: (ws: WebSocket) => void,
): void {
  const { "sec-websocket-protocol": _, ...others } = headers;
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 32 * 1024 * 1024 });
  if (protocol) server.on("headers", (lines: string[]) => lines.push(`Sec-WebSocket-Protocol: ${protocol}`));
  // the library looks at no more of the request than this
  const message = { method, headers: others, url: "/" } as unknown as IncomingMessage;
  server.handleUpgrade(message, socket, Buffer.from(head), use);
}
