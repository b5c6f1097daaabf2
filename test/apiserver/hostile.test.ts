/** What nobody sends by mistake: the server answers it as any fault of a client's, and is the same afterwards. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { type Ask, serve } from "./server.ts";

const maps = "/api/v1/namespaces/default/configmaps";
const json = "application/json";
const merge = "application/merge-patch+json";
const nested = (open: string, close: string): string => open.repeat(50_000) + close.repeat(50_000);
const laughs = (): string => {
  const line = (name: string, of: string): string => `${name}: &${name} [${Array(10).fill(of).join(",")}]\n`;
  const letters = [..."abcdefgh"];
  return letters.map((name, i) => line(name, i ? `*${letters[i - 1]}` : "x")).join("");
};

let ask: Ask;
before(async () => {
  ask = await serve();
  await ask(`POST ${maps}`, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" }, data: { a: "b" } });
});

const cases: readonly { what: string; request: string; body?: string; type?: string; status: number }[] = [
  { what: "an object in an object in …", request: `POST ${maps}`, body: `${nested('{"a":', "}")}`, status: 400 },
  { what: "a list in a list in …", request: `POST ${maps}`, body: `{"data":${nested("[", "]")}}`, status: 400 },
  {
    ...{ what: "a patch that deep", request: `PATCH ${maps}/c`, type: merge, status: 400 },
    body: `{"data":${nested("[", "]")}}`,
  },
  ...["application/json", "application/yaml"].flatMap((type) =>
    [600, 2000, 9000].map((depth) => ({
      ...{ what: `${depth} lists within one another as ${type}`, request: `POST ${maps}`, type, status: 400 },
      body: `{"metadata":{"name":"deep"},"data":${"[".repeat(depth)}${"]".repeat(depth)}}`,
    })),
  ),
  {
    ...{ what: "copies of copies", request: `PATCH ${maps}/c`, type: "application/json-patch+json", status: 422 },
    body: JSON.stringify(Array.from({ length: 60 }, (_, n) => ({ op: "copy", from: "/data", path: `/data/${n}` }))),
  },
  {
    ...{ what: "one thing in another, patch by patch", request: `PATCH ${maps}/c`, status: 422 },
    type: "application/json-patch+json",
    body: JSON.stringify(
      Array.from({ length: 2000 }, (_, n) => ({ op: "add", path: `/data${"/a".repeat(n + 1)}`, value: {} })),
    ),
  },
  { what: "YAML that grows", request: `POST ${maps}`, body: laughs(), type: "application/yaml", status: 400 },
  { what: "a selector by what all objects have", request: `GET ${maps}?fieldSelector=constructor%3Dx`, status: 400 },
  { what: "a subresource that all objects have", request: `GET ${maps}/c/constructor`, status: 404 },
  { what: "a group that all objects have", request: "GET /apis/constructor/v1/things", status: 404 },
  { what: "a name that leads up", request: `GET ${maps}/%2e%2e%2fc`, status: 404 },
  {
    ...{ what: "limits of what all objects have", request: "POST /api/v1/namespaces/default/limitranges", type: json },
    body: '{"metadata":{"name":"l"},"spec":{"limits":[{"type":"Pod","min":{"memory":"1"},"max":{"toString":"1"}}]}}',
    status: 422,
  },
];
for (const { what, request, body, type, status } of cases)
  test(`${what} is answered with ${status}`, async () => {
    const answer = await ask(request, body, undefined, type);
    assert.equal(answer.status, status, answer.text);
  });

const patches = [
  { type: merge, body: '{"__proto__":{"stained":"x"},"metadata":{"__proto__":{"stained":"x"}}}' },
  { type: merge, body: '{"data":{"__proto__":{"stained":"x"}},"constructor":{"prototype":{"stained":"x"}}}' },
  { type: "application/strategic-merge-patch+json", body: '{"metadata":{"__proto__":{"stained":"x"}}}' },
  { type: "application/json-patch+json", body: '[{"op":"add","path":"/data/__proto__/stained","value":"x"}]' },
  {
    type: "application/json-patch+json",
    body: '[{"op":"add","path":"/data","value":1,"from":"/__proto__/stained/x"}]',
  },
  { type: "application/apply-patch+yaml", body: "apiVersion: v1\nkind: ConfigMap\n__proto__: {stained: x}\n" },
];
for (const { type, body } of patches)
  test(`${type} ${body} leaves no stain`, async () => {
    await ask(`PATCH ${maps}/c?fieldManager=me`, body, undefined, type);
    assert.equal(({} as { stained?: string }).stained, undefined);
    const { body: found } = await ask(`GET ${maps}/c`);
    assert.deepEqual(found.data, { a: "b" });
  });
