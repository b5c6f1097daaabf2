import assert from "node:assert/strict";
import { test } from "node:test";
import { toYaml } from "./objects.ts";
import { readYaml } from "./yaml.ts";

const read: readonly [string, unknown][] = [
  ["a: 2001-01-01", { a: "2001-01-01" }],
  ["a: 2001-01-01T00:00:00Z", { a: "2001-01-01T00:00:00Z" }],
  ["2001-01-01: a", { "2001-01-01": "a" }],
  ["a: !!binary aGk=", { a: "hi" }],
  ["a: &x {b: c}\nd: {<<: *x}", { a: { b: "c" }, d: { b: "c" } }],
  ["'<<': a", { "<<": "a" }],
];
for (const [source, want] of read)
  test(`${JSON.stringify(source)} is read`, () => assert.deepEqual(readYaml(source).value, want));

const refused: readonly [string, RegExp][] = [
  ["<<: a", /map merge requires map or sequence of maps/],
  ["a: &x [*x]", /value contains itself/],
  ['a: "\\ud800"', /invalid Unicode character escape code/],
  ["a: *b", /unknown anchor 'b' referenced/],
  ["a: .inf", /unsupported value: \+Inf/],
  ["? [a]\n: b", /invalid map key/],
  ["- ".repeat(400), /exceeded max depth/],
  [Array.from({ length: 400 }, (_, n) => `${" ".repeat(n)}a:`).join("\n"), /exceeded max depth/],
  ["a: ".padEnd(40_000, "["), /exceeded max depth/],
];
for (const [source, want] of refused)
  test(`${JSON.stringify(source.slice(0, 20))} is refused`, () => {
    assert.throws(() => readYaml(source), { name: "DecodeError", message: want });
  });

for (const value of [{ "<<": "<<" }, { "2001-01-01": "2001-01-01T00:00:00Z" }, { y: "no", "~": "1:30" }])
  test(`${JSON.stringify(value)} is read as it was written`, () =>
    assert.deepEqual(readYaml(toYaml(value)).value, value));
