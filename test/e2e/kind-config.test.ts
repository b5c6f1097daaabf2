/** A cluster as a kind configuration asks for it, and a second one beside it. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { TestCluster } from "./cluster.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "coxswain-kind-"));
const file = path.join(folder, "kind.yaml");

describe("a kind configuration", () => {
  const cluster = new TestCluster(`kind${process.pid}`);
  before(async () => {
    writeFileSync(
      file,
      `kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
- role: control-plane
- role: worker
  labels: { tier: front }
  extraPortMappings: [{ containerPort: 30080, hostPort: 38080 }]
networking: { podSubnet: 10.201.0.0/16, serviceSubnet: 10.97.0.0/16 }
featureGates: { Some: true }
`,
    );
    await cluster.up("simulated", "--config", file);
  });
  after(async () => {
    await cluster.down();
    rmSync(folder, { recursive: true });
  });

  test("nodes, their labels, and the ranges are as it says", async () => {
    const nodes = "kubectl get nodes -L tier --no-headers | awk '{print $1, $6}'";
    assert.equal(await cluster.ok(nodes), `${cluster.name}-control-plane \n${cluster.name}-worker front\n`);
    assert.equal(await cluster.ok("kubectl get svc kubernetes -o jsonpath='{.spec.clusterIP}'"), "10.97.0.1");
    await cluster.ok("kubectl create deploy web --image=nginx:1.27.2 && kubectl rollout status deploy/web");
    assert.match(await cluster.ok("kubectl get pods -o jsonpath='{.items[0].status.podIP}'"), /^10\.201\./);
  });

  test("a port of this machine leads to a port of the node", async () => {
    await cluster.ok("kubectl create service nodeport web --tcp=80:80 --node-port=30080");
    const page = `node -e "fetch('http://127.0.0.1:38080').then((r) => r.text()).then(console.log, () => {})"`;
    await cluster.until(page, (out) => /nginx 1\.27\.2/.test(out));
  });
});
