/** The frames of SPDY/3.1 (draft 3.1, section 2.2), as both ends of a session of Kubernetes write and read them. */

export const controls = { synStream: 1, synReply: 2, reset: 3, ping: 6, goAway: 7 } as const;
/** The flag of a stream's last frame. */
export const fin = 1;

export type SpdyHeaders = ReadonlyMap<string, string>;

const headBytes = 8;
/** More than upstream puts into one frame. */
const largestFrame = 4 * 1024 * 1024;
const isControl = 0x80000000;

export interface Frame {
  /** Of a control frame; undefined: it carries data. */
  readonly control: number | undefined;
  /** Of the stream that data is of; of a control frame 0. */
  readonly stream: number;
  readonly flags: number;
  readonly payload: Buffer;
}

/** Cuts what comes over a connection into frames. */
export class FrameReader {
  #unread: Buffer = Buffer.alloc(0);

  /** The frames that are whole now. Throws where one is larger than any should be. */
  read(bytes: Buffer): readonly Frame[] {
    this.#unread = this.#unread.length ? Buffer.concat([this.#unread, bytes]) : bytes;
    const frames: Frame[] = [];
    while (this.#unread.length >= headBytes) {
      const length = this.#unread.readUInt32BE(4) & 0xffffff;
      if (length > largestFrame) throw new Error("a frame is too large");
      if (this.#unread.length < headBytes + length) break;
      const first = this.#unread.readUInt32BE(0);
      frames.push({
        control: first >= isControl ? first & 0xffff : undefined,
        stream: first >= isControl ? 0 : first,
        flags: this.#unread.readUInt8(4),
        payload: this.#unread.subarray(headBytes, headBytes + length),
      });
      this.#unread = this.#unread.subarray(headBytes + length);
    }
    return frames;
  }
}

function frame(first: number, flags: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt32BE(first, 0);
  head.writeUInt32BE(payload.length, 4);
  head.writeUInt8(flags, 4);
  return payload.length ? Buffer.concat([head, payload]) : head;
}

export const dataFrame = (stream: number, data: Uint8Array, flags = 0): Buffer =>
  frame(stream & 0x7fffffff, flags, data);

export const controlFrame = (control: number, payload: Uint8Array, flags = 0): Buffer =>
  frame((0x8003 * 0x10000 + control) >>> 0, flags, payload);

/**
 * Writes header blocks without compressing them: a zlib stream may consist of stored blocks (RFC 1950, RFC 1951 section
 * 3.2.4). Each ends with an empty one, without which Go's reader waits for more. One for each direction of a connection.
 */
export class HeaderWriter {
  #begun = false;

  write(headers: SpdyHeaders): Buffer {
    const parts = [uint32(headers.size)];
    for (const pair of headers) for (const word of pair) parts.push(uint32(Buffer.byteLength(word)), Buffer.from(word));
    const text = Buffer.concat(parts);
    const head = this.#begun ? [] : [Buffer.from([0x78, 0x01])];
    this.#begun = true;
    const length = Buffer.alloc(5);
    length.writeUInt16LE(text.length, 1);
    length.writeUInt16LE(~text.length & 0xffff, 3);
    return Buffer.concat([...head, length, text, Buffer.from([0, 0, 0, 0xff, 0xff])]);
  }
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
