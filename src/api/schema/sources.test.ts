import assert from "node:assert/strict";
import { test } from "node:test";
import { Sources } from "./sources.ts";

const v1 = { groupVersion: "x/v1", text: "\nA kind\n  one 1 string\n  two 2 B\nB\n  three 1 int32\n" };
const known = [
  { groupVersion: "x/v1", text: "C\n  four 1 bool\n" },
  { groupVersion: "x/v2", like: ["x/v1"], text: "- B\nA like\n  -one\n  two 2 x/v1.B\n  five 3 string\n" },
  { groupVersion: "x/v3", like: ["x/v2"], text: "C\n  six 1 string\n" },
  { groupVersion: "x/v4", text: "B like x/v1\n  three 3 int32\n" },
  { groupVersion: "y/v1", like: ["x/v1", "x/v3"], text: "" },
];
const sources = new Sources([v1], known);
const show = (version: string): string =>
  [...sources.version(version)]
    .map(([n, { marks, fields }]) => [n, ...marks, `{${fields.join("; ")}}`].join(" "))
    .join();

const two = "A kind {two 2 x/v1.B; five 3 string}";
for (const [sentence, version, want] of [
  ["a version has what its texts say", "x/v1", "A kind {one 1 string; two 2 B},B {three 1 int32},C {four 1 bool}"],
  ["fields go, change and come; types go", "x/v2", `${two},C {four 1 bool}`],
  ["a version may be like one that is like another", "x/v3", `${two},C {six 1 string}`],
  ["one type may be like that of another version", "x/v4", "B {three 3 int32}"],
  ["of several versions the later one counts", "y/v1", `${two},B {three 1 int32},C {six 1 string}`],
  ["a version that nobody wrote down is empty", "x/v9", ""],
] as const) {
  test(sentence, () => assert.equal(show(version), want));
}

test("only what is served is named", () => assert.deepEqual([...sources.names()], ["x/v1.A", "x/v1.B"]));
test("being like a type that is not there is a mistake", () => {
  const wrong = new Sources([], [{ groupVersion: "z/v1", text: "A like z/v2\n" }]);
  assert.throws(() => wrong.of("z/v1", "A"), { message: "no type A to be like" });
});
