/** Where real containers cannot be had, the same cluster starts on simulated nodes and says so. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";

const main = path.resolve(import.meta.dirname, "../../src/cli/main.ts");
const home = mkdtempSync(path.join(os.tmpdir(), "coxswain-somebody-"));
/** Root is made somebody else, in a namespace of users of his own: the files of this checkout stay his to read. */
const somebody = process.getuid?.() === 0 ? ["unshare", "--user", "--map-user=1000", "--map-group=1000"] : [];
after(() => rmSync(home, { recursive: true, force: true }));

function cox(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { PATH: process.env.PATH, HOME: home };
  const [program = "", ...rest] = [...somebody, process.execPath, "--import", "tsx", main, ...words];
  const child = spawn(program, rest, { env, cwd: path.dirname(main) });
  const said = { out: "", err: "" };
  child.stdout.on("data", (data: Buffer) => {
    said.out += String(data);
  });
  child.stderr.on("data", (data: Buffer) => {
    said.err += String(data);
  });
  return new Promise((resolve) => child.once("close", (code) => resolve({ code: code ?? 1, ...said })));
}

test("somebody who is not root gets a cluster of simulated nodes, in one line", async () => {
  const up = await cox("up");
  try {
    assert.equal(up.code, 0, up.err);
    assert.match(
      up.err,
      /^Nodes are simulated, for real containers are not to be had here \(root[^\n]*\): run it as root|apt-get/m,
    );
    const nodes = await cox("get", "nodes");
    assert.equal(nodes.out.trimEnd().split("\n").length, 5, nodes.out + nodes.err);
    const kubeconfig = path.join(home, ".kube/config");
    assert.match(readFileSync(kubeconfig, "utf8"), /current-context: cox-cox/);
    assert.equal(statSync(kubeconfig).mode & 0o777, 0o600);
  } finally {
    assert.equal((await cox("down")).code, 0);
  }
});

test("who asks for real containers is told what is missing, and gets nothing", async () => {
  const refused = await cox("up", "--runtime", "containerd");
  assert.equal(refused.code, 1);
  assert.match(refused.err, /^error: real containers cannot be run here\n {2}why: missing: root[^\n]*\n {2}try: /);
  assert.match((await cox("list")).out, /^NAME +STATUS +RUNTIME +NODES\n?$/);
});
