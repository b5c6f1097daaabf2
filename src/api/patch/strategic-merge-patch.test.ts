import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../schema/decode.ts";
import { types } from "../schema/types.ts";
import { strategicMergePatch } from "./strategic-merge-patch.ts";

const spec = types.struct("core/v1.PodSpec");
const container = (name: string, more: object = {}): object => ({ name, image: `${name}:1`, ...more });
const two = { containers: [container("a", { args: ["x"] }), container("b")] };
const named = (...names: readonly string[]): object => ({ containers: names.map((name) => ({ name })) });

const cases: readonly { name: string; before: object; patch: object; want: object }[] = [
  {
    name: "maps merge, null removes",
    before: { nodeSelector: { a: "1", b: "2" } },
    patch: { nodeSelector: { a: null, c: "3" } },
    want: { nodeSelector: { b: "2", c: "3" } },
  },
  {
    name: "an item is found by its key",
    before: two,
    patch: { containers: [{ name: "b", image: "b:2" }] },
    want: { containers: [container("a", { args: ["x"] }), { name: "b", image: "b:2" }] },
  },
  { name: "a new item comes first", before: named("a"), patch: named("c"), want: named("c", "a") },
  {
    name: "lists without a key are replaced",
    before: { tolerations: [{ key: "a" }] },
    patch: { tolerations: [{ key: "b" }] },
    want: { tolerations: [{ key: "b" }] },
  },
  {
    name: "$patch: delete takes an item out",
    before: named("a", "b"),
    patch: { containers: [{ name: "a", $patch: "delete" }] },
    want: named("b"),
  },
  {
    name: "$patch: delete of what is not there does nothing",
    before: named("a"),
    patch: { containers: [{ name: "z", $patch: "delete" }] },
    want: named("a"),
  },
  {
    name: "$patch: replace puts the list in place of the old one",
    before: named("a", "b"),
    patch: { containers: [{ $patch: "replace" }, { name: "c" }] },
    want: named("c"),
  },
  {
    name: "$patch: replace puts a map in place of the old one",
    before: { securityContext: { fsGroup: 1 } },
    patch: { securityContext: { $patch: "replace", runAsUser: 2 } },
    want: { securityContext: { runAsUser: 2 } },
  },
  {
    name: "$patch: delete empties a map",
    before: { securityContext: { fsGroup: 1 } },
    patch: { securityContext: { $patch: "delete" } },
    want: { securityContext: {} },
  },
  {
    name: "a directive on what is not there leaves nothing",
    before: {},
    patch: { securityContext: { $patch: "delete" } },
    want: {},
  },
  {
    name: "$retainKeys clears all other keys",
    before: { securityContext: { fsGroup: 1, runAsUser: 2 } },
    patch: { securityContext: { $retainKeys: ["runAsUser"], runAsUser: 3 } },
    want: { securityContext: { runAsUser: 3 } },
  },
  {
    name: "$setElementOrder orders, server's items stay where they fit",
    before: named("a", "b", "c"),
    patch: { "$setElementOrder/containers": [{ name: "c" }, { name: "a" }] },
    want: named("b", "c", "a"),
  },
  {
    name: "$setElementOrder places new items",
    before: named("a", "b"),
    patch: { "$setElementOrder/containers": [{ name: "a" }, { name: "n" }, { name: "b" }], ...named("n") },
    want: named("a", "n", "b"),
  },
  {
    name: "nulls in new values are left out",
    before: {},
    patch: { nodeSelector: { a: null, b: "1" } },
    want: { nodeSelector: { b: "1" } },
  },
]; // prettier-ignore

for (const { name, before, patch, want } of cases) {
  test(`strategic merge: ${name}`, () => {
    const [given, by] = [JSON.stringify(before), JSON.stringify(patch)];
    assert.deepEqual(strategicMergePatch(before as JsonObject, patch as JsonObject, spec), want);
    assert.deepEqual([JSON.stringify(before), JSON.stringify(patch)], [given, by], "the arguments are as they were");
  });
}

test("strategic merge: lists of scalars merge as sets, and $deleteFromPrimitiveList takes out", () => {
  const meta = types.struct("meta/v1.ObjectMeta");
  const before = { finalizers: ["a", "b"] };
  assert.deepEqual(strategicMergePatch(before, { finalizers: ["b", "c"] }, meta), { finalizers: ["a", "b", "c"] });
  const gone = strategicMergePatch(before, { "$deleteFromPrimitiveList/finalizers": ["a"] }, meta);
  assert.deepEqual(gone, { finalizers: ["b"] });
});

const faults: readonly { name: string; patch: object; want: string }[] = [
  {
    name: "an item without its key",
    patch: { containers: [{ image: "x" }] },
    want: "map: map[image:x] does not contain declared merge key: name",
  },
  {
    name: "a deletion without its key",
    patch: { containers: [{ $patch: "delete" }] },
    want: "map: map[$patch:delete] does not contain declared merge key: name",
  },
  {
    name: "merge as a directive",
    patch: { containers: [{ $patch: "merge", name: "a" }] },
    want: "merging lists cannot yet be specified in the patch",
  },
  {
    name: "a directive that does not exist",
    patch: { containers: [{ $patch: "erase", name: "a" }] },
    want: "unknown patch type: erase in map: map[$patch:erase name:a]",
  },
  {
    name: "strings among maps",
    patch: { containers: ["a"] },
    want: "list element types are not identical: [[map[args:[x] image:a:1 name:a] map[image:b:1 name:b]] [a]]",
  },
  { name: "retained keys that are no list", patch: { $retainKeys: "a" }, want: "invalid patch format of retainKeys" },
  {
    name: "a key that is set but not retained",
    patch: { $retainKeys: ["a"], hostname: "h" },
    want: "invalid patch format of retainKeys",
  },
  {
    name: "a directive without the name of its list",
    patch: { $deleteFromPrimitiveList: [] },
    want: "invalid patch format of primitive list",
  },
  {
    name: "an order that is a map",
    patch: { "$setElementOrder/containers": {} },
    want: "expected a []interface {}, but received a map[string]interface {}",
  },
  {
    name: "an item that the order does not name",
    patch: { "$setElementOrder/containers": [{ name: "b" }], ...named("n") },
    want: "The order in patch list:\n[map[name:n]]\n doesn't match $setElementOrder list:\n[map[name:b]]\n",
  },
]; // prettier-ignore
for (const { name, patch, want } of faults) {
  test(`strategic merge refuses ${name}`, () =>
    assert.throws(() => strategicMergePatch(two as JsonObject, patch as JsonObject, spec), { message: want }));
}
