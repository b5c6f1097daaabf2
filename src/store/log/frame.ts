/**
 * The outer form of the files: a header, then frames, each with a checksum.
 *
 *   header  magic 8 · version 4 · salt 8 · sequence 8 · revision 8 · crc32 4, filled up to 64 bytes
 *   frame   magic 4 · salt 8 · length of payload 4 · crc32 4 · payload
 *
 * The salt is random, new for each file: in a recycled segment it tells the frames of this life from those of the last,
 * and nobody who may write values can forge a frame. All that is written with one sync is one frame, so a frame behind
 * a broken one proves that the broken one had been whole and on disk: damage, not a torn tail.
 */
import { crc32 } from "node:zlib";
import { ByteWriter } from "./bytes.ts";

export const headerBytes = 64;
export const frameHeadBytes = 20;
export const saltBytes = 8;
const version = 1;
const frameMagic = 0x314d5246; // "FRM1"
const magics = { log: "COXWNLOG", snapshot: "COXWNSNP" } as const;

export interface Header {
  readonly kind: keyof typeof magics;
  readonly salt: Uint8Array;
  /** Of a segment: its place in the log. */
  readonly sequence: number;
  /** Of a segment: the last revision before it. Of a snapshot: the revision it shows. */
  readonly revision: number;
}

export function encodeHeader({ kind, salt, sequence, revision }: Header): Buffer {
  const bytes = Buffer.alloc(headerBytes);
  bytes.write(magics[kind], 0, "latin1");
  bytes.writeUInt32LE(version, 8);
  bytes.set(salt, 12);
  bytes.writeDoubleLE(sequence, 20);
  bytes.writeDoubleLE(revision, 28);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 36)), 36);
  return bytes;
}

/** The header, or why there is none. */
export function decodeHeader(bytes: Buffer, kind: Header["kind"]): Header | string {
  if (bytes.length < headerBytes) return "the file is too short to have a header";
  if (bytes.toString("latin1", 0, 8) !== magics[kind]) return `the file is not a ${kind}`;
  if (crc32(bytes.subarray(0, 36)) !== bytes.readUInt32LE(36)) return "the header's checksum is wrong";
  if (bytes.readUInt32LE(8) !== version) return `the format is version ${bytes.readUInt32LE(8)}, not ${version}`;
  const salt = Uint8Array.from(bytes.subarray(12, 12 + saltBytes));
  return { kind, salt, sequence: bytes.readDoubleLE(20), revision: bytes.readDoubleLE(28) };
}

/** A frame being filled. */
export class Frame extends ByteWriter {
  constructor() {
    super();
    this.clear();
  }

  override clear(): void {
    super.clear();
    this.skip(frameHeadBytes);
  }

  get isEmpty(): boolean {
    return this.length === frameHeadBytes;
  }

  /** The bytes of the frame, for the file that has this salt; valid until the frame is filled further. */
  seal(salt: Uint8Array): Buffer {
    const bytes = this.written;
    bytes.writeUInt32LE(frameMagic, 0);
    bytes.set(salt, 4);
    bytes.writeUInt32LE(bytes.length - frameHeadBytes, 12);
    bytes.writeUInt32LE(checksum(bytes), 16);
    return bytes;
  }
}

const checksum = (frame: Buffer): number => crc32(frame.subarray(frameHeadBytes), crc32(frame.subarray(0, 16)));

/** The length of the whole frame that `head` begins, or undefined if no frame of this file does. */
export function frameLength(head: Buffer, salt: Uint8Array): number | undefined {
  if (head.length < frameHeadBytes || head.readUInt32LE(0) !== frameMagic) return undefined;
  if (head.compare(salt, 0, saltBytes, 4, 4 + saltBytes) !== 0) return undefined;
  return frameHeadBytes + head.readUInt32LE(12);
}

/** The payload of a whole frame, or undefined if the checksum is wrong. */
export const payloadOf = (frame: Buffer): Buffer | undefined =>
  checksum(frame) === frame.readUInt32LE(16) ? frame.subarray(frameHeadBytes) : undefined;

/** The payload of the frame at `offset`, or undefined if there is no whole and sound one. */
export function frameAt(bytes: Buffer, offset: number, salt: Uint8Array): Buffer | undefined {
  const length = frameLength(bytes.subarray(offset, offset + frameHeadBytes), salt);
  if (length === undefined || offset + length > bytes.length) return undefined;
  return payloadOf(bytes.subarray(offset, offset + length));
}

/** Where a sound frame of this file begins behind `offset`, if one does. */
export function laterFrame(bytes: Buffer, offset: number, salt: Uint8Array): number | undefined {
  const start = Buffer.alloc(4 + saltBytes);
  start.writeUInt32LE(frameMagic, 0);
  start.set(salt, 4);
  for (let at = bytes.indexOf(start, offset + 1); at >= 0; at = bytes.indexOf(start, at + 1)) {
    if (frameAt(bytes, at, salt)) return at;
  }
  return undefined;
}
