/** Header blocks as Go's clients send them, and such as nobody should. */
import assert from "node:assert/strict";
import { test } from "node:test";
import zlib from "node:zlib";
import { uint32 } from "../../../client/http/spdy-frames.ts";
import { spdyDictionary } from "./spdy-dictionary.ts";
import { HeaderReader } from "./spdy-headers.ts";

const word = (text: string): Buffer => Buffer.concat([uint32(Buffer.byteLength(text)), Buffer.from(text)]);
const block = (...words: string[]): Buffer => Buffer.concat([uint32(words.length / 2), ...words.map(word)]);

/** Blocks of one connection, compressed as one stream with the words that both ends know. */
async function compressed(...blocks: Buffer[]): Promise<Buffer[]> {
  const deflate = zlib.createDeflate({ dictionary: spdyDictionary });
  const made: Buffer[] = [];
  const parts: Buffer[] = [];
  deflate.on("data", (part: Buffer) => parts.push(part));
  for (const one of blocks) {
    deflate.write(one);
    await new Promise<void>((resolve) => deflate.flush(zlib.constants.Z_SYNC_FLUSH, resolve));
    made.push(Buffer.concat(parts.splice(0)));
  }
  return made;
}

test("blocks of one connection are read one after another", async () => {
  const reader = new HeaderReader();
  const [first, second] = await compressed(block("Streamtype", "error"), block("streamtype", "data", "port", "80"));
  assert.deepEqual([...(await reader.read(first as Buffer))], [["streamtype", "error"]]);
  assert.deepEqual(
    [...(await reader.read(second as Buffer))],
    [
      ["streamtype", "data"],
      ["port", "80"],
    ],
  );
  reader.close();
});

test("few bytes that would become very many are refused, and so is what comes after them", async () => {
  const reader = new HeaderReader();
  const [bomb, next] = await compressed(block("a", "x".repeat(64 << 20)), block("a", "b"));
  assert.ok((bomb as Buffer).length < 1 << 20);
  await assert.rejects(reader.read(bomb as Buffer), /too large/);
  await assert.rejects(reader.read(next as Buffer), /earlier stream/);
});

for (const [what, bytes] of [
  ["what is not compressed", Buffer.from("hello, this is no zlib stream")],
  [
    "a word longer than the block",
    zlib.deflateSync(Buffer.concat([uint32(1), uint32(99)]), { dictionary: spdyDictionary }),
  ],
] as const)
  test(`${what} is refused`, async () => {
    await assert.rejects(new HeaderReader().read(bytes));
  });
