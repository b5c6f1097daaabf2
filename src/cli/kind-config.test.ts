/** What a kind configuration asks for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readKindConfig } from "./kind-config.ts";

const head = "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n";

test("one control plane and three workers, with what they have", () => {
  const wanted = readKindConfig(`${head}name: dev
nodes:
- role: worker
- role: control-plane
  labels: { ingress-ready: "true" }
  extraPortMappings: [{ containerPort: 80, hostPort: 8080 }, { containerPort: 443, hostPort: 8443, listenAddress: 0.0.0.0 }]
  kubeadmConfigPatches: ["…"]
- role: worker
  image: kindest/node:v1.36.0
networking: { apiServerPort: 7443, podSubnet: 10.200.0.0/16, disableDefaultCNI: true }
`);
  assert.deepEqual(wanted, {
    name: "dev",
    nodes: [
      {
        role: "control-plane",
        labels: { "ingress-ready": "true" },
        ports: [
          { nodePort: 80, hostPort: 8080, address: "127.0.0.1" },
          { nodePort: 443, hostPort: 8443, address: "0.0.0.0" },
        ],
      },
      { role: "worker", labels: {}, ports: [] },
      { role: "worker", labels: {}, ports: [] },
    ],
    port: 7443,
    ranges: { pods: "10.200.0.0/16" },
    ignored: ["networking.disableDefaultCNI", "nodes.kubeadmConfigPatches", "nodes.image"],
  });
});

test("without nodes: a control plane alone", () => {
  assert.deepEqual(readKindConfig(head).nodes, [{ role: "control-plane", labels: {}, ports: [] }]);
});

const refused: readonly [string, string, RegExp][] = [
  ["another kind of file", "kind: Pod\napiVersion: v1\n", /cannot be read/],
  ["two control planes", `${head}nodes: [{ role: control-plane }, { role: control-plane }]`, /2 control planes/],
  ["no control plane", `${head}nodes: [{ role: worker }]`, /0 control planes/],
  ["an unknown role", `${head}nodes: [{ role: etcd }]`, /the role etcd/],
  ["a range that is no /16", `${head}networking: { podSubnet: 10.0.0.0/8 }`, /podSubnet is 10\.0\.0\.0\/8/],
];
for (const [what, text, message] of refused)
  test(`refused: ${what}`, () => {
    assert.throws(() => readKindConfig(text), message);
  });
