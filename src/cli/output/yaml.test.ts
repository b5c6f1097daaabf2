import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { toYaml } from "./yaml.ts";

const cases: readonly { name: string; value: unknown; want: string }[] = [
  {
    name: "keys are in order, lists are not indented",
    value: { b: [1, { y: 1, x: 2 }], a: "x" },
    want: 'a: x\nb:\n- 1\n- x: 2\n  "y": 1\n',
  },
  {
    name: "what is empty is written on its line",
    value: { a: {}, b: [], c: null, d: "" },
    want: 'a: {}\nb: []\nc: null\nd: ""\n',
  },
  {
    name: "texts that look like something else are quoted",
    value: ["1", "true", "null", "1.5", "0x1f", "2020-01-01"],
    want: '- "1"\n- "true"\n- "null"\n- "1.5"\n- "0x1f"\n- "2020-01-01"\n',
  },
  {
    name: "texts that would be syntax are quoted once",
    value: ["a: b", "- x", "#c", "{d}", "it's: so"],
    want: "- 'a: b'\n- '- x'\n- '#c'\n- '{d}'\n- 'it''s: so'\n",
  },
  { name: "several lines are a block", value: { a: "x\ny\n", b: "x\ny" }, want: "a: |\n  x\n  y\nb: |-\n  x\n  y\n" },
  { name: "tabs and other signs are escaped", value: ["a\tb", "\u0007"], want: '- "a\\tb"\n- "\\a"\n' },
  { name: "lists in lists", value: [[1, 2], []], want: "- - 1\n  - 2\n- []\n" },
];
for (const { name, value, want } of cases) {
  test(`YAML: ${name}`, () => {
    assert.equal(toYaml(value), want);
    assert.deepEqual(parse(toYaml(value), { version: "1.1" }), value);
  });
}

test("YAML: long lines are broken behind the eightieth column, and read back whole", () => {
  const message = "word ".repeat(40).trim();
  const text = toYaml({ spec: { message } });
  assert.ok(text.split("\n").every((line) => line.length <= 90));
  assert.deepEqual(parse(text), { spec: { message } });
});
