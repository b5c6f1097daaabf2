import assert from "node:assert/strict";
import test from "node:test";
import { configMap } from "../../api/core/config-map.ts";
import { pod as podKind } from "../../api/core/pod.ts";
import type { KubeObject } from "../../api/object.ts";
import type { ResourceQuota } from "../../client/kinds.ts";
import { statusOf } from "./plan.ts";

const quota = (hard: Record<string, string>, more: object = {}, used: Record<string, string> = {}) =>
  ({ metadata: {}, spec: { hard, ...more }, status: { hard: {}, used } }) as unknown as ResourceQuota;
const pod = (cpu: string | undefined, phase = "Running"): KubeObject => ({
  metadata: {},
  spec: { containers: [{ name: "c", resources: cpu ? { requests: { cpu } } : {} }] },
  status: { phase },
});
const objects = [
  { kind: podKind, objects: [pod("100m"), pod("250m"), pod(undefined), pod("1", "Succeeded")] },
  { kind: configMap, objects: [{ metadata: {} }] },
];

const cases = [
  {
    name: "adds up what is limited",
    quota: quota({ pods: "5", "requests.cpu": "1", configmaps: "2" }),
    want: { pods: "3", "requests.cpu": "350m", configmaps: "1" },
  },
  {
    name: "counts objects, those that have ended too",
    quota: quota({ "count/pods": "9" }),
    want: { "count/pods": "4" },
  },
  { name: "looks at scopes", quota: quota({ pods: "5" }, { scopes: ["BestEffort"] }), want: { pods: "1" } },
  {
    name: "keeps what nobody counts, and forgets what is no longer limited",
    quota: quota({ "count/things.example.com": "3" }, {}, { "count/things.example.com": "2", pods: "7" }),
    want: { "count/things.example.com": "2" },
  },
];
for (const { name, quota: given, want } of cases) {
  test(`a quota ${name}`, () => assert.deepEqual(statusOf(given, objects, 0)?.used, want));
}
