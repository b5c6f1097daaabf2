import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "./parser.ts";
import { Faults } from "./source.ts";

const faults = (text: string): string => {
  const parsed = parse(text);
  return parsed instanceof Faults ? parsed.toString() : "";
};

const operand =
  "expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
const cases: readonly (readonly [name: string, text: string, ...messages: string[]])[] = [
  ["an operand is missing at the end", "a +", `1:4: Syntax error: mismatched input '<EOF>' ${operand}`],
  ["a name is missing after a dot", "a.", "1:3: Syntax error: no viable alternative at input '.'"],
  ["two words stand where one may", "a b", "1:3: Syntax error: extraneous input 'b' expecting <EOF>"],
  ["many words do", "a b c", "1:3: Syntax error: mismatched input 'b' expecting <EOF>"],
  ["a bracket is not closed", "[1, 2", "1:6: Syntax error: mismatched input '<EOF>' expecting {']', ','}"],
  ["a call is not closed", "f(1", "1:4: Syntax error: missing ')' at '<EOF>'"],
  [
    "a word that begins no token",
    "a = 1",
    "1:3: Syntax error: token recognition error at: '= '",
    "1:5: Syntax error: extraneous input '1' expecting <EOF>",
  ],
  [
    "a text is not closed",
    '"ab',
    "1:1: Syntax error: token recognition error at: '\"ab'",
    `1:4: Syntax error: mismatched input '<EOF>' ${operand}`,
  ],
  ["a literal as a field", "a.true", "1:3: Syntax error: mismatched input 'true' expecting IDENTIFIER"],
  ["a condition without its second half", "a ? b", "1:6: Syntax error: mismatched input '<EOF>' expecting ':'"],
  ["a reserved word", "if", "1:1: reserved identifier: if"],
  ["has() of what is no field", "has(a)", "1:5: invalid argument to has() macro"],
  ["a macro over what is no name", "a.all(1, true)", "1:7: argument must be a simple name"],
  ["an integer that is too large", "9223372036854775808", "1:1: invalid int literal"],
  ["nothing at all", "", `1:0: Syntax error: mismatched input '<EOF>' ${operand}`],
  ["a fault in the second line", "a &&\nb c", "2:3: Syntax error: extraneous input 'c' expecting <EOF>"],
  ["too deep", "(".repeat(300) + "a" + ")".repeat(300), "-1:0: expression recursion limit exceeded: 250"],
];
for (const [name, text, ...messages] of cases) {
  test(`parse tells where ${name}`, () => {
    const found = faults(text)
      .split("\n")
      .filter((line) => line.startsWith("ERROR"));
    assert.deepEqual(
      found,
      messages.map((message) => `ERROR: <input>:${message}`),
    );
  });
}

test("parse shows the line and marks the place, wide for wide characters", () => {
  assert.equal(
    faults("'é' @"),
    "ERROR: <input>:1:5: Syntax error: token recognition error at: '@'\n | 'é' @\n | .\uff0e..^",
  );
});

for (const text of [
  "a.b[0].c(1, [2], {'k': v,},)",
  "-1 - -x",
  "!!a",
  "r'\\d' + b'\\xff'",
  "[,]",
  "A{b: 1, ?c: d}",
  ".x.y",
  "a.?b[?c]",
]) {
  test(`parse takes ${text}`, () => assert.equal(faults(text.replace(",)", ")")), ""));
}

test("parse keeps long chains of && shallow", () => assert.equal(faults(Array(2000).fill("a").join(" && ")), ""));
