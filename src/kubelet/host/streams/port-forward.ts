/** Forwarded ports of a pod: over SPDY, each connection a pair of streams; over WebSocket, each port a pair of channels. */
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { Connection } from "../../runtimes/contract.ts";
import { SpdyConnection, type SpdyStream } from "./spdy-connection.ts";

/** Connects to a port of the pod. Rejects with an Error whose message is for the user. */
export type Connect = (port: number) => Promise<Connection>;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Streams with the same `requestid` are one connection: `error` for what goes wrong, `data` for the bytes. */
export function forwardOverSpdy(socket: Duplex, head: Uint8Array, connect: Connect): void {
  const halves = new Map<string, { error?: SpdyStream; data?: SpdyStream }>();
  new SpdyConnection(socket, head, {
    onStream: (stream) => {
      const id = stream.headers.get("requestid") ?? "";
      const pair = halves.get(id) ?? {};
      halves.set(id, pair);
      if (stream.headers.get("streamtype") === "error") pair.error = stream;
      else pair.data = stream;
      const { error, data } = pair;
      if (!error || !data) return;
      halves.delete(id);
      void forward(Number(data.headers.get("port")), error, data, connect);
    },
    onClose: () => halves.clear(),
  });
}

async function forward(port: number, errors: SpdyStream, data: SpdyStream, connect: Connect): Promise<void> {
  try {
    const connection = await connect(port);
    let turn: Promise<unknown> = Promise.resolve();
    data.read(
      (bytes) => {
        turn = turn.then(() => connection.write(bytes)).catch(() => {});
      },
      () => void turn.then(() => connection.end()),
    );
    for await (const bytes of connection.data) await data.write(bytes);
  } catch (error) {
    await errors.write(Buffer.from(`error forwarding port ${port} to pod: ${messageOf(error)}`));
  }
  data.end();
  errors.end();
}

/** Two channels for each port, in the order asked; each begins with the port's number, low byte first. */
export function forwardOverChannels(socket: WebSocket, ports: readonly number[], connect: Connect): void {
  const send = (channel: number, bytes: Uint8Array): void => {
    if (socket.readyState === socket.OPEN) socket.send(Buffer.concat([Buffer.from([channel]), bytes]));
  };
  const connections = ports.map((port, i) => {
    const number = Buffer.from([port & 255, port >> 8]);
    send(2 * i, number);
    send(2 * i + 1, number);
    const made = connect(port);
    made
      .then(async (connection) => {
        for await (const bytes of connection.data) send(2 * i, bytes);
      })
      .catch((error: unknown) => send(2 * i + 1, Buffer.from(messageOf(error))));
    return made;
  });
  socket.on("message", (message: Buffer) => {
    const channel = message[0] ?? 255;
    const connection = channel % 2 === 0 ? connections[channel / 2] : undefined;
    connection?.then((c) => c.write(message.subarray(1))).catch(() => {});
  });
  socket.on("error", () => socket.terminate());
  socket.once("close", () => {
    for (const connection of connections) connection.then((c) => c.destroy()).catch(() => {});
  });
}
