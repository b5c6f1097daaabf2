/** What people type into busybox's shell, and what it answers. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { realClock } from "../../../base/clock.ts";
import { MemoryFiles } from "./memory-files.ts";
import { type Network, Processes, textInput, View } from "./process.ts";
import { runProgram } from "./shell.ts";

const silent: Network = {
  ...{ ask: async () => undefined, isOpen: () => false, listen: () => () => {} },
  ...{ find: () => undefined, nameServers: [] },
};

async function run(script: string, { stdin = "", signal = new AbortController().signal } = {}) {
  const own = new MemoryFiles();
  const host = new MemoryFiles();
  own.write("/etc/motd", new TextEncoder().encode("hello\nworld\n"));
  host.write("/volumes/config/colour", new TextEncoder().encode("blue"));
  const world = {
    ...{ clock: realClock, hostname: "web", ip: "10.244.0.5", user: 0, version: "1.36", network: silent },
    files: new View(own, host, [{ containerPath: "/config", hostPath: "/volumes/config", readOnly: true }]),
    processes: new Processes(),
    exhaustMemory: () => {},
  };
  const out = { stdout: "", stderr: "" };
  const code = await runProgram(world, {
    args: ["sh", "-c", script],
    env: new Map([["COLOUR", "green"]]),
    cwd: { path: "/" },
    stdin: textInput(stdin),
    stdout: (text) => {
      out.stdout += text;
    },
    stderr: (text) => {
      out.stderr += text;
    },
    signal,
  });
  return { code, ...out };
}

const cases: readonly [script: string, stdout: string, code?: number][] = [
  ["echo $COLOUR", "green\n"],
  ["echo '$COLOUR' \"$COLOUR\" $NONE end", "$COLOUR green end\n"],
  ["exit 3", "", 3],
  ["false || echo no; true && echo yes", "no\nyes\n"],
  ["false", "", 1],
  ["if [ -f /etc/motd ]; then echo there; else echo gone; fi", "there\n"],
  ["for i in 1 2 3; do echo $i; done", "1\n2\n3\n"],
  ["i=0; while [ $i -lt 3 ]; do i=$((i+1)); echo $i; done", "1\n2\n3\n"],
  ["cat /etc/motd | grep wor", "world\n"],
  ["cat /etc/motd | wc -l", "2\n"],
  ["cat /config/colour", "blue"],
  ["ls /config", "colour\n"],
  ["echo one > /tmp/a; echo two >> /tmp/a; cat /tmp/a", "one\ntwo\n"],
  ["echo $(hostname)-$(echo x)", "web-x\n"],
  ["echo ${COLOUR:-red} ${NONE:-red}", "green red\n"],
  ["for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done", "1\n3\n"],
  ["seq 3 | tail -n 1", "3\n"],
  ["read name; echo hi $name", "hi world\n"],
  ["cd /etc && pwd", "/etc\n"],
  ["echo a; echo b >&2", "a\n"],
  ["timeout 0.01 sleep 100", "", 143],
];

describe("the shell of simulated containers", () => {
  for (const [script, stdout, code = 0] of cases) {
    test(script, async () => {
      const seen = await run(script, { stdin: "world\n" });
      assert.deepEqual([seen.stdout, seen.code], [stdout, code]);
    });
  }

  test("errors go where errors go, in busybox's words", async () => {
    assert.deepEqual(await run("nonesuch"), { code: 127, stdout: "", stderr: "sh: nonesuch: not found\n" });
    assert.deepEqual(await run("cat /none"), {
      ...{ code: 1, stdout: "", stderr: "cat: can't open '/none': No such file or directory\n" },
    });
    assert.deepEqual(await run("echo x > /config/new"), {
      ...{ code: 1, stdout: "", stderr: "sh: can't create /config/new: Read-only file system\n" },
    });
    assert.equal((await run("if true; then")).code, 2);
  });

  test("a loop without end ends with its process", async () => {
    const over = new AbortController();
    const running = run("while true; do :; done", { signal: over.signal });
    over.abort();
    assert.equal((await running).code, 137);
  });
});
