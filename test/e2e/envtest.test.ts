/**
 * An operator written on controller-runtime (test/operators/gears), whose own tests start what `cox envtest` has written in
 * place of etcd and kube-apiserver, and know nothing of it.
 */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";

const root = path.resolve(import.meta.dirname, "../..");
const operator = path.join(root, "test/operators/gears");
const assets = mkdtempSync(path.join(os.tmpdir(), "coxswain-assets-"));
after(() => rmSync(assets, { recursive: true }));

/** Go, where it usually is. */
function go(): string {
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/local/go/bin", "/usr/lib/go/bin"];
  const found = folders.map((folder) => path.join(folder, "go")).find((file) => existsSync(file));
  assert.ok(found, "this test needs Go (https://go.dev/dl): there is no program `go` on the path");
  return found;
}

/** All that a program says. */
function said(program: string, args: readonly string[], env: object): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: operator, env: { ...process.env, ...env } });
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (part: Buffer) => {
        text += String(part);
      });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, text }));
  });
}

test("the programs are written, and again over themselves", () => {
  const main = path.join(root, "src/cli/main.ts");
  for (const _ of [1, 2]) {
    const { stdout, status } = spawnSync(process.execPath, ["--import", "tsx", main, "envtest", assets], { cwd: root });
    assert.equal(status, 0);
    assert.equal(String(stdout), `export KUBEBUILDER_ASSETS=${assets}\n`);
  }
  for (const name of ["etcd", "kube-apiserver", "kubectl"])
    assert.equal(statSync(path.join(assets, name)).mode & 0o777, 0o755);
  const help = spawnSync(path.join(assets, "kube-apiserver"), ["--help"]);
  assert.equal(help.status, 0);
  assert.doesNotMatch(String(help.stdout), /^\s*--insecure-port\b/m);
});

test("an operator's tests pass: manager, cache, webhooks, definitions, leases, users", async () => {
  const { code, text } = await said(go(), ["test", "-count=1", "-v", "./..."], { KUBEBUILDER_ASSETS: assets });
  assert.equal(code, 0, text);
  const source = readFileSync(path.join(operator, "operator_test.go"), "utf8");
  const names = [...source.matchAll(/^func (Test[A-Z]\w*)\(t /gm)].map(([, name]) => name);
  assert.ok(names.length >= 5);
  for (const name of names) assert.match(text, new RegExp(`^--- PASS: ${name} `, "m"));
});
