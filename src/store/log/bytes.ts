/** Numbers, strings and byte strings one after another, little-endian; lengths in front as 32 bits. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(64 * 1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written; valid until the next write. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
    // One huge frame should not hold its memory for ever.
    if (this.#bytes.length > 8 * 1024 * 1024) this.#bytes = Buffer.allocUnsafe(64 * 1024);
  }

  skip(length: number): void {
    this.#room(length);
    this.#length += length;
  }

  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#length++] = value;
  }

  /** Any number; exact for whole ones below 2^53, such as revisions and times. */
  number(value: number): void {
    this.#room(8);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
  }

  count(value: number): void {
    this.#room(4);
    this.#length = this.#bytes.writeUInt32LE(value, this.#length);
  }

  text(value: string): void {
    this.#room(4 + value.length * 3);
    const length = this.#bytes.write(value, this.#length + 4, "utf8");
    this.#bytes.writeUInt32LE(length, this.#length);
    this.#length += 4 + length;
  }

  data(value: Uint8Array): void {
    this.count(value.length);
    this.#room(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  #room(length: number): void {
    const wanted = this.#length + length;
    if (wanted <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(wanted, this.#bytes.length * 2));
    larger.set(this.written);
    this.#bytes = larger;
  }
}

/** Reads what ByteWriter wrote. Throws RangeError when it runs past the end. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get position(): number {
    return this.#at;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#step(1));
  }

  number(): number {
    return this.#bytes.readDoubleLE(this.#step(8));
  }

  count(): number {
    return this.#bytes.readUInt32LE(this.#step(4));
  }

  text(): string {
    const length = this.count();
    const from = this.#step(length);
    return this.#bytes.toString("utf8", from, from + length);
  }

  /** A view, not a copy. */
  data(): Uint8Array {
    const length = this.count();
    const from = this.#step(length);
    return this.#bytes.subarray(from, from + length);
  }

  #step(length: number): number {
    const from = this.#at;
    if (from + length > this.#bytes.length) throw new RangeError("the record ends early");
    this.#at = from + length;
    return from;
  }
}
