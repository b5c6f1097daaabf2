import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJson } from "./json-text.ts";

const read: readonly [string, unknown][] = [
  ['"\\ud800"', "\ufffd"],
  ['{"\\udc00":"\\ud83d\\ude00"}', { "\ufffd": "😀" }],
  ['"\\\\ud800"', "\\ud800"],
  ['"\\ud800\\ud83d\\ude00"', "\ufffd😀"],
];
for (const [text, want] of read) test(`${text} is read`, () => assert.deepEqual(parseJson(text), want));

for (const text of ["1e999", '{"a":[-1e400]}', "9".repeat(400)])
  test(`${text.slice(0, 20)} is refused`, () => {
    assert.throws(() => parseJson(text), { name: "DecodeError", message: /cannot unmarshal number/ });
  });
