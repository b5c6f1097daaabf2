/**
 * The server's end of a SPDY/3.1 connection, as Kubernetes uses it: the client opens streams, told apart by their headers;
 * there is no flow control (https://github.com/moby/spdystream says and expects none).
 */
import type { Duplex } from "node:stream";
import { HeaderReader, HeaderWriter, type SpdyHeaders, uint32 } from "./spdy-headers.ts";

const control = { synStream: 1, synReply: 2, reset: 3, ping: 6, goAway: 7 } as const;
const fin = 1;
/** More than upstream's clients put into one frame. */
const largestFrame = 4 * 1024 * 1024;

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
  #unread: Buffer = Buffer.alloc(0);
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

  async sendData(id: number, data: Uint8Array, flags: number): Promise<void> {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(id & 0x7fffffff, 0);
    head.writeUInt32BE(data.length, 4);
    head.writeUInt8(flags, 4);
    await this.#send(data.length ? Buffer.concat([head, data]) : head);
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

  #sendControl(type: number, flags: number, payload: Buffer): void {
    const head = Buffer.alloc(8);
    head.writeUInt16BE(0x8003, 0);
    head.writeUInt16BE(type, 2);
    head.writeUInt32BE(payload.length, 4);
    head.writeUInt8(flags, 4);
    void this.#send(Buffer.concat([head, payload]));
  }

  /** Frames are handled one after another: headers are read in the background, and what follows must wait for them. */
  #receive(data: Buffer): void {
    this.#unread = this.#unread.length ? Buffer.concat([this.#unread, data]) : data;
    for (;;) {
      if (this.#unread.length < 8) return;
      const length = this.#unread.readUInt32BE(4) & 0xffffff;
      if (length > largestFrame) {
        this.#socket.destroy();
        return;
      }
      if (this.#unread.length < 8 + length) return;
      const head = this.#unread.subarray(0, 8);
      const payload = this.#unread.subarray(8, 8 + length);
      this.#unread = this.#unread.subarray(8 + length);
      this.#reading = this.#reading.then(() => this.#frame(head, payload)).catch(() => void this.#socket.destroy());
    }
  }

  async #frame(head: Buffer, payload: Buffer): Promise<void> {
    const first = head.readUInt32BE(0);
    const flags = head.readUInt8(4);
    if (first < 0x80000000) {
      this.#streams.get(first)?.take(payload, (flags & fin) !== 0);
      return;
    }
    switch (first & 0xffff) {
      case control.synStream: {
        const id = payload.readUInt32BE(0) & 0x7fffffff;
        const stream = new SpdyStream(id, await this.#reader.read(payload.subarray(10)), this);
        this.#streams.set(id, stream);
        this.#sendControl(control.synReply, 0, Buffer.concat([uint32(id), this.#writer.write(new Map())]));
        if (flags & fin) stream.take(Buffer.alloc(0), true);
        this.#listener.onStream(stream);
        return;
      }
      case control.reset: {
        const id = payload.readUInt32BE(0) & 0x7fffffff;
        this.#streams.get(id)?.take(Buffer.alloc(0), true);
        this.#streams.delete(id);
        return;
      }
      case control.ping:
        // those with odd numbers are the client's
        if (payload.readUInt32BE(0) % 2 === 1) this.#sendControl(control.ping, 0, payload);
        return;
      case control.goAway:
        this.#socket.end();
        return;
    }
  }
}
