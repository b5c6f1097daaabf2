/** When a container's log is moved aside, and what is kept. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { VirtualClock } from "../../base/virtual-clock.ts";
import { MemoryFiles } from "../runtimes/simulated/memory-files.ts";
import { rotateLog } from "./rotate.ts";

const logPath = "/logs/main/0.log";
const text = (data: Uint8Array | undefined): string => new TextDecoder().decode(data);

function setUp(reopenLog = async () => {}) {
  const files = new MemoryFiles();
  const clock = new VirtualClock(Date.parse("2030-01-01T00:00:00Z"));
  const rotation = { files, clock, runtime: { reopenLog }, largestBytes: 10, mostFiles: 3 };
  const write = (line: string) => files.append(logPath, new TextEncoder().encode(line));
  const names = () => files.names("/logs/main") ?? [];
  return { files, clock, write, names, rotate: () => rotateLog(rotation, { id: "c", logPath }) };
}

test("a small log is left alone", async () => {
  const { write, names, rotate } = setUp();
  write("short");
  await rotate();
  assert.deepEqual(names(), ["0.log"]);
});

test("a large one is moved aside; older ones are compressed, the oldest go", async () => {
  const { files, clock, write, names, rotate } = setUp();
  for (const day of ["first", "second", "third"]) {
    write(`${day} and more`);
    await rotate();
    await clock.advance(1000);
  }
  write("now");
  assert.deepEqual(names(), ["0.log", "0.log.20300101-000001.gz", "0.log.20300101-000002"]);
  assert.equal(text(gunzipSync(files.read(`${logPath}.20300101-000001.gz`) as Uint8Array)), "second and more");
  assert.equal(text(files.read(logPath)), "now");
});

test("what the runtime does not take up is put back", async () => {
  const { files, write, names, rotate } = setUp(async () => {
    throw new Error("no");
  });
  write("more than ten bytes");
  await assert.rejects(rotate());
  assert.deepEqual(names(), ["0.log"]);
  assert.equal(text(files.read(logPath)), "more than ten bytes");
});
