import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonPatch, readJsonPatch } from "./json-patch.ts";

const before = (): { [key: string]: unknown } => ({ m: { a: "1", "x/y": "2" }, l: ["a", "b"] });
const cases: readonly { name: string; op: object; want: object | "refused" }[] = [
  { name: "add puts a key", op: { op: "add", path: "/m/b", value: 1 }, want: { m: { a: "1", "x/y": "2", b: 1 } } },
  { name: "add puts an item before", op: { op: "add", path: "/l/1", value: "n" }, want: { l: ["a", "n", "b"] } },
  { name: "add puts an item last", op: { op: "add", path: "/l/-", value: "n" }, want: { l: ["a", "b", "n"] } },
  { name: "~1 is a slash", op: { op: "replace", path: "/m/x~1y", value: "z" }, want: { m: { a: "1", "x/y": "z" } } },
  {
    name: "replace may add a key",
    op: { op: "replace", path: "/m/n", value: "z" },
    want: { m: { a: "1", "x/y": "2", n: "z" } },
  },
  { name: "replace may not add an item", op: { op: "replace", path: "/l/9", value: "z" }, want: "refused" },
  { name: "remove takes a key", op: { op: "remove", path: "/m/a" }, want: { m: { "x/y": "2" } } },
  { name: "remove of what is not there", op: { op: "remove", path: "/m/n" }, want: "refused" },
  { name: "move", op: { op: "move", from: "/m/a", path: "/l/0" }, want: { m: { "x/y": "2" }, l: ["1", "a", "b"] } },
  {
    name: "copy of what is not there is null",
    op: { op: "copy", from: "/m/n", path: "/m/c" },
    want: { m: { a: "1", "x/y": "2", c: null } },
  },
  { name: "test holds", op: { op: "test", path: "/l", value: ["a", "b"] }, want: {} },
  { name: "test of null holds where nothing is", op: { op: "test", path: "/m/n", value: null }, want: {} },
  { name: "test fails", op: { op: "test", path: "/l", value: ["a"] }, want: "refused" },
  { name: "a way that leads nowhere", op: { op: "add", path: "/n/b", value: 1 }, want: "refused" },
  { name: "an operation that does not exist", op: { op: "erase", path: "/m" }, want: "refused" },
  { name: "the empty pointer", op: { op: "add", path: "", value: {} }, want: "refused" },
]; // prettier-ignore

for (const { name, op, want } of cases) {
  test(`JSON patch: ${name}`, () => {
    const run = (): object => jsonPatch(before(), readJsonPatch(JSON.stringify([op])).operations);
    if (want === "refused")
      assert.throws(run, { message: "the server rejected our request due to an error in our request" });
    else assert.deepEqual(run(), { ...before(), ...want });
  });
}

const unreadable: readonly { text: string; want: string }[] = [
  { text: "{}", want: "json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp" },
  { text: '["x"]', want: "json: cannot unmarshal string into Go value of type handlers.jsonPatchOp" },
  {
    text: '[{"op":"add","path":1}]',
    want: "json: cannot unmarshal number into Go struct field jsonPatchOp.path of type string",
  },
  { text: "[", want: "unexpected end of JSON input" },
]; // prettier-ignore
for (const { text, want } of unreadable) {
  test(`JSON patch does not read ${text}`, () =>
    assert.throws(() => readJsonPatch(text), { message: `error decoding patch: ${want}` }));
}

test("JSON patch: strict reading tells of members that are unknown or stand twice", () =>
  assert.deepEqual(readJsonPatch('[{"op":"add","op":"add","path":"/m/b","value":1,"extra":2}]').strict, [
    'json patch duplicate field "[0].op"',
    'json patch unknown field "[0].extra"',
  ]));
