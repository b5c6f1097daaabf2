/** Which pods have written more than they may. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pod } from "../../client/kinds.ts";
import { exceededStorage, hasStorageLimits, type StorageUsage } from "./storage-limits.ts";

const container = (name: string, limit?: string) => ({
  ...{ name, image: "i" },
  ...(limit && { resources: { limits: { "ephemeral-storage": limit } } }),
});
const pod = (spec: object): Pod => ({ metadata: { name: "p" }, spec, status: {} }) as unknown as Pod;
const usage = (volumes: Record<string, number>, containers: Record<string, number> = {}): StorageUsage => ({
  volumes: new Map(Object.entries(volumes)),
  containers: new Map(Object.entries(containers)),
});
const scratch = { name: "scratch", emptyDir: { sizeLimit: "1Mi" } };
const MiB = 1024 * 1024;

const cases: readonly [what: string, Pod, StorageUsage, string | undefined][] = [
  [
    "a volume over its limit",
    pod({ containers: [container("a")], volumes: [scratch] }),
    usage({ scratch: MiB + 1 }),
    'Usage of EmptyDir volume "scratch" exceeds the limit "1Mi". ',
  ],
  [
    "a volume at its limit",
    pod({ containers: [container("a")], volumes: [scratch] }),
    usage({ scratch: MiB }),
    undefined,
  ],
  [
    "all containers and volumes together over the limits of all containers",
    pod({ containers: [container("a", "1Mi"), container("b", "1Mi")], volumes: [{ name: "v", emptyDir: {} }] }),
    usage({ v: 2 * MiB }, { a: 1 }),
    "Pod ephemeral local storage usage exceeds the total limit of containers 2Mi. ",
  ],
  [
    "one container over its own",
    pod({ containers: [container("a", "1Mi"), container("b", "5Mi")] }),
    usage({}, { a: 2 * MiB }),
    'Container a exceeded its local ephemeral storage limit "1Mi". ',
  ],
  ["no limits", pod({ containers: [container("a")] }), usage({}, { a: 1e12 }), undefined],
];

for (const [what, given, used, message] of cases)
  test(what, () => {
    assert.equal(exceededStorage(given, used), message);
    assert.equal(hasStorageLimits(given), what !== "no limits");
  });

test("pods of the system are not measured", () => {
  assert.equal(hasStorageLimits(pod({ priority: 2e9, containers: [container("a", "1Mi")] })), false);
});
