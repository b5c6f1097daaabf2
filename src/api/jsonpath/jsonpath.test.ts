import assert from "node:assert/strict";
import { test } from "node:test";
import { JsonPath, relaxed } from "./jsonpath.ts";

const pods = {
  kind: "List",
  items: [
    {
      metadata: { name: "a", labels: { app: "web", "example.com/tier": "front" } },
      status: { phase: "Running", restarts: 3 },
    },
    { metadata: { name: "b", labels: { app: "db" } }, status: { phase: "Pending", restarts: 0 } },
  ],
  empty: [],
  nothing: null,
};

const cases: readonly { name: string; template: string; want: string }[] = [
  { name: "text alone is text", template: "hello", want: "hello" },
  { name: "a field", template: "{.kind}", want: "List" },
  { name: "the root may be named", template: "{$.kind}", want: "List" },
  { name: "several results stand with blanks between", template: "{.items[*].metadata.name}", want: "a b" },
  { name: "an index", template: "{.items[1].metadata.name}", want: "b" },
  { name: "an index from the end", template: "{.items[-1].metadata.name}", want: "b" },
  { name: "a slice", template: "{.items[0:1].metadata.name}", want: "a" },
  { name: "what is not there is nothing", template: "[{.none}]", want: "[]" },
  { name: "null is null", template: "{.nothing}", want: "null" },
  { name: "maps are JSON", template: "{.items[1].metadata.labels}", want: '{"app":"db"}' },
  { name: "lists are JSON", template: "{.empty}", want: "[]" },
  { name: "a dot in a name is escaped", template: "{.items[0].metadata.labels.example\\.com/tier}", want: "front" },
  { name: "a name in brackets", template: "{.items[0].metadata.labels['app']}", want: "web" },
  { name: "a union", template: "{.items[0]['metadata.name','status.phase']}", want: "a Running" },
  { name: "descent", template: "{..phase}", want: "Running Pending" },
  { name: "a filter by equality", template: '{.items[?(@.status.phase=="Pending")].metadata.name}', want: "b" },
  { name: "a filter by number", template: "{.items[?(@.status.restarts>1)].metadata.name}", want: "a" },
  {
    name: "a filter by presence",
    template: "{.items[?(@.metadata.labels.example\\.com/tier)].metadata.name}",
    want: "a",
  },
  {
    name: "a range",
    template: '{range .items[*]}{.metadata.name}={.status.phase}{"\\n"}{end}',
    want: "a=Running\nb=Pending\n",
  },
  { name: "text in a range", template: "{range .items[*]}<{.metadata.name}>{end}!", want: "<a><b>!" },
  { name: "a range of nothing", template: "{range .empty[*]}x{end}done", want: "done" },
];
for (const { name, template, want } of cases)
  test(`JSONPath: ${name}`, () => assert.equal(new JsonPath(template).print(pods), want));

const faults: readonly { template: string; want: string }[] = [
  { template: "{.items", want: "unclosed action" },
  { template: "{.items[0}", want: "unterminated array" },
  { template: "{.items[x]}", want: "invalid array index x" },
  { template: "{end}", want: "not in range, nothing to end" },
  { template: "{.items[5].x}", want: "array index out of bounds: index 5, length 2" },
  { template: "{.kind[0]}", want: "string is not array or slice" },
];
for (const { template, want } of faults)
  test(`JSONPath refuses ${template}`, () =>
    assert.throws(() => new JsonPath(template).print(pods), { message: want }));

test("paths without braces are understood", () => {
  for (const text of [".metadata.name", "metadata.name", "{.metadata.name}", "{metadata.name}"])
    assert.equal(relaxed(text), "{.metadata.name}");
});
