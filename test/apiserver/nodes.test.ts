/** What a kubelet may read and write in its own name. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { type Ask, kubelet, serve } from "./server.ts";

const core = "/api/v1/namespaces/default";
const merge = "application/merge-patch+json";
const me = kubelet("n");
const node = (name: string, metadata: object = {}): object => ({
  kind: "Node",
  apiVersion: "v1",
  metadata: { name, ...metadata },
});
const pod = (name: string, spec: object = {}, metadata: object = {}): object => ({
  ...{ kind: "Pod", apiVersion: "v1", metadata: { name, ...metadata } },
  spec: { nodeName: "n", automountServiceAccountToken: false, containers: [{ name: "c", image: "i" }], ...spec },
});
const secret = (name: string): object => ({ kind: "Secret", apiVersion: "v1", metadata: { name } });
const lease = (name: string): object => ({ kind: "Lease", apiVersion: "coordination.k8s.io/v1", metadata: { name } });

let ask: Ask;
let uid = "";
before(async () => {
  ask = await serve();
  await ask(`POST ${core}/serviceaccounts`, {
    kind: "ServiceAccount",
    apiVersion: "v1",
    metadata: { name: "default" },
  });
  uid = ((await ask("POST /api/v1/nodes", node("n"))).body.metadata as { uid: string }).uid;
  for (const name of ["used", "unused"]) await ask(`POST ${core}/secrets`, secret(name));
  await ask(`POST ${core}/pods`, pod("mine", { volumes: [{ name: "v", secret: { secretName: "used" } }] }));
  await ask(`POST ${core}/pods`, pod("other", { nodeName: "m" }));
});

const unrelated = "no relationship found between node 'n' and this object";
const reads = [
  { get: "/api/v1/nodes/n", says: "Node" },
  { get: "/api/v1/nodes/m", says: "node 'n' cannot read 'm', only its own Node object" },
  { get: "/api/v1/nodes", says: "node 'n' cannot read all nodes, only its own Node object" },
  { get: "/api/v1/nodes?fieldSelector=metadata.name%3Dn", says: "NodeList" },
  { get: `${core}/secrets/used`, says: "Secret" },
  { get: `${core}/secrets/unused`, says: unrelated },
  { get: `${core}/secrets?fieldSelector=metadata.name%3Dused`, says: "SecretList" },
  { get: `${core}/secrets`, says: "No Object name found" },
  { get: `${core}/pods/mine`, says: "Pod" },
  { get: `${core}/pods/other`, says: unrelated },
  { get: `${core}/pods`, says: "can only list/watch pods with spec.nodeName field selector" },
  { get: "/api/v1/pods?fieldSelector=spec.nodeName%3Dn", says: "PodList" },
  { get: "/apis/apps/v1/deployments", says: "at the cluster scope" },
  {
    get: "/apis/coordination.k8s.io/v1/namespaces/default/leases/n",
    says: 'in the "kube-node-lease" system namespace',
  },
];
for (const { get, says } of reads) {
  test(`a kubelet that reads ${get}: ${says}`, async () => {
    const { text } = await ask(`GET ${get}`, undefined, me);
    assert.ok(text === says || text.endsWith(says), text);
  });
}

const mirror = { "kubernetes.io/config.mirror": "x" };
const owner = (): object => ({ apiVersion: "v1", kind: "Node", name: "n", uid, controller: true });
const patchNode = (patch: object): [string, object] => ["PATCH /api/v1/nodes/n", patch];
const leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
const writes: readonly { name: string; does: () => [string, object]; says: string }[] = [
  { name: "its lease", does: () => [`POST ${leases}`, lease("n")], says: "Lease" },
  {
    name: "the lease of another",
    does: () => [`POST ${leases}`, lease("m")],
    says: "can only access node lease with the same name as the requesting node",
  },
  {
    name: "another node",
    does: () => ["POST /api/v1/nodes", node("m")],
    says: 'node "n" is not allowed to modify node "m"',
  },
  {
    name: "a node whose name is to be made",
    does: () => ["POST /api/v1/nodes", { ...node("n"), metadata: { generateName: "n-" } }],
    says: 'nodes "n-" is forbidden: node "n" is not allowed to modify node ""',
  },
  {
    name: "a label of its own",
    does: () => patchNode({ metadata: { labels: { "example.com/a": "b" } } }),
    says: "Node",
  },
  {
    name: "labels that steer pods",
    does: () =>
      patchNode({ metadata: { labels: { "node-restriction.kubernetes.io/a": "b", "kubernetes.io/b": "c" } } }),
    says: "is not allowed to modify labels: kubernetes.io/b, node-restriction.kubernetes.io/a",
  },
  {
    name: "its taints",
    does: () => patchNode({ spec: { taints: [] } }),
    says: 'node "n" is not allowed to modify taints',
  },
  {
    name: "a pod that is no mirror",
    does: () => [`POST ${core}/pods`, pod("p")],
    says: 'pod does not have "kubernetes.io/config.mirror" annotation, node "n" can only create mirror pods',
  },
  {
    name: "a mirror pod that nobody owns",
    does: () => [`POST ${core}/pods`, pod("p", {}, { annotations: mirror })],
    says: 'node "n" can only create pods with an owner reference set to itself',
  },
  {
    name: "a mirror pod with a secret in its environment",
    does: () => [
      `POST ${core}/pods`,
      pod(
        "p",
        { containers: [{ name: "c", image: "i", envFrom: [{ secretRef: { name: "used" } }] }] },
        { annotations: mirror, ownerReferences: [owner()] },
      ),
    ],
    says: 'node "n" can not create pods that reference secrets',
  },
  {
    name: "a mirror pod",
    does: () => [`POST ${core}/pods`, pod("p", {}, { annotations: mirror, ownerReferences: [owner()] })],
    says: "Pod",
  },
  {
    name: "the status of another's pod",
    does: () => [`PATCH ${core}/pods/other/status`, { status: { message: "x" } }],
    says: 'node "n" can only update pod status for pods with spec.nodeName set to itself',
  },
  {
    name: "labels through the status of its pod",
    does: () => [`PATCH ${core}/pods/mine/status`, { metadata: { labels: { a: "b" } } }],
    says: 'node "n" cannot update labels through pod status',
  },
  {
    name: "a token for no pod",
    does: () => [
      `POST ${core}/serviceaccounts/default/token`,
      { kind: "TokenRequest", apiVersion: "authentication.k8s.io/v1", spec: { audiences: [] } },
    ],
    says: "node requested token not bound to a pod",
  },
];
for (const { name, does, says } of writes) {
  test(`a kubelet that writes ${name}: ${says}`, async () => {
    const [request, body] = does();
    const { text } = await ask(request, body, me, request.startsWith("PATCH") ? merge : undefined);
    assert.ok(text === says || text.endsWith(says), text);
  });
}

test("what a pod used is no longer its node's to read once the pod is gone", async () => {
  await ask(`POST ${core}/secrets`, secret("short"));
  await ask(`POST ${core}/pods`, pod("brief", { imagePullSecrets: [{ name: "short" }] }));
  assert.equal((await ask(`GET ${core}/secrets/short`, undefined, me)).status, 200);
  await ask(`DELETE ${core}/pods/brief?gracePeriodSeconds=0`);
  assert.equal((await ask(`GET ${core}/secrets/short`, undefined, me)).status, 403);
});
