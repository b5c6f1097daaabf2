/**
 * As much of a client of HTTP/2 as it takes to have many watches on one connection and to count what they are told, from
 * as few cycles as can be: frames are told apart by their heads (RFC 9113, 4.1) and not looked into.
 */
import tls from "node:tls";

const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const frames = { data: 0, headers: 1, settings: 4, windowUpdate: 8 } as const;
const flags = { ack: 1, endStream: 1, endHeaders: 4 } as const;
const headSize = 9;
const newline = 0x0a;
const initialWindowSize = 4;
const largestWindow = 0x7fffffff;
/** What the window of a connection is until it is told otherwise. */
const firstWindow = 65_535;

function frame(type: number, flag: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(headSize);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flag;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** A header by the index of its name in HPACK's static table, its value as it is (RFC 7541, 6.2.2). */
function literal(name: number, value: string): Buffer {
  const length =
    value.length < 127 ? [value.length] : [127, ((value.length - 127) & 127) | 128, (value.length - 127) >> 7];
  return Buffer.concat([Buffer.from([name, ...length]), Buffer.from(value)]);
}

const [methodGet, schemeHttps, authority, path] = [0x82, 0x87, 1, 4];

export class RawHttp2 {
  readonly #socket: tls.TLSSocket;
  readonly #onEvent: () => void;
  #held: Buffer = Buffer.alloc(0);
  #answered = 0;
  #onAnswered = (): void => {};

  private constructor(socket: tls.TLSSocket, onEvent: () => void) {
    this.#socket = socket;
    this.#onEvent = onEvent;
    socket.on("data", (chunk: Buffer) => this.#received(chunk));
    socket.on("error", () => {});
    const settings = Buffer.concat([Buffer.from([0, initialWindowSize]), uint32(largestWindow)]);
    socket.write(preface);
    socket.write(frame(frames.settings, 0, 0, settings));
    socket.write(frame(frames.windowUpdate, 0, 0, uint32(largestWindow - firstWindow)));
  }

  /** `onEvent` is called for each line that a stream gets. */
  static connect(options: tls.ConnectionOptions, onEvent: () => void): Promise<RawHttp2> {
    return new Promise((resolve, reject) => {
      const socket = tls.connect({ ...options, ALPNProtocols: ["h2"] });
      socket.once("error", reject).once("secureConnect", () => resolve(new RawHttp2(socket, onEvent)));
    });
  }

  get isCut(): boolean {
    return this.#socket.destroyed;
  }

  /** Asks so many times for a path; resolves when all answers have begun. */
  get(url: string, times: number): Promise<void> {
    const head = Buffer.concat([
      Buffer.from([methodGet, schemeHttps]),
      literal(path, url),
      literal(authority, "localhost"),
    ]);
    for (let i = 0; i < times; i++)
      this.#socket.write(frame(frames.headers, flags.endStream | flags.endHeaders, 2 * i + 1, head));
    return new Promise((resolve) => {
      this.#onAnswered = () => {
        if (++this.#answered === times) resolve();
      };
    });
  }

  end(): void {
    this.#socket.destroy();
  }

  #received(chunk: Buffer): void {
    const bytes = this.#held.length ? Buffer.concat([this.#held, chunk]) : chunk;
    let at = 0;
    while (bytes.length - at >= headSize) {
      const size = bytes.readUIntBE(at, 3);
      const end = at + headSize + size;
      if (end > bytes.length) break;
      this.#frame(bytes[at + 3] as number, bytes[at + 4] as number, bytes.subarray(at + headSize, end));
      at = end;
    }
    this.#held = bytes.subarray(at);
  }

  #frame(type: number, flag: number, payload: Buffer): void {
    if (type === frames.data)
      for (let at = payload.indexOf(newline); at >= 0; at = payload.indexOf(newline, at + 1)) this.#onEvent();
    else if (type === frames.headers) this.#onAnswered();
    else if (type === frames.settings && !(flag & flags.ack))
      this.#socket.write(frame(frames.settings, flags.ack, 0, Buffer.alloc(0)));
  }
}
