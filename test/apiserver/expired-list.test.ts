import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "./server.ts";

interface Page {
  readonly metadata: { readonly continue?: string; readonly remainingItemCount?: number };
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
}

// https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
test("a list whose revision has been compacted goes on with the token in the error", async () => {
  const { ask, store } = await start();
  const list = "/api/v1/namespaces/default/configmaps";
  for (let i = 0; i < 8; i++) await ask(`POST ${list}`, { metadata: { name: `item-${i}` } });
  const first = (await ask(`GET ${list}?limit=3`)).body as unknown as Page;
  await ask(`DELETE ${list}/item-5`);
  await store.compact(store.revision);

  const refused = await ask(`GET ${list}?limit=3&continue=${first.metadata.continue}`);
  assert.equal(refused.status, 410);
  assert.match(refused.text, /^The provided continue parameter is too old/);
  const token = (refused.body as unknown as Page).metadata.continue;

  const second = (await ask(`GET ${list}?limit=3&continue=${token}`)).body as unknown as Page;
  assert.deepEqual(
    second.items.map(({ metadata }) => metadata.name),
    ["item-3", "item-4", "item-6"],
  );
  assert.equal(second.metadata.remainingItemCount, 1);
});
