import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { stringify } from "yaml";
import { ConfigError, loadKubeconfig, resolveAccess } from "./kubeconfig.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "cox-kubeconfig-"));

function file(name: string, content: object): string {
  const at = path.join(folder, name);
  writeFileSync(at, stringify(content));
  return at;
}

const first = file("first", {
  clusters: [{ name: "a", cluster: { server: "https://a:1", "certificate-authority": "ca.pem" } }],
  users: [{ name: "u", user: { token: "first" } }],
  contexts: [{ name: "x", context: { cluster: "a", user: "u", namespace: "web" } }],
});
const second = file("second", {
  clusters: [
    { name: "a", cluster: { server: "https://other" } },
    {
      name: "b",
      cluster: { server: "https://b/", "certificate-authority-data": Buffer.from("PEM").toString("base64") },
    },
  ],
  users: [{ name: "u", user: { token: "second" } }],
  contexts: [{ name: "y", context: { cluster: "b", user: "u" } }],
  "current-context": "y",
});
writeFileSync(path.join(folder, "ca.pem"), "CA");
const both = { env: { KUBECONFIG: `${first}:${path.join(folder, "absent")}:${second}` }, home: folder };

test("files of $KUBECONFIG are merged: the first to name a thing wins, absent ones are passed over", () => {
  const config = loadKubeconfig(both);
  assert.equal(config.clusters.a?.server, "https://a:1");
  assert.equal(config.users.u?.token, "first");
  assert.deepEqual(Object.keys(config.contexts).sort(), ["x", "y"]);
  assert.equal(config.currentContext, "y");
});

test("--kubeconfig stands alone, and must be there", () => {
  assert.deepEqual(Object.keys(loadKubeconfig({ ...both, explicit: second }).contexts), ["y"]);
  assert.throws(() => loadKubeconfig({ ...both, explicit: path.join(folder, "absent") }), ConfigError);
});

test("the current context is taken, with data out of the file", () => {
  const access = resolveAccess(loadKubeconfig(both));
  assert.equal(access.server, "https://b");
  assert.equal(access.authority, "PEM");
  assert.equal(access.namespace, "default");
  assert.equal(access.token, "first");
});

test("paths in a file are relative to it; what the command line says comes first", () => {
  const access = resolveAccess(loadKubeconfig(both), { context: "x", namespace: "mine", token: "given", as: "amy" });
  assert.equal(access.authority, "CA");
  assert.equal(access.namespace, "mine");
  assert.equal(access.namespaceGiven, true);
  assert.equal(access.token, "given");
  assert.equal(access.as, "amy");
});

test("without any file it is localhost:8080", () => {
  const access = resolveAccess(loadKubeconfig({ env: {}, home: path.join(folder, "nowhere") }));
  assert.equal(access.server, "http://localhost:8080");
});

const faults = [
  { name: "a context that is not there", over: { context: "z" }, want: 'context "z" does not exist' },
  { name: "a cluster that is not there", over: { cluster: "z" }, want: 'cluster "z" does not exist' },
  { name: "a user that is not there", over: { user: "z" }, want: 'auth info "z" does not exist' },
];
for (const { name, over, want } of faults)
  test(`${name} is refused`, () => assert.throws(() => resolveAccess(loadKubeconfig(both), over), { message: want }));
