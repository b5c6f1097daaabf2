/** Sessions over SPDY: each stream of the program is one of the connection's, named by its header `streamtype`. */
import type { Duplex } from "node:stream";
import { readSize, type SessionClient, type SessionInput, type SessionStatus } from "./session.ts";
import { SpdyConnection, type SpdyStream } from "./spdy-connection.ts";

/** What the client said it would open. */
export interface ExpectedStreams {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** From the fourth version on the verdict is a Status, before it was a text; from the third on there are sizes. */
export const spdyVersions = ["v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io"] as const;
export type SpdyVersion = (typeof spdyVersions)[number];

/** Resolves once the client has opened all its streams; rejects if it goes before. */
export function openSpdySession(
  socket: Duplex,
  head: Uint8Array,
  expected: ExpectedStreams,
  version: SpdyVersion,
): Promise<SessionClient> {
  const wanted = new Set(["error"]);
  for (const name of ["stdin", "stdout", "stderr"] as const) if (expected[name]) wanted.add(name);
  if (expected.tty && (version.startsWith("v4") || version.startsWith("v3"))) wanted.add("resize");
  const streams = new Map<string, SpdyStream>();
  const gone = new AbortController();
  return new Promise((resolve, reject) => {
    const connection = new SpdyConnection(socket, head, {
      onStream: (stream) => {
        const type = stream.headers.get("streamtype") ?? "";
        streams.set(type, stream);
        wanted.delete(type);
        if (!wanted.size) resolve(new SpdyClient(connection, streams, version, gone.signal));
      },
      onClose: () => {
        gone.abort();
        reject(new Error("the client went before it had opened its streams"));
      },
    });
  });
}

class SpdyClient implements SessionClient {
  readonly #connection: SpdyConnection;
  readonly #streams: ReadonlyMap<string, SpdyStream>;
  readonly #version: SpdyVersion;
  readonly #gone: AbortSignal;

  constructor(
    connection: SpdyConnection,
    streams: ReadonlyMap<string, SpdyStream>,
    version: SpdyVersion,
    gone: AbortSignal,
  ) {
    this.#connection = connection;
    this.#streams = streams;
    this.#version = version;
    this.#gone = gone;
  }

  begin(input: SessionInput): void {
    const over = (): void => input.onGone();
    if (this.#gone.aborted) over();
    else this.#gone.addEventListener("abort", over, { once: true });
    this.#streams.get("stdin")?.read(
      (data) => input.onInput(data),
      () => input.onInputEnd(),
    );
    let sizes = "";
    const onSize = (data: Buffer): void => {
      sizes += data.toString();
      const lines = sizes.split("\n");
      sizes = lines.pop() ?? "";
      for (const line of lines) {
        const size = readSize(line);
        if (size) input.onResize(size.columns, size.rows);
      }
    };
    this.#streams.get("resize")?.read(onSize, () => {});
  }

  async write(stream: "stdout" | "stderr", data: Uint8Array): Promise<void> {
    await this.#streams.get(stream)?.write(data);
  }

  finish(status: SessionStatus): void {
    const isStatus = this.#version === "v4.channel.k8s.io";
    const verdict = isStatus ? JSON.stringify(status) : status.status === "Success" ? "" : (status.message ?? "");
    if (verdict) void this.#streams.get("error")?.write(Buffer.from(verdict));
    for (const stream of this.#streams.values()) stream.end();
    this.#connection.close();
  }
}
