/** Header blocks of SPDY/3.1 (draft 3.1, section 2.6.10): names and values, compressed in one stream per direction. */
import zlib from "node:zlib";
import { spdyDictionary } from "./spdy-dictionary.ts";

export type SpdyHeaders = ReadonlyMap<string, string>;

/** More than any client sends; a bomb ends here. */
const largestBlock = 64 * 1024;

/** Reads the blocks of one connection, which must come in order. */
export class HeaderReader {
  readonly #inflate = zlib.createInflate({ dictionary: spdyDictionary, finishFlush: zlib.constants.Z_SYNC_FLUSH });
  readonly #parts: Buffer[] = [];
  #failed: Error | undefined;

  constructor() {
    this.#inflate.on("data", (part: Buffer) => this.#parts.push(part));
    this.#inflate.on("error", (error) => {
      this.#failed = error;
    });
  }

  async read(block: Buffer): Promise<SpdyHeaders> {
    await new Promise<void>((resolve, reject) => {
      this.#inflate.once("error", reject);
      this.#inflate.write(block);
      this.#inflate.flush(zlib.constants.Z_SYNC_FLUSH, () => {
        this.#inflate.off("error", reject);
        resolve();
      });
    });
    if (this.#failed) throw this.#failed;
    const text = Buffer.concat(this.#parts.splice(0));
    if (text.length > largestBlock) throw new Error("the headers of a stream are too large");
    return parse(text);
  }

  close(): void {
    this.#inflate.close();
  }
}

function parse(text: Buffer): SpdyHeaders {
  let at = 0;
  const number = (): number => {
    const value = text.readUInt32BE(at);
    at += 4;
    return value;
  };
  const word = (): string => {
    const length = number();
    at += length;
    if (at > text.length) throw new Error("a header block is cut off");
    return text.toString("utf8", at - length, at);
  };
  const headers = new Map<string, string>();
  for (let left = number(); left > 0; left--) headers.set(word().toLowerCase(), word());
  return headers;
}

/**
 * Writes blocks without compressing them: a zlib stream may consist of stored blocks (RFC 1950, RFC 1951 section 3.2.4).
 * Each ends with an empty one, without which Go's reader waits for more.
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
