/** Where pods go, and why they go nowhere: one cycle over a cluster that is written down. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Selector } from "../api/selectors.ts";
import { seeded } from "../base/random.ts";
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod } from "../client/kinds.ts";
import { fitMessage, schedule } from "./cycle.ts";
import type { Snapshot } from "./framework.ts";
import { NodeInfo } from "./node-info.ts";
import { podInfo } from "./pod-info.ts";
import { filterPlugins, scorePlugins } from "./profile.ts";

interface Made {
  readonly labels?: Record<string, string>;
  readonly taints?: readonly object[];
  readonly unschedulable?: boolean;
  readonly cpu?: string;
  readonly images?: readonly object[];
  /** Pods that are there. */
  readonly pods?: readonly Pod[];
}

let count = 0;
const pod = (spec: object = {}, labels: Record<string, string> = {}, namespace = "default"): Pod => {
  const name = `p${count++}`;
  const containers = [{ name: "c", image: "i" }];
  return {
    metadata: { name, namespace, uid: name, labels },
    spec: { containers, ...spec },
    status: {},
  } as unknown as Pod;
};
const asking = (cpu: string, more: object = {}): Pod =>
  pod({ containers: [{ name: "c", image: "i", resources: { requests: { cpu } } }], ...more });
const near = (topologyKey: string, app: string) => ({ topologyKey, labelSelector: { matchLabels: { app } } });
const required = (kind: "podAffinity" | "podAntiAffinity", term: object) => ({
  affinity: { [kind]: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
});

function node(name: string, made: Made): NodeInfo {
  const { labels, taints, unschedulable, cpu = "4", images, pods = [] } = made;
  const info = new NodeInfo({
    metadata: { name, labels: { "kubernetes.io/hostname": name, ...labels } },
    spec: { taints, unschedulable },
    status: { allocatable: { cpu, memory: "8Gi", pods: "110" }, images },
  } as unknown as Node);
  for (const one of pods) info.add(podInfo(one));
  return info;
}

interface Cluster {
  readonly nodes: Readonly<Record<string, Made>>;
  readonly claims?: Readonly<Record<string, object>>;
  readonly volumes?: Readonly<Record<string, object>>;
}

/** The name of the node, or the message of the event. */
function outcome(asked: Pod, { nodes, claims = {}, volumes = {} }: Cluster): string {
  const made = Object.entries(nodes).map(([name, one]) => node(name, one));
  const snapshot: Snapshot = {
    nodes: made,
    namespaceLabels: () => ({}),
    defaultSelector: (): Selector => [],
    nodesWithImage: (image) => made.filter((one) => one.images.has(image)).length,
    claim: (_, name) => claims[name] as PersistentVolumeClaim | undefined,
    volume: (name) => volumes[name] as PersistentVolume | undefined,
    bindsLate: () => false,
  };
  const random = seeded(1);
  const decided = schedule(podInfo(asked), snapshot, {
    filters: filterPlugins,
    scores: scorePlugins,
    random,
    startAt: 0,
  });
  return decided.is === "placed" ? decided.node.name : fitMessage(made.length, decided, "");
}

const claim = (name: string) => ({ volumes: [{ name: "v", persistentVolumeClaim: { claimName: name } }] });
const bound = { metadata: {}, spec: { volumeName: "pv" }, status: { phase: "Bound" } };
const onlyOn = (name: string) => ({
  spec: {
    nodeAffinity: {
      required: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [name] }] }],
      },
    },
  },
});
const plane = { taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }] };
const two = { a: {}, b: {} };

const cases: readonly [what: string, Pod, Cluster, string][] = [
  ["the node with room", asking("3"), { nodes: { a: { pods: [asking("2")] }, b: {} } }, "b"],
  ["no room anywhere", asking("5"), { nodes: two }, "0/2 nodes are available: 2 Insufficient cpu."],
  [
    "each node counts once, under the first reason",
    asking("5", { nodeSelector: { disk: "ssd" } }),
    { nodes: { plane, a: {}, b: { labels: { disk: "ssd" } } } },
    "0/3 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint(s).",
  ],
  ["a toleration", pod({ tolerations: [{ operator: "Exists" }] }), { nodes: { plane } }, "plane"],
  [
    "a cordoned node",
    pod(),
    { nodes: { a: { unschedulable: true } } },
    "0/1 nodes are available: 1 node(s) were unschedulable.",
  ],
  [
    "a port that is taken",
    pod({ containers: [{ name: "c", image: "i", ports: [{ containerPort: 80, hostPort: 80 }] }] }),
    {
      nodes: {
        a: { pods: [pod({ containers: [{ name: "c", image: "i", ports: [{ containerPort: 8080, hostPort: 80 }] }] })] },
        b: {},
      },
    },
    "b",
  ],
  [
    "beside its like",
    pod(required("podAffinity", near("zone", "db"))),
    {
      nodes: { a: { labels: { zone: "1" } }, b: { labels: { zone: "2" }, pods: [pod({}, { app: "db" })] } },
    },
    "b",
  ],
  [
    "away from its like",
    pod(required("podAntiAffinity", near("kubernetes.io/hostname", "web")), { app: "web" }),
    {
      nodes: { a: { pods: [pod({}, { app: "web" })] }, b: {} },
    },
    "b",
  ],
  [
    "those that are there keep it away",
    pod({}, { app: "web" }),
    {
      nodes: { a: { pods: [pod(required("podAntiAffinity", near("kubernetes.io/hostname", "web")), { app: "web" })] } },
    },
    "0/1 nodes are available: 1 node(s) didn't satisfy existing pods anti-affinity rules.",
  ],
  [
    "spread evenly",
    pod(
      {
        topologySpreadConstraints: [
          { ...near("kubernetes.io/hostname", "web"), maxSkew: 1, whenUnsatisfiable: "DoNotSchedule" },
        ],
      },
      { app: "web" },
    ),
    { nodes: { a: { pods: [pod({}, { app: "web" })] }, b: {} } },
    "b",
  ],
  ["the emptier node", asking("1"), { nodes: { a: { pods: [asking("1")] }, b: {} } }, "b"],
  [
    "the node that has the image",
    pod({ containers: [{ name: "c", image: "big:1" }] }),
    {
      nodes: { a: {}, b: { images: [{ names: ["docker.io/library/big:1"], sizeBytes: 900 * 2 ** 20 }] } },
    },
    "b",
  ],
  ["no nodes", pod(), { nodes: {} }, "no nodes available to schedule pods"],
  [
    "a claim that is not there",
    pod(claim("c")),
    { nodes: two },
    '0/2 nodes are available: persistentvolumeclaim "c" not found.',
  ],
  [
    "a claim that is not bound",
    pod(claim("c")),
    { nodes: two, claims: { c: { metadata: {}, spec: {}, status: { phase: "Pending" } } } },
    "0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims.",
  ],
  [
    "a claim that goes away",
    pod(claim("c")),
    { nodes: two, claims: { c: { ...bound, metadata: { deletionTimestamp: "2030-01-01T00:00:00Z" } } } },
    '0/2 nodes are available: persistentvolumeclaim "c" is being deleted.',
  ],
  ["where its volume is", pod(claim("c")), { nodes: two, claims: { c: bound }, volumes: { pv: onlyOn("b") } }, "b"],
  [
    "its volume is nowhere",
    pod(claim("c")),
    { nodes: two, claims: { c: bound }, volumes: { pv: onlyOn("x") } },
    "0/2 nodes are available: 2 node(s) had volume node affinity conflict.",
  ],
  [
    "a claim of its own, not made yet",
    pod({ volumes: [{ name: "v", ephemeral: {} }] }),
    { nodes: two },
    `0/2 nodes are available: waiting for ephemeral volume controller to create the persistentvolumeclaim "p${count - 1}-v".`,
  ],
];

describe("a pod is scheduled", () => {
  for (const [what, asked, cluster, expected] of cases)
    test(what, () => {
      assert.equal(outcome(asked, cluster), expected);
    });
});
