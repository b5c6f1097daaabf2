import assert from "node:assert/strict";
import { test } from "node:test";
import { pod } from "../../api/core/pod.ts";
import type { FieldValidation } from "../context.ts";
import { readBody } from "./body.ts";

const yaml = "application/yaml";
const read = (
  body: string,
  contentType: string | undefined,
  fieldValidation: FieldValidation,
  warnings: string[] = [],
) => readBody(new TextEncoder().encode(body), pod, { contentType, fieldValidation, warnings });

const refused: readonly { name: string; body: string; type?: string; want: string }[] = [
  {
    name: "another kind",
    body: '{"apiVersion":"v1","kind":"Service"}',
    want: 'Service in version "v1" cannot be handled as a Pod: converting (v1.Service) to (core.Pod): unknown conversion',
  },
  {
    name: "another kind that is not valid itself",
    body: '{"apiVersion":"v1","kind":"Secret","data":{"a":"!"}}',
    want: 'Secret in version "v1" cannot be handled as a Pod: illegal base64 data at input byte 0',
  },
  {
    name: "a kind that does not exist",
    body: '{"apiVersion":"x.io/v2","kind":"X"}',
    want: 'X in version "v2" cannot be handled as a Pod: no kind "X" is registered for version "x.io/v2" in scheme "pkg/api/legacyscheme/scheme.go:30"',
  },
  {
    name: "a key twice",
    body: '{"metadata":{"name":"a","name":"b"}}',
    want: 'Pod in version "v1" cannot be handled as a Pod: strict decoding error: duplicate field "metadata.name"',
  },
  {
    name: "a key twice between keys that are unknown: in the order of the text",
    body: '{"one":1,"metadata":{"name":"a","name":"b"},"spec":{"containers":[{"two":2}]}}',
    want: 'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "one", duplicate field "metadata.name", unknown field "spec.containers[0].two"',
  },
  {
    name: "a key twice in YAML",
    body: "kind: Pod\nkind: Pod\n",
    type: yaml,
    want: 'Pod in version "v1" cannot be handled as a Pod: strict decoding error: yaml: unmarshal errors:\n  line 2: key "kind" already set in map',
  },
  {
    name: "broken YAML",
    body: "a: b: c",
    type: yaml,
    want: "the object provided is unrecognized (must be of type Pod): yaml: mapping values are not allowed in this context (613a20623a2063)",
  },
  {
    name: "broken JSON",
    body: "{",
    want: "the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: unexpected end of JSON input ({)",
  },
  {
    name: "a wrong type deep inside",
    body: '{"metadata":{"labels":{"a":1}}}',
    want: 'Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
  },
]; // prettier-ignore
for (const { name, body, type, want } of refused) {
  test(`a body is refused: ${name}`, () => assert.throws(() => read(body, type, "Strict"), { message: want }));
}

test("a key that stands twice in YAML is warned of, and the last one holds", () => {
  const warnings: string[] = [];
  const made = read("metadata:\n  name: a\n  name: b\n", yaml, "Warn", warnings);
  assert.deepEqual([made.metadata.name, warnings], ["b", ['line 3: key "name" already set in map']]);
});
