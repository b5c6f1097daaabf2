/**
 * Sessions over WebSocket: the first byte of a message says which stream it is of (`v5.channel.k8s.io` and its forerunners,
 * KEP-4006).
 */
import type { WebSocket } from "ws";
import { readSize, type SessionClient, type SessionInput, type SessionStatus } from "./session.ts";

export const channelVersions = [
  "v5.channel.k8s.io",
  "v4.channel.k8s.io",
  "v4.base64.channel.k8s.io",
  "channel.k8s.io",
  "base64.channel.k8s.io",
] as const;
export type ChannelVersion = (typeof channelVersions)[number];

const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4 } as const;
/** The channel on which the fifth version ends another one. */
const closing = 255;
/** The client is slow: wait until less than this is on its way, in bytes. */
const mostBuffered = 1024 * 1024;

export class WebSocketClient implements SessionClient {
  readonly #socket: WebSocket;
  readonly #version: ChannelVersion;

  constructor(socket: WebSocket, version: ChannelVersion) {
    this.#socket = socket;
    this.#version = version;
  }

  get #isBase64(): boolean {
    return this.#version.includes("base64");
  }

  begin(input: SessionInput): void {
    this.#socket.on("message", (message: Buffer) => {
      const channel = this.#isBase64 ? Number(String.fromCharCode(message[0] ?? 0)) : message[0];
      const rest = message.subarray(1);
      const data = this.#isBase64 ? Buffer.from(rest.toString(), "base64") : rest;
      if (channel === channels.stdin) input.onInput(data);
      else if (channel === closing && data[0] === channels.stdin) input.onInputEnd();
      else if (channel === channels.resize) {
        const size = readSize(data.toString());
        if (size) input.onResize(size.columns, size.rows);
      }
    });
    this.#socket.once("close", () => input.onGone());
    this.#socket.on("error", () => this.#socket.terminate());
  }

  async write(stream: "stdout" | "stderr", data: Uint8Array): Promise<void> {
    await this.#send(channels[stream], data);
  }

  finish(status: SessionStatus): void {
    const isStatus = this.#version.startsWith("v5") || this.#version.startsWith("v4");
    const verdict = isStatus ? JSON.stringify(status) : status.status === "Success" ? "" : (status.message ?? "");
    const sent = verdict || isStatus ? this.#send(channels.error, Buffer.from(verdict)) : Promise.resolve();
    void sent.then(() => this.#socket.close(1000));
  }

  /** Tells the client which channels there are: with nothing in them. */
  open(...names: readonly ("stdout" | "stderr")[]): void {
    for (const name of names) void this.#send(channels[name], new Uint8Array());
  }

  #send(channel: number, data: Uint8Array): Promise<void> {
    const socket = this.#socket;
    if (socket.readyState !== socket.OPEN) return Promise.resolve();
    const message = this.#isBase64
      ? `${channel}${Buffer.from(data).toString("base64")}`
      : Buffer.concat([Buffer.from([channel]), data]);
    return new Promise((resolve) => {
      // when it has gone out, or at once while little is on its way
      if (socket.bufferedAmount < mostBuffered) {
        socket.send(message);
        resolve();
      } else socket.send(message, () => resolve());
    });
  }
}
