import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeObject } from "../../api/object.ts";
import type { Describer, Surroundings } from "./describer.ts";
import { describerOf } from "./describers.ts";
import { readable } from "./generic.ts";
import { Page } from "./page.ts";

process.env.TZ = "UTC";
const now = Date.parse("2026-01-02T00:05:00Z");
const nothing: Surroundings = {
  list: async () => [],
  get: async () => Promise.reject(new Error("none")),
  events: async () => [],
};

async function described(
  describer: Describer,
  object: object,
  around: Partial<Surroundings> = {},
): Promise<readonly string[]> {
  const page = new Page(now);
  await describer(page, object as unknown as KubeObject, { ...nothing, ...around });
  return page.toString().split("\n");
}

const pod = {
  kind: "Pod",
  metadata: { name: "web", namespace: "shop", labels: { b: "2", a: "1" }, annotations: { note: "x" } },
  spec: {
    nodeName: "n1",
    containers: [
      {
        name: "c",
        image: "nginx",
        ports: [{ containerPort: 80, protocol: "TCP" }],
        env: [{ name: "A", value: "1" }],
        resources: { limits: { memory: "64Mi" } },
      },
    ],
    tolerations: [{ key: "k", operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 }],
  },
  status: {
    phase: "Running",
    hostIP: "10.0.0.1",
    podIP: "10.1.0.2",
    podIPs: [{ ip: "10.1.0.2" }],
    startTime: "2026-01-02T00:00:00Z",
    containerStatuses: [
      {
        name: "c",
        ready: true,
        restartCount: 1,
        image: "nginx",
        imageID: "i",
        containerID: "x://1",
        state: { running: { startedAt: "2026-01-02T00:00:05Z" } },
      },
    ],
  },
};

test("a pod is described: where it is, what runs in it, what it tolerates", async () => {
  const lines = await described(describerOf("pods"), pod);
  for (const line of [
    "Name:         web",
    "Node:         n1/10.0.0.1",
    "Start Time:   Fri, 02 Jan 2026 00:00:00 +0000",
    "Labels:       a=1",
    "              b=2",
    "Annotations:  note: x",
    "    Port:           80/TCP",
    "    State:          Running",
    "      Started:      Fri, 02 Jan 2026 00:00:05 +0000",
    "    Restart Count:  1",
    "      memory:  64Mi",
    "      A:         1",
    "    Mounts:      <none>",
    "Volumes:         <none>",
    "QoS Class:       Burstable",
    "Tolerations:     k:NoExecute op=Exists for 300s",
    "Events:          <none>",
  ])
    assert.ok(lines.includes(line), `${line}\n--- in ---\n${lines.join("\n")}`);
});

test("events come in the order of their time, with how often they were seen", async () => {
  const events = [
    {
      type: "Warning",
      reason: "BackOff",
      message: "again",
      count: 3,
      firstTimestamp: "2026-01-02T00:00:00Z",
      lastTimestamp: "2026-01-02T00:04:00Z",
      source: { component: "kubelet" },
      involvedObject: {},
    },
    {
      type: "Normal",
      reason: "Pulled",
      message: "once",
      count: 1,
      firstTimestamp: "2026-01-02T00:01:00Z",
      lastTimestamp: "2026-01-02T00:01:00Z",
      source: { component: "kubelet" },
      involvedObject: { fieldPath: "spec.containers{c}" },
    },
  ];
  const lines = await described(describerOf("pods"), pod, { events: async () => events as never });
  assert.deepEqual(lines.slice(-5), [
    "  Type     Reason   Age               From     Message",
    "  ----     ------   ----              ----     -------",
    "  Normal   Pulled   4m                kubelet  spec.containers{c}: once",
    "  Warning  BackOff  60s (x3 over 5m)  kubelet  again",
    "",
  ]);
});

test("a secret tells how long its values are, a config map what they are", async () => {
  const secret = await described(describerOf("secrets"), {
    metadata: { name: "s" },
    type: "Opaque",
    data: { p: "eHl6" },
  });
  assert.ok(secret.includes("p:  3 bytes"));
  const config = await described(describerOf("configmaps"), { metadata: { name: "c" }, data: { k: "v" } });
  assert.deepEqual(config.slice(config.indexOf("k:"), config.indexOf("k:") + 3), ["k:", "----", "v"]);
});

test("a role's rules are taken apart, one for each resource", async () => {
  const lines = await described(describerOf("roles.rbac.authorization.k8s.io"), {
    metadata: { name: "r" },
    rules: [
      { apiGroups: ["", "apps"], resources: ["pods"], verbs: ["get", "list"] },
      { apiGroups: [""], resources: ["pods"], verbs: ["watch"] },
    ],
  });
  assert.ok(lines.some((line) => /^ {2}pods\.apps +\[\] +\[\] +\[get list\]$/.test(line)));
  assert.ok(lines.some((line) => /^ {2}pods +\[\] +\[\] +\[get list watch\]$/.test(line)));
});

test("what has no description of its own is told field by field", async () => {
  const lines = await described(describerOf("widgets.example.com"), {
    apiVersion: "example.com/v1",
    kind: "Widget",
    metadata: { name: "w", uid: "u" },
    spec: { apiURL: "x", sizes: [1, 2] },
  });
  for (const line of ["API Version:  example.com/v1", "Kind:         Widget", "Spec:", "  Sizes:", "    1"])
    assert.ok(lines.includes(line), lines.join("\n"));
});

const names = [
  ["lastTransitionTime", "Last Transition Time"],
  ["apiVersion", "API Version"],
  ["uid", "UID"],
  ["nonResourceURLs", "Non Resource URLs"],
  ["example.com/x", "example.com/x"],
] as const;
for (const [field, want] of names) test(`${field} is read as ${want}`, () => assert.equal(readable(field), want));
