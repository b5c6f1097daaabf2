import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "../schema/decode.ts";
import { types } from "../schema/types.ts";
import { compare } from "./compare.ts";
import { blank } from "./field-manager.ts";
import { paths } from "./field-set.ts";

interface Case {
  readonly name: string;
  readonly type: string;
  readonly before?: object;
  readonly after: object;
  readonly added?: readonly string[];
  readonly modified?: readonly string[];
  readonly removed?: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: "a new map is a member, and so are its keys",
    type: "core/v1.ConfigMap",
    after: { data: { a: "1" } },
    added: [".data", ".data.a"],
  },
  {
    name: "a struct that is always there is no member, one behind a pointer is",
    type: "apps/v1.Deployment",
    after: { spec: { strategy: { rollingUpdate: { maxSurge: 1 } } } },
    added: [".spec.strategy.rollingUpdate", ".spec.strategy.rollingUpdate.maxSurge"],
  },
  {
    name: "an item is a member with all that is in it",
    type: "core/v1.Pod",
    after: { spec: { containers: [{ name: "a", image: "i" }] } },
    added: [
      '.spec.containers[name="a"]',
      '.spec.containers[name="a"].image',
      '.spec.containers[name="a"].name',
      '.spec.containers[name="a"].resources',
    ],
  },
  {
    name: "a key that is missing has its default",
    type: "core/v1.Service",
    before: { spec: { ports: [{ port: 80, name: "a" }] } },
    after: { spec: { ports: [{ port: 80, name: "b", protocol: "TCP" }] } },
    modified: ['.spec.ports[port=80,protocol="TCP"].name'],
  },
  {
    name: "an atomic list is one leaf",
    type: "core/v1.Pod",
    before: { spec: { tolerations: [{ key: "a" }] } },
    after: { spec: { tolerations: [{ key: "a" }, { key: "b" }] } },
    modified: [".spec.tolerations"],
  },
  {
    name: "items of a set come and go",
    type: "core/v1.ConfigMap",
    before: { metadata: { finalizers: ["x.io/a", "x.io/b"] } },
    after: { metadata: { finalizers: ["x.io/b", "x.io/c"] } },
    added: ['.metadata.finalizers[="x.io/c"]'],
    removed: ['.metadata.finalizers[="x.io/a"]'],
  },
  {
    name: "items in another order are the same",
    type: "core/v1.Pod",
    before: { spec: { containers: [{ name: "a" }, { name: "b" }] } },
    after: { spec: { containers: [{ name: "b" }, { name: "a" }] } },
  },
  {
    name: "items of one key are one leaf, whatever is in them",
    type: "core/v1.Pod",
    before: { spec: { containers: [{ name: "a", env: [{ name: "X", value: "1" }] }] } },
    after: {
      spec: {
        containers: [
          {
            name: "a",
            env: [
              { name: "X", value: "1" },
              { name: "X", value: "2" },
            ],
          },
        ],
      },
    },
    added: ['.spec.containers[name="a"].env[name="X"]'],
    removed: [
      '.spec.containers[name="a"].env[name="X"]',
      '.spec.containers[name="a"].env[name="X"].name',
      '.spec.containers[name="a"].env[name="X"].value',
    ],
  }, // prettier-ignore
  {
    name: "a map that loses its last key is removed",
    type: "core/v1.ConfigMap",
    before: { metadata: { labels: { a: "1" } } },
    after: {},
    removed: [".metadata.labels", ".metadata.labels.a"],
  },
];

for (const { name, type, before, after, added = [], modified = [], removed = [] } of cases) {
  test(`compare: ${name}`, () => {
    const schema = types.struct(type);
    const found = compare(schema, before ? decode(schema, before) : blank(schema), decode(schema, after));
    const got = { added: paths(found.added), modified: paths(found.modified), removed: paths(found.removed) };
    assert.deepEqual(got, { added, modified, removed });
  });
}
