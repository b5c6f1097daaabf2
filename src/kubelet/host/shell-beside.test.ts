/** Programs run by way of a shell: what they are given, what is heard of them. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { ShellBeside } from "./shell-beside.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "coxswain-beside-"));
after(() => rmSync(folder, { recursive: true }));
const beside = new ShellBeside();

test("words and input arrive as they are", async () => {
  const file = path.join(folder, "it's $HOME `x`\n");
  await beside.run("tee", [file], "one $two\n'three'");
  assert.equal(readFileSync(file, "utf8"), "one $two\n'three'\n");
});

test("what fails says why, and what follows is not touched by it", async () => {
  const missing = path.join(folder, "missing");
  const [failed, worked, absent] = await Promise.allSettled([
    beside.run("ls", [missing]),
    beside.run("true", []),
    beside.run("no-such-program", []),
  ]);
  assert.match(String((failed as PromiseRejectedResult).reason), /^Error: ls .*missing: ls: .*No such file/);
  assert.equal(worked?.status, "fulfilled");
  assert.match(String((absent as PromiseRejectedResult).reason), /no-such-program.*not found/);
});

test("a shell that is killed fails what it was at, and another one takes over", async () => {
  await assert.rejects(beside.run("sh", ["-c", "kill -9 $PPID"]), /has ended/);
  await beside.run("true", []);
});
