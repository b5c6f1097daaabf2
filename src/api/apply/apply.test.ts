import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../errors.ts";
import type { KubeObject, ManagedFieldsEntry } from "../object.ts";
import { decode, type JsonObject } from "../schema/decode.ts";
import type { StructType } from "../schema/model.ts";
import { types } from "../schema/types.ts";
import { applyObject } from "./apply.ts";
import { recordUpdate, type WriteByManager } from "./field-manager.ts";

/** Plays a story of applies and updates over one object and tells what became of it. */
class Story {
  readonly #schema: StructType;
  readonly #apiVersion: string;
  readonly #kind: string;
  #object: KubeObject | undefined;
  #clock = 0;

  constructor(type: string, apiVersion: string, kind: string) {
    this.#schema = types.struct(type);
    this.#apiVersion = apiVersion;
    this.#kind = kind;
  }

  #write(manager: string): WriteByManager {
    const time = `2026-01-01T00:00:0${++this.#clock}Z`;
    return {
      schema: this.#schema,
      apiVersion: this.#apiVersion,
      manager,
      subresource: "",
      time,
      writable: (set) => set,
    };
  }

  #typed(fields: object): JsonObject {
    const { metadata, ...rest } = fields as JsonObject;
    return {
      apiVersion: this.#apiVersion,
      kind: this.#kind,
      metadata: { name: "m", ...(metadata as object) },
      ...rest,
    };
  }

  apply(manager: string, fields: object, force = false): this {
    const { object, managedFields } = applyObject(this.#object, this.#typed(fields), {
      ...this.#write(manager),
      force,
    });
    return this.#store(object, managedFields);
  }

  put(manager: string, fields: object): this {
    const next = decode(this.#schema, this.#typed(fields)) as unknown as KubeObject;
    return this.#store(next as unknown as JsonObject, recordUpdate(this.#object, next, this.#write(manager)));
  }

  #store(object: JsonObject, managedFields: ManagedFieldsEntry[] | undefined): this {
    const made = decode(this.#schema, object) as unknown as KubeObject;
    this.#object = { ...made, metadata: { ...made.metadata, managedFields } };
    return this;
  }

  get data(): unknown {
    return this.#object?.data;
  }

  get spec(): JsonObject {
    return this.#object?.spec as JsonObject;
  }

  get annotations(): unknown {
    return this.#object?.metadata.annotations;
  }

  /** `manager operation second fields`, an entry each. */
  get owners(): string[] {
    return (this.#object?.metadata.managedFields ?? []).map(
      ({ manager, operation, time, fieldsV1 }) =>
        `${manager} ${operation} ${time?.slice(18, 19) ?? "-"} ${JSON.stringify(fieldsV1).replaceAll('"', "")}`,
    );
  }
}

const map = (): Story => new Story("core/v1.ConfigMap", "v1", "ConfigMap");
const pod = (): Story => new Story("core/v1.Pod", "v1", "Pod");
const data = (fields: object): object => ({ data: fields });
const containers = (...list: readonly object[]): object => ({ spec: { containers: list } });

const stories: readonly { name: string; told: Story; data: unknown; owners: readonly string[] }[] = [
  {
    name: "an apply creates",
    told: map().apply("one", data({ a: "1" })),
    data: { a: "1" },
    owners: ["one Apply 1 {f:data:{f:a:{}}}"],
  },
  {
    name: "what is left out is removed",
    told: map()
      .apply("one", data({ a: "1", b: "2" }))
      .apply("one", data({ b: "2" })),
    data: { b: "2" },
    owners: ["one Apply 2 {f:data:{f:b:{}}}"],
  },
  {
    name: "what another applies too stays when it is left out",
    told: map()
      .apply("one", data({ a: "1" }))
      .apply("two", data({ a: "1" }))
      .apply("one", data({})),
    data: { a: "1" },
    owners: ["two Apply - {f:data:{f:a:{}}}", "one Apply 1 {f:data:{}}"],
  },
  {
    name: "what an update has taken stays when it is left out",
    told: map()
      .apply("one", data({ a: "1" }))
      .put("two", data({ a: "2" }))
      .apply("one", data({ b: "1" })),
    data: { a: "2", b: "1" },
    owners: ["one Apply 3 {f:data:{f:b:{}}}", "two Update 2 {f:data:{f:a:{}}}"],
  },
  {
    name: "force takes a field over",
    told: map()
      .apply("one", data({ a: "1", b: "1" }))
      .apply("two", data({ a: "2" }), true),
    data: { a: "2", b: "1" },
    owners: ["one Apply 1 {f:data:{f:b:{}}}", "two Apply 2 {f:data:{f:a:{}}}"],
  },
  {
    name: "an apply that changes nothing keeps its time",
    told: map()
      .apply("one", data({ a: "1" }))
      .apply("one", data({ a: "1" })),
    data: { a: "1" },
    owners: ["one Apply 1 {f:data:{f:a:{}}}"],
  },
  {
    name: "what was never tracked is owned by before-first-apply",
    told: map()
      .put("x", { ...data({ a: "1" }), metadata: {} })
      .put("x", { ...data({ a: "1" }), metadata: { managedFields: [{}] } })
      .apply("one", data({ b: "2" })),
    data: { a: "1", b: "2" },
    owners: ["one Apply 3 {f:data:{f:b:{}}}", "before-first-apply Update 3 {f:data:{.:{},f:a:{}}}"],
  },
];
for (const { name, told, data: wanted, owners } of stories) {
  test(`apply: ${name}`, () => assert.deepEqual([told.data, told.owners], [wanted, owners]));
}

test("apply: items keep the server's place, or stand in the order they are applied in, after what they follow", () => {
  const names = (story: Story): unknown => (story.spec.containers as { name: string }[]).map(({ name }) => name);
  const told = pod().apply("one", containers({ name: "a" }, { name: "b" }, { name: "c" }));
  assert.deepEqual(names(told.apply("two", containers({ name: "d" }))), ["a", "b", "c", "d"]);
  assert.deepEqual(names(told.apply("one", containers({ name: "c" }, { name: "a" }))), ["c", "d", "a"]);
});

test("apply: an item goes when its last owner leaves it out, with all that only that one set", () => {
  const told = pod()
    .apply("one", containers({ name: "a", image: "i" }, { name: "b", image: "i" }))
    .apply("two", containers({ name: "b", command: ["c"] }))
    .apply("one", containers({ name: "a", image: "i" }));
  assert.deepEqual(told.spec.containers, [
    { name: "a", image: "i", resources: {} },
    { name: "b", command: ["c"], resources: {} },
  ]);
});

const refusals: readonly { name: string; story: () => unknown; want: string; fields?: readonly string[] }[] = [
  {
    name: "one field of another applier",
    story: () =>
      map()
        .apply("one", data({ a: "1" }))
        .apply("two", data({ a: "2" })),
    want: 'Apply failed with 1 conflict: conflict with "one": .data.a',
    fields: [".data.a"],
  },
  {
    name: "a field of an updater",
    story: () =>
      map()
        .put("one", data({ a: "1" }))
        .apply("two", data({ a: "2" })),
    want: 'Apply failed with 1 conflict: conflict with "one" using v1: .data.a',
    fields: [".data.a"],
  },
  {
    name: "several fields of several managers",
    story: () =>
      map()
        .apply("one", data({ a: "1", b: "1" }))
        .apply("other", data({ c: "1" }))
        .apply("two", data({ a: "2", b: "2", c: "2" })),
    want: 'Apply failed with 3 conflicts: conflicts with "one":\n- .data.a\n- .data.b\nconflicts with "other":\n- .data.c',
    fields: [".data.a", ".data.b", ".data.c"],
  },
  {
    name: "an unknown field",
    story: () => map().apply("one", { nope: 1 }),
    want: "failed to create typed patch object (/m; /v1, Kind=ConfigMap): .nope: field not declared in schema",
  },
  {
    name: "an item twice",
    story: () => pod().apply("one", containers({ name: "a" }, { name: "a" })),
    want: 'failed to create typed patch object (/m; /v1, Kind=Pod): .spec.containers: duplicate entries for key [name="a"]',
  },
  {
    name: "several wrong types",
    story: () => pod().apply("one", { spec: { containers: "x", hostNetwork: 1 } }),
    want: "failed to create typed patch object (/m; /v1, Kind=Pod): errors:\n  .spec.containers: expected list, got &{x}\n  .spec.hostNetwork: expected boolean, got &{1}",
  },
];
for (const { name, story, want, fields } of refusals) {
  test(`apply refuses ${name}`, () =>
    assert.throws(story, (error: unknown) => {
      assert.ok(error instanceof ApiError);
      assert.equal(error.message, want);
      assert.deepEqual(
        error.details?.causes?.map(({ field }) => field),
        fields,
      );
      return true;
    }));
}

const annotation = "kubectl.kubernetes.io/last-applied-configuration";
const clientSide = (fields: object): object => {
  const text = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m" }, ...fields });
  return { ...fields, metadata: { annotations: { [annotation]: text } } };
};

test("apply: kubectl takes over what its client-side apply has set, and keeps the annotation up to date", () => {
  const told = map()
    .put("kubectl-client-side-apply", clientSide(data({ a: "1" })))
    .apply("kubectl", data({ a: "2" }));
  const text = '{"apiVersion":"v1","data":{"a":"2"},"kind":"ConfigMap","metadata":{"name":"m"}}\n';
  assert.deepEqual([told.data, told.annotations], [{ a: "2" }, { [annotation]: text }]);
});

test("apply: kubectl does not take over what was changed since", () => {
  const told = map()
    .put("kubectl-client-side-apply", clientSide(data({ a: "1" })))
    .put("other", { ...clientSide(data({ a: "1" })), data: { a: "9" } });
  assert.throws(() => told.apply("kubectl", data({ a: "2" })), /conflict with "other" using v1: .data.a$/);
});

test("apply: what has no schema is maps all the way, and lists are one leaf", () => {
  const told = new Story("apps/v1.ControllerRevision", "apps/v1", "ControllerRevision").apply("one", {
    data: { spec: { list: [{ name: "a" }], deep: { x: 1 } } },
    revision: 1,
  });
  assert.deepEqual(told.owners, ["one Apply 1 {f:data:{f:spec:{.:{},f:deep:{.:{},f:x:{}},f:list:{}}},f:revision:{}}"]);
});
