/**
 * An operator written on controller-runtime (test/operators/gears), whose own tests start what `cox envtest` has written in
 * place of etcd and kube-apiserver, and know nothing of it.
 */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";

const root = path.resolve(import.meta.dirname, "../..");
const operator = path.join(root, "test/operators/gears");
const assets = mkdtempSync(path.join(os.tmpdir(), "coxswain-assets-"));
after(() => rmSync(assets, { recursive: true }));

const asset = (name: string): string => path.join(assets, name);

/** Go, where it usually is: at least the version that the operator needs, with which older ones cannot do. */
function go(): string {
  const [, needed = ""] = /^go (\d+\.\d+)/m.exec(readFileSync(path.join(operator, "go.mod"), "utf8")) ?? [];
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/local/go/bin", "/usr/lib/go/bin"];
  const found = folders.map((folder) => path.join(folder, "go")).find((file) => existsSync(file));
  const want = `this test needs Go ${needed} or newer (https://go.dev/dl)`;
  assert.ok(found, `${want}: there is no program \`go\` on the path`);
  const { stdout } = spawnSync(found, ["version"], { cwd: os.tmpdir() });
  const [, minor] = /go1\.(\d+)/.exec(String(stdout)) ?? [];
  assert.ok(Number(minor) >= Number(needed.split(".")[1]), `${want}: ${found} is ${stdout}`);
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
  for (const name of ["etcd", "kube-apiserver", "kubectl"]) assert.equal(statSync(asset(name)).mode & 0o777, 0o755);
  const help = spawnSync(asset("kube-apiserver"), ["--help"]);
  assert.equal(help.status, 0);
  assert.doesNotMatch(String(help.stdout), /^\s*--insecure-port\b/m);
});

const refusals = [
  ["--no-such-flag=x", "unknown flag: --no-such-flag"],
  ["--authorization-config=x", "--authorization-config=x: requests are authorized by RBAC and Node alone"],
] as const;
for (const [flag, why] of refusals)
  test(`kube-apiserver ends at ${flag} and says why`, () => {
    const flags = [`--cert-dir=${assets}`, "--client-ca-file=x", "--authorization-mode=RBAC", flag];
    const { status, stderr } = spawnSync(asset("kube-apiserver"), flags, { cwd: root });
    assert.equal(status, 1);
    assert.equal(String(stderr), `error: ${why}\n`);
  });

test("kubectl is another one on the path, or Coxswain's own commands, and never calls itself", () => {
  const other = path.join(assets, "other");
  mkdirSync(other);
  writeFileSync(path.join(other, "kubectl"), '#!/bin/sh\necho "the other: $@"\n', { mode: 0o755 });
  const kubectl = (PATH: string): string =>
    String(spawnSync(asset("kubectl"), ["version", "--client"], { cwd: root, env: { PATH } }).stdout);
  assert.equal(kubectl(`${assets}:${other}`), "the other: version --client\n");
  const copy = path.join(assets, "copy");
  mkdirSync(copy);
  writeFileSync(path.join(copy, "kubectl"), readFileSync(asset("kubectl")), { mode: 0o755 });
  assert.match(kubectl(`${assets}:${copy}`), /^Client Version: v1\.36/);
});

test("an operator's tests pass: manager, cache, webhooks, versions, leases, users, tokens, kubectl", async () => {
  // a fresh machine compiles all of it: nothing more than what runs
  const { code, text } = await said(go(), ["test", "-vet=off", "-ldflags=-s -w", "-count=1", "-v", "./..."], {
    KUBEBUILDER_ASSETS: assets,
    GOFLAGS: "-mod=readonly",
  });
  assert.equal(code, 0, text);
  const sources = readdirSync(operator).filter((name) => name.endsWith("_test.go"));
  const names = sources.flatMap((name) =>
    [...readFileSync(path.join(operator, name), "utf8").matchAll(/^func (Test[A-Z]\w*)\(t /gm)].map(([, one]) => one),
  );
  assert.ok(names.length >= 12);
  for (const name of names) assert.match(text, new RegExp(`^--- PASS: ${name} `, "m"));
});
