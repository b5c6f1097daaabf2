/** Reads header blocks of SPDY/3.1 (draft 3.1, section 2.6.10): names and values, compressed in one stream per direction. */
import zlib from "node:zlib";
import type { SpdyHeaders } from "../../../client/http/spdy-frames.ts";
import { spdyDictionary } from "./spdy-dictionary.ts";

/** More than any client sends; a bomb ends here. */
const largestBlock = 64 * 1024;

/** Reads the blocks of one connection, which must come in order. */
export class HeaderReader {
  readonly #inflate = zlib.createInflate({ dictionary: spdyDictionary, finishFlush: zlib.constants.Z_SYNC_FLUSH });
  readonly #parts: Buffer[] = [];
  #bytes = 0;

  constructor() {
    this.#inflate.on("data", (part: Buffer) => {
      this.#bytes += part.length;
      this.#parts.push(part);
      // a few bytes can become very many: it ends before they do
      if (this.#bytes > largestBlock) this.#inflate.destroy(new Error("the headers of a stream are too large"));
    });
    // told to whoever reads
    this.#inflate.on("error", () => {});
  }

  async read(block: Buffer): Promise<SpdyHeaders> {
    if (this.#inflate.destroyed) throw new Error("the headers of an earlier stream could not be read");
    this.#bytes = 0;
    await new Promise<void>((resolve, reject) => {
      this.#inflate.once("error", reject);
      this.#inflate.write(block);
      this.#inflate.flush(zlib.constants.Z_SYNC_FLUSH, () => {
        this.#inflate.off("error", reject);
        if (this.#inflate.errored) reject(this.#inflate.errored);
        else resolve();
      });
    });
    return parse(Buffer.concat(this.#parts.splice(0)));
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
