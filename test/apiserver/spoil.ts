/** Ways to spoil what a client sends: values, texts, bytes, addresses. All choices are `random`'s. */
import { below, type Random } from "../../src/base/random.ts";

export const pick = <T>(random: Random, from: readonly T[]): T => from[below(random, from.length)] as T;

type Json = unknown;

const deep = (levels: number): Json => {
  let value: Json = "core";
  for (let i = 0; i < levels; i++) value = i % 2 ? [value] : { a: value };
  return value;
};

/** Texts that something or other reads as more than a text. */
export const oddTexts = [
  ...[
    "",
    " ",
    "a",
    "-",
    "..",
    "/",
    "%",
    "%zz",
    "\u0000",
    "\n",
    "\ud800",
    "ä€𝄞",
    "\u202e",
    "__proto__",
    "constructor",
    "toString",
  ],
  ...[
    "0",
    "-1",
    "1e9",
    "1e999",
    "NaN",
    "9223372036854775808",
    "true",
    "null",
    "*",
    "{}",
    "[]",
    "a=b",
    "a in (b",
    "!",
    ",",
    "a,,b",
    "==",
  ],
  ...[
    "x".repeat(300),
    "a/b/c",
    "a.b/c",
    "10.0.0.1",
    "10.0.0.0/8",
    "::1",
    "fe80::1%eth0",
    "300.1.1.1",
    "http",
    "1Gi",
    "-1m",
    "1.5e3Ki",
  ],
  ...[
    "2020-01-01T00:00:00Z",
    "2020-13-01T00:00:00Z",
    "0000-00-00",
    "Always",
    "IfNotPresent",
    "kubernetes.io/a",
    "default",
    "kube-system",
  ],
  ...[
    "(((((",
    "[a-",
    "a{99999999}",
    "object.x",
    "1 + 'a'",
    "$(A)",
    "{{.}}",
    "{.a[?(@.b==",
    "..".repeat(50),
    "/".repeat(300),
  ],
]; // prettier-ignore

const oddNumbers = [0, -0, -1, 1.5, 1e308, -1e308, 5e-324, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 2 ** 63, 2 ** 64, 65536];

export function oddValue(random: Random): Json {
  const simple: (() => Json)[] = [
    () => null,
    () => true,
    () => [],
    () => ({}),
    () => pick(random, oddNumbers),
    () => pick(random, oddTexts),
    () => [null],
    () => [pick(random, oddTexts), pick(random, oddNumbers)],
    () => ({ [pick(random, oddTexts)]: pick(random, oddTexts) }),
    () => ({ a: null }),
    () => deep(pick(random, [3, 50, 220, 1500])),
    () => Array.from({ length: 50 }, () => ({})),
  ];
  return pick(random, simple)();
}

/** All places of a value, as pairs of holder and key. */
function places(value: Json, out: [{ [key: string]: Json }, string][] = []): [{ [key: string]: Json }, string][] {
  if (typeof value !== "object" || value === null) return out;
  const holder = value as { [key: string]: Json };
  for (const key of Object.keys(holder)) {
    out.push([holder, key]);
    places(holder[key], out);
  }
  return out;
}

/** Changes some places of a copy: other values, no value, other keys, more keys, values of elsewhere. */
export function spoilValue(random: Random, value: Json): Json {
  const copy = structuredClone(value);
  for (let changes = 1 + below(random, 3); changes > 0; changes--) {
    const all = places(copy);
    if (!all.length) return oddValue(random);
    const [holder, key] = pick(random, all);
    const [elsewhere, other] = pick(random, all);
    const set = (name: string, value: Json): void => {
      holder[name] = value;
    };
    const ways: (() => unknown)[] = [
      () => set(key, oddValue(random)),
      () => set(key, oddValue(random)),
      () => set(key, typeof holder[key] === "number" ? pick(random, oddNumbers) : pick(random, oddTexts)),
      () => (Array.isArray(holder) ? holder.splice(Number(key), 1) : delete holder[key]),
      () => (Array.isArray(holder) ? holder.push(structuredClone(holder[Number(key)])) : set("extra", 1)),
      () => set(pick(random, oddTexts), structuredClone(holder[key])),
      () => set(key, structuredClone(elsewhere[other])),
    ];
    pick(random, ways)();
  }
  return copy;
}

/** Breaks a text of JSON: keys twice, words that are none, odd numbers, trailing and leading things. */
export function spoilJson(random: Random, value: Json): string {
  const text = JSON.stringify(value);
  const ways = [
    () => text.replace(/"(\w+)":/, (all) => `${all}null,${all}`),
    () => text.replace(/\{/, '{"a":1,"a":2,'),
    () =>
      text.replace(
        /:("[^"]*"|\d+)/,
        pick(random, [":1e999", ":-1e400", ":01", ":NaN", ":.5", ":1.", ":9007199254740993"]),
      ),
    () => text + pick(random, ["", " ", "x", "{}", "\u0000", "]"]),
    () => pick(random, ["\ufeff", " ", "[", "\n", "{}"]) + text,
    () => text.replace(/"/, pick(random, ["'", "\\u0022", '"\\ud800', '"\u0001', '"\\x'])),
    () => `{"apiVersion":${JSON.stringify(pick(random, oddTexts))},${text.slice(1)}`,
    () => `{"kind":${JSON.stringify(oddValue(random))},${text.slice(1)}`,
  ]; // prettier-ignore
  return pick(random, ways)();
}

/** Cuts, flips, doubles or puts in bytes. */
export function spoilBytes(random: Random, bytes: Uint8Array): Uint8Array {
  let out = Uint8Array.from(bytes);
  for (let changes = 1 + below(random, 4); changes > 0; changes--) {
    const at = below(random, out.length + 1);
    const ways = [
      () => out.slice(0, at),
      () => out.map((byte, i) => (i === at ? byte ^ (1 << below(random, 8)) : byte)),
      () => out.map((byte, i) => (i === at ? below(random, 256) : byte)),
      () =>
        Buffer.concat([
          out.slice(0, at),
          Buffer.from(Array.from({ length: 3 }, () => below(random, 256))),
          out.slice(at),
        ]),
      () => Buffer.concat([out.slice(0, at), out.slice(Math.max(0, at - 20))]),
      () => Buffer.concat([out.slice(0, at), Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x7f), out.slice(at)]),
    ]; // prettier-ignore
    out = Uint8Array.from(pick(random, ways)());
  }
  return out;
}

/** An address with a part changed, left out, doubled or put in. */
export function spoilPath(random: Random, path: string): string {
  const parts = path.split("/");
  const at = 1 + below(random, parts.length);
  const odd = (): string => encodeURIComponent(pick(random, oddTexts).toWellFormed());
  const ways = [
    () => parts.with(Math.min(at, parts.length - 1), odd()),
    () => parts.toSpliced(at, 1),
    () => parts.toSpliced(at, 0, odd()),
    () => parts.toSpliced(at, 0, parts[at] ?? ""),
    () => [
      ...parts,
      pick(random, ["status", "scale", "log", "eviction", "binding", "token", "approval", "finalize", "resize", "x"]),
    ],
    () => [...parts, ""],
    () =>
      parts.with(
        Math.min(at, parts.length - 1),
        pick(random, ["%", "%2", "%ff", "%2e%2e", "%00", "..", "watch", "proxy"]),
      ),
  ]; // prettier-ignore
  return pick(random, ways)().join("/");
}

const parameters: readonly (readonly [string, readonly string[]])[] = [
  ["labelSelector", ["a=b", "a in (b,c)", "!a", "a>1", "a notin", "a in ()", "a==b,,", "a=b=c", "(", "a,b!=c"]],
  [
    "fieldSelector",
    ["metadata.name=a", "spec.x=1", "metadata.name!=a,metadata.namespace=b", "a\\", "=", "metadata.name=a\\,b"],
  ],
  ["continue", ["e30", "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhIn0", "bnVsbA", "W10", "!"]],
  ["resourceVersion", ["0", "1", "99999999999", "-1", "00", "a", "1.5"]],
  ["resourceVersionMatch", ["Exact", "NotOlderThan", "x"]],
  ["limit", ["0", "1", "-1", "99999999999999999999", "1.5", "a"]],
  ["timeoutSeconds", ["0", "1", "-1", "1e9", "a", "99999999999999"]],
  ["timeout", ["1s", "-1s", "a", "1h1m", "99999999h"]],
  ["watch", ["true", "1", "0", "x", ""]],
  ["allowWatchBookmarks", ["true", "x"]],
  ["sendInitialEvents", ["true", "false", "x"]],
  ["fieldManager", ["me", "a b", "\u0007", "x".repeat(129)]],
  ["fieldValidation", ["Strict", "Warn", "Ignore", "x"]],
  ["dryRun", ["All", "x", ""]],
  ["force", ["true", "x"]],
  ["pretty", ["true", "x"]],
  ["gracePeriodSeconds", ["0", "-1", "1e3", "99999999999999999999", "a"]],
  ["propagationPolicy", ["Foreground", "Orphan", "Background", "x"]],
  ["orphanDependents", ["true", "x"]],
  ["preconditions", ["x"]],
  ["includeObject", ["None", "Metadata", "Object", "x"]],
]; // prettier-ignore

export function oddQuery(random: Random): string {
  const query = new URLSearchParams();
  for (let count = 1 + below(random, 4); count > 0; count--) {
    const [name, values] = pick(random, parameters);
    query.append(name, random.next() < 0.7 ? pick(random, values) : pick(random, oddTexts).toWellFormed());
  }
  return query.toString();
}

const headers: readonly (readonly [string, readonly string[]])[] = [
  [
    "accept",
    ["*/*", "a", ";", ",,,", "application/json;as=Table;g=meta.k8s.io;v=v1", "application/json;as=x", "text/html;q=x"],
  ],
  [
    "accept",
    [
      "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
      "application/yaml;stream=watch",
    ],
  ],
  ["content-type", ["", "a", "application/json;", "application/json; charset=x", "text/plain", "multipart/form-data"]],
  ["authorization", ["Bearer", "Bearer a.b.c", "Basic !", "Bearer ", "x"]],
  ["impersonate-user", ["a", "", "system:serviceaccount:a", "system:node:"]],
  ["impersonate-group", ["g", ""]],
  ["impersonate-extra-a%2", ["x"]],
  ["accept-encoding", ["gzip", "br;q=x", "*"]],
  ["if-none-match", ["*", '"a"']],
  ["user-agent", ["", "/", "x".repeat(400), "Mozilla/5.0", "ä"]],
  ["audit-id", ["", "x".repeat(65), "a"]],
  ["x-remote-user", ["system:admin"]],
  ["traceparent", ["00-x"]],
  ["connection", ["upgrade"]],
  ["content-length", ["-1"]],
]; // prettier-ignore

export function oddHeaders(random: Random): Record<string, string> {
  const out: Record<string, string> = {};
  for (let count = 1 + below(random, 3); count > 0; count--) {
    const [name, values] = pick(random, headers);
    out[name] = pick(random, values);
  }
  return out;
}

export function oddJsonPatch(random: Random, object: object): Json {
  const paths = [
    "",
    "/",
    "/metadata",
    "/metadata/name",
    "/metadata/labels",
    "/spec",
    "/spec/-",
    "/spec/x/0",
    "/data/__proto__",
    "/-",
    "a",
    "/kind",
  ];
  for (const [, key] of places(object))
    paths.push(`/spec/${key}`, `/metadata/${key}`, `/spec/template/spec/containers/0/${key}`);
  const one = (): Json => ({
    op: pick(random, ["add", "remove", "replace", "move", "copy", "test", "x"]),
    path: pick(random, paths),
    ...(random.next() < 0.4 && { from: pick(random, paths) }),
    ...(random.next() < 0.8 && { value: oddValue(random) }),
  });
  return random.next() < 0.1 ? oddValue(random) : Array.from({ length: 1 + below(random, 4) }, one);
} // prettier-ignore

const directives = [
  { $patch: "replace" },
  { $patch: "delete" },
  { $patch: "merge" },
  { $patch: "x" },
  { $retainKeys: ["a"] },
  { $retainKeys: 1 },
  { "$setElementOrder/containers": [{ name: "b" }, { name: "main" }] },
  { "$setElementOrder/containers": [1] },
  { "$deleteFromPrimitiveList/finalizers": ["a"] },
  { "$deleteFromPrimitiveList/args": "x" },
];

/** A patch that merges: some of the object, spoiled, with directives in it. */
export function oddMergePatch(random: Random, object: object): Json {
  const patch = spoilValue(random, object);
  for (const [holder, key] of places(patch))
    if (random.next() < 0.08 && !Array.isArray(holder) && typeof holder[key] === "object" && holder[key])
      Object.assign(holder[key], pick(random, directives));
  return patch;
}
