import assert from "node:assert/strict";
import { test } from "node:test";
import { readAppliedYaml } from "./applied-yaml.ts";

const read: readonly { name: string; body: string; wanted: object; strict?: readonly string[] }[] = [
  { name: "JSON", body: '{"a":{"b":1}}', wanted: { a: { b: 1 } } },
  { name: "YAML", body: "a:\n  b: x\n", wanted: { a: { b: "x" } } },
  { name: "YAML 1.1", body: "a: n\n", wanted: { a: false } },
  { name: "nothing", body: "", wanted: {} },
  { name: "a key twice", body: "a: 1\na: 2\n", wanted: { a: 2 }, strict: ['line 2: key "a" already set in map'] },
  {
    name: "a key twice in JSON",
    body: '{"a":1,"a":2}',
    wanted: { a: 2 },
    strict: ['line 1: key "a" already set in map'],
  },
]; // prettier-ignore
for (const { name, body, wanted, strict = [] } of read) {
  test(`an applied body: ${name}`, () => assert.deepEqual(readAppliedYaml(body), { wanted, strict }));
}

const faults: readonly { body: string; want: string }[] = [
  {
    body: "[1]",
    want: "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}",
  },
  { body: '{"a":', want: "error converting YAML to JSON: yaml: line 1: did not find expected node content" },
  { body: "a: b: c", want: "error converting YAML to JSON: yaml: mapping values are not allowed in this context" },
]; // prettier-ignore
for (const { body, want } of faults) {
  test(`an applied body that is ${JSON.stringify(body)}`, () =>
    assert.throws(() => readAppliedYaml(body), { message: `error decoding YAML: ${want}` }));
}
