/** The API server over a full disk: what clients are told, and that they go on once there is room. */
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { realClock, sleep } from "../../src/base/clock.ts";
import { ServerProcess } from "./api-server.ts";
import { SmallDisk } from "./small-disk.ts";

const maps = "/api/v1/namespaces/default/configmaps";
const map = (name: string, more: object = {}) => ({
  ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name, ...more } },
  data: { a: "x".repeat(100_000) },
});

let disk: SmallDisk;
let server: ServerProcess;
before(async () => {
  disk = new SmallDisk(64 << 10);
  server = await ServerProcess.start(path.join(disk.path, "api"));
});
after(async () => {
  await server?.stop();
  disk?.remove();
});

test("on a full disk writes are refused, in words that help; reads and deletes go on; with room all is well again", async () => {
  assert.equal((await server.ask("POST", maps, map("first"))).status, 201);
  assert.equal((await server.ask("POST", maps, map("held", { finalizers: ["example.com/hold"] }))).status, 201);
  disk.fill();
  let refused = { status: 0, text: "" };
  let kept = 0;
  for (; refused.status !== 507; kept++) {
    refused = await server.ask("POST", maps, map(`more-${kept}`));
    assert.ok(refused.status === 201 || refused.status === 507, refused.text);
  }
  const { kind, reason, message, code } = JSON.parse(refused.text) as Record<string, unknown>;
  assert.deepEqual({ kind, reason, code }, { kind: "Status", reason: "InternalError", code: 507 });
  assert.match(String(message), /no room on disk to keep the write: free some where .* is, or delete objects$/);

  assert.equal((await server.ask("GET", `${maps}/first`)).status, 200);
  assert.equal((await server.ask("GET", "/readyz")).status, 200);
  assert.equal((await server.ask("DELETE", `${maps}/first`)).status, 200);
  // marked first, then gone when its finalizer is taken away
  assert.equal((await server.ask("DELETE", `${maps}/held`)).status, 200);
  const held = JSON.parse((await server.ask("GET", `${maps}/held`)).text) as { metadata: object };
  const released = { ...held, metadata: { ...held.metadata, finalizers: [] } };
  assert.equal((await server.ask("PUT", `${maps}/held`, released)).status, 200);
  assert.equal((await server.ask("GET", `${maps}/held`)).status, 404);

  disk.free();
  let answer = refused;
  for (let tries = 0; answer.status !== 201 && tries < 200; tries++) {
    answer = await server.ask("POST", maps, map("after"));
    if (answer.status !== 201) await sleep(realClock, 50);
  }
  assert.equal(answer.status, 201, answer.text);
});
