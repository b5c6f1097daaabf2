import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { startRegistryRelay } from "./registry-relay.ts";

test("a registry on loopback is asked over HTTP, a mirror in the stead of its registry", async (t) => {
  const registry = http.createServer((request, response) => response.end(request.url)).listen(0, "127.0.0.1");
  await new Promise((resolve) => registry.once("listening", resolve));
  const name = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
  const relay = await startRegistryRelay("127.0.0.1", { "example.test": `http://${name}/mirror` });
  t.after(async () => {
    await relay.close();
    registry.close();
    registry.closeAllConnections();
  });
  const said = async (url: string): Promise<string> => (await fetch(url)).text();
  assert.equal(await said(`${relay.urlFor(name)}/pause/tags/list`), "/v2/pause/tags/list");
  assert.equal(await said(`${relay.urlFor("example.test")}/pause/tags/list`), "/mirror/v2/pause/tags/list");
});
