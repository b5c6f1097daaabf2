import assert from "node:assert/strict";
import { test } from "node:test";
import { compile, Faults } from "./compile.ts";
import { estimateCost } from "./cost/estimate.ts";
import { program } from "./evaluate/program.ts";
import { kubernetesEnvironment } from "./library/kubernetes.ts";
import { untypedValue } from "./schema/untyped.ts";
import { listOf, mapOf, types } from "./types/type.ts";
import { typeName } from "./values/describe.ts";
import { CelError } from "./values/error.ts";
import { elements, isList } from "./values/list.ts";
import { entriesOf, isMap } from "./values/map.ts";
import { Uint } from "./values/uint.ts";
import type { Value } from "./values/value.ts";

const environment = kubernetesEnvironment.withVariables({
  text: types.string,
  n: types.int,
  list: listOf(types.string),
  map: mapOf(types.string, types.string),
  any: types.dyn,
});
const variables: Readonly<Record<string, unknown>> = {
  text: "hello",
  n: 7,
  list: ["a", "b"],
  map: { a: "1" },
  any: { a: 1, deep: { b: [1, 2] } },
};

const show = (value: Value): string => {
  if (typeof value === "object" && value !== null) {
    if (isList(value)) return `[${[...elements(value)].map(show).join(", ")}]`;
    if (isMap(value)) return `{${[...entriesOf(value)].map(([k, v]) => `${show(k)}: ${show(v)}`).join(", ")}}`;
    if (value instanceof Uint) return `${value.value}u`;
    if ("text" in value) return String(value.text?.());
    if (value instanceof Uint8Array) return `b${value.join()}`;
    return `${typeName(value)} ${String(value)}`;
  }
  return typeof value === "string" ? `'${value}'` : String(value);
};

function evaluate(text: string): string {
  const checked = compile(text, environment);
  if (checked instanceof Faults)
    return (
      checked
        .toString()
        .replace(/^ERROR: <input>:/, "")
        .split("\n")[0] ?? ""
    );
  try {
    const outcome = program(checked).run({
      find: (name) => (name in variables ? untypedValue(variables[name]) : undefined),
    });
    return outcome.kind === "value" ? show(outcome.value) : outcome.message;
  } catch (error) {
    assert.ok(error instanceof CelError); // what is the same each time is computed beforehand
    return error.message;
  }
}

const cases: readonly (readonly [text: string, result: string])[] = [
  ["9223372036854775807 + n", "integer overflow"],
  ["5u - 6u", "unsigned integer overflow"],
  ["n / 0", "division by zero"],
  ["-7 / 2", "-3"],
  ["-7 % 3", "-1"],
  ["dyn(1) == 1.0", "true"],
  ["1u < 2", "true"],
  ["'😀x'.size()", "2"],
  ["'😀x'.indexOf('x')", "1"],
  ["list[5]", "index out of bounds: 5"],
  ["map.b", "no such key: b"],
  ["any.deep.b[1]", "2"],
  ["has(any.deep.c)", "false"],
  ["any.?x.?y.orValue(3)", "3"],
  ["any.a + 'x'", "no such overload"],
  ["[0, 1].exists(x, 10 / x > 5)", "true"],
  ["[0, 1].map(x, 10 / x)", "division by zero"],
  ["false && 1 / 0 == 1", "false"],
  ["1 / 0 == 1 || true", "true"],
  ["list.transformMapEntry(i, x, {x: i})", "{'a': 0, 'b': 1}"],
  ["[3, 1, 2].sortBy(x, -x)", "[3, 2, 1]"],
  ["'%s has %d of %.1f'.format([text, n, 1.25])", "'hello has 7 of 1.2'"],
  ["'%s'.format([{'b': [1.5], 'a': null}])", `'{"a":null, "b":[1.500000]}'`],
  ["text.replace('l', 'L', 1).split('L')", "['he', 'lo']"],
  ["string(1000000.0) + string(0.5)", "'1e+060.5'"],
  ["string(timestamp('2024-01-01T00:00:00+02:00'))", "'2024-01-01T00:00:00+02:00'"],
  ["timestamp('2024-03-31T01:30:00Z').getHours('Europe/Berlin')", "3"],
  ["string(duration('1h30m') + duration('1ms'))", "'5400.001s'"],
  ["string(b'\\xff')", "invalid UTF-8 in bytes, cannot convert to string"],
  ["quantity('1.5Gi').sub(quantity('512Mi'))", "1Gi"],
  ["ip('::ffff:1.2.3.4')", 'IPv4-mapped IPv6 address "::ffff:1.2.3.4" is not allowed'],
  ["cidr('10.1.2.3/8').masked()", "10.0.0.0/8"],
  ["cidr('fd00::/8').containsIP('fd12::1')", "true"],
  ["url('https://[::1]:80/a?b=c').getHostname()", "'::1'"],
  [
    "url('http://a:b/')",
    'URL parse error during conversion from string: parse "http://a:b/": invalid port ":b" after host',
  ],
  ["semver('v1.2', true).minor()", "2"],
  ["semver('1.0.0-rc.2').isLessThan(semver('1.0.0-rc.10'))", "true"],
  ["format.dns1123Label().validate('A').value()[0].startsWith('a lowercase RFC 1123 label')", "true"],
  ["'aXbX'.findAll('[a-z]')", "['a', 'b']"],
  ["sets.equivalent([1, 2], [2, 1, 1])", "true"],
  ["n.matches('a')", "1:10: found no matching overload for 'matches' applied to 'int.(string)'"],
  ["text.nothing()", "1:13: undeclared reference to 'nothing' (in container '')"],
  ["[1, 'a']", "1:5: expected type 'int' but found 'string'"],
  ["true && n", "1:9: expected type 'bool' but found 'int'"],
  [
    "n.all(x, true)",
    "1:1: expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)",
  ],
  ["text.x", "1:5: type 'string' does not support field selection"],
  ["duration('x')", "1:10: invalid duration argument"],
  ["text.matches('(')", "1:14: invalid matches argument"],
  [
    "'%d'.format(['a'])",
    "1:14: error during formatting: decimal clause can only be used on integers, was given string",
  ],
];
for (const [text, result] of cases) test(`${text} gives ${result}`, () => assert.equal(evaluate(text), result));

const costs: readonly (readonly [text: string, bounds: string, spent: number])[] = [
  ["n + 1 > 2", "3..3", 3],
  ["list.all(x, x == text)", "2..", 10],
  ["any.deep.b[1] == 2", "3..3", 5],
  ["n in [1, 2, 3]", "14..14", 1],
  ["[n, 1].size() == 2", "13..13", 13],
  ["text.matches('^h.*o$')", "3..", 3],
  ["n > 3 ? list : []", "3..12", 2],
];
for (const [text, bounds, spent] of costs) {
  test(`${text} costs ${spent}`, () => {
    const checked = compile(text, environment);
    assert.ok(!(checked instanceof Faults));
    const { min, max } = estimateCost(checked);
    const outcome = program(checked).run({ find: (name) => untypedValue(variables[name]) });
    assert.equal(`${min}..${max > 1e12 ? "" : max}`, bounds);
    assert.equal(outcome.cost, spent);
  });
}

test("a run stops where it may cost no more, whatever would absorb a fault", () => {
  const checked = compile("list.all(x, list.all(y, list.all(z, x + y + z != ''))) || true", environment);
  assert.ok(!(checked instanceof Faults));
  const many = Array.from({ length: 200 }, (_, i) => `element ${i}`);
  const outcome = program(checked).run({ find: () => untypedValue(many) }, 10_000);
  assert.deepEqual([outcome.kind, outcome.cost < 10_100], ["over", true]);
});
