/**
 * The server's end of a SPDY/3.1 connection, as Kubernetes uses it: the client opens streams, told apart by their headers;
 * there is no flow control (https://github.com/moby/spdystream says and expects none).
 */
import type { Duplex } from "node:stream";
import {
  controlFrame,
  controls,
  dataFrame,
  type Frame,
  FrameReader,
  fin,
  HeaderWriter,
  type SpdyHeaders,
  uint32,
} from "../../../client/http/spdy-frames.ts";
import { HeaderReader } from "./spdy-headers.ts";

export class SpdyStream {
  readonly headers: SpdyHeaders;
  readonly #id: number;
  readonly #connection: SpdyConnection;
  #onData: ((data: Buffer) => void) | undefined;
  #onEnd: (() => void) | undefined;
  #early: Buffer[] = [];
  #ended = false;
  #closed = false;

  constructor(id: number, headers: SpdyHeaders, connection: SpdyConnection) {
    this.#id = id;
    this.headers = headers;
    this.#connection = connection;
  }

  /** Gives what the client writes, also what it has written already, and its end. */
  read(onData: (data: Buffer) => void, onEnd: () => void): void {
    this.#onData = onData;
    this.#onEnd = onEnd;
    for (const data of this.#early.splice(0)) onData(data);
    if (this.#ended) onEnd();
  }

  /** Resolves when the peer can take more. */
  write(data: Uint8Array): Promise<void> {
    return this.#closed ? Promise.resolve() : this.#connection.sendData(this.#id, data, 0);
  }

  /** Nothing more will be written. */
  end(): void {
    if (this.#closed) return;
    this.#closed = true;
    void this.#connection.sendData(this.#id, new Uint8Array(), fin);
  }

  take(data: Buffer, isLast: boolean): void {
    if (data.length) {
      if (this.#onData) this.#onData(data);
      else this.#early.push(data);
    }
    if (!isLast || this.#ended) return;
    this.#ended = true;
    this.#onEnd?.();
  }
}

export interface SpdyListener {
  onStream(stream: SpdyStream): void;
  /** The connection has ended, by whoever. */
  onClose(): void;
}

export class SpdyConnection {
  readonly #socket: Duplex;
  readonly #listener: SpdyListener;
  readonly #streams = new Map<number, SpdyStream>();
  readonly #reader = new HeaderReader();
  readonly #writer = new HeaderWriter();
  readonly #frames = new FrameReader();
  #reading: Promise<void> = Promise.resolve();

  constructor(socket: Duplex, head: Uint8Array, listener: SpdyListener) {
    this.#socket = socket;
    this.#listener = listener;
    socket.on("data", (data: Buffer) => this.#receive(data));
    socket.on("error", () => socket.destroy());
    socket.on("end", () => socket.end());
    socket.once("close", () => {
      for (const stream of this.#streams.values()) stream.take(Buffer.alloc(0), true);
      this.#reader.close();
      listener.onClose();
    });
    if (head.length) this.#receive(Buffer.from(head));
  }

  sendData(id: number, data: Uint8Array, flags: number): Promise<void> {
    return this.#send(dataFrame(id, data, flags));
  }

  /** Ends the connection when what was written has gone out. */
  close(): void {
    this.#socket.end();
  }

  async #send(bytes: Buffer): Promise<void> {
    const { destroyed, writableEnded } = this.#socket;
    if (destroyed || writableEnded || this.#socket.write(bytes)) return;
    await new Promise<void>((resolve) => {
      const over = (): void => {
        this.#socket.off("drain", over);
        this.#socket.off("close", over);
        resolve();
      };
      this.#socket.on("drain", over);
      this.#socket.on("close", over);
    });
  }

  /** Frames are handled one after another: headers are read in the background, and what follows must wait for them. */
  #receive(data: Buffer): void {
    const over = (): void => void this.#socket.destroy();
    try {
      for (const frame of this.#frames.read(data))
        this.#reading = this.#reading.then(() => this.#handle(frame)).catch(over);
    } catch {
      over();
    }
  }

  async #handle({ control, stream: dataOf, flags, payload }: Frame): Promise<void> {
    const id = payload.length >= 4 ? payload.readUInt32BE(0) & 0x7fffffff : 0;
    const isLast = (flags & fin) !== 0;
    switch (control) {
      case undefined:
        this.#streams.get(dataOf)?.take(payload, isLast);
        return;
      case controls.synStream: {
        const stream = new SpdyStream(id, await this.#reader.read(payload.subarray(10)), this);
        this.#streams.set(id, stream);
        const reply = Buffer.concat([uint32(id), this.#writer.write(new Map())]);
        void this.#send(controlFrame(controls.synReply, reply));
        if (isLast) stream.take(Buffer.alloc(0), true);
        this.#listener.onStream(stream);
        return;
      }
      case controls.reset:
        this.#streams.get(id)?.take(Buffer.alloc(0), true);
        this.#streams.delete(id);
        return;
      case controls.ping:
        // those with odd numbers are the client's
        if (id % 2 === 1) void this.#send(controlFrame(controls.ping, payload));
        return;
      case controls.goAway:
        this.#socket.end();
        return;
    }
  }
}
