/** Claims and volumes are held while they are used, and let go then. */
import assert from "node:assert/strict";
import test from "node:test";
import {
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
} from "../../src/client/kinds.ts";
import { Cluster } from "./cluster.ts";

const namespace = "default";
const storage = { storage: "1Gi" };

test("a claim that is deleted stays while a pod on a node uses it; a volume goes at once", async (t) => {
  const cluster = await Cluster.start();
  t.after(() => cluster.stop());
  const { client } = cluster;
  await cluster.settle();
  const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: storage }, storageClassName: "" };
  await client.create(persistentVolumeClaims, {
    metadata: { namespace, name: "c" },
    spec,
  } as unknown as PersistentVolumeClaim);
  const volumes = [{ name: "v", persistentVolumeClaim: { claimName: "c" } }];
  const running = { nodeName: "a", volumes, containers: [{ name: "c", image: "i", resources: {} }] };
  await client.create(pods, { metadata: { namespace, name: "p" }, spec: running } as unknown as Pod);
  await client.delete(persistentVolumeClaims, { namespace, name: "c" });
  await cluster.settle();
  const { items } = await client.list(persistentVolumeClaims, { namespace });
  assert.deepEqual(items[0]?.metadata.finalizers, ["kubernetes.io/pvc-protection"]);
  await client.delete(pods, { namespace, name: "p" }, { gracePeriodSeconds: 0 });
  await cluster.settle();
  assert.equal((await client.list(persistentVolumeClaims, { namespace })).items.length, 0);

  const disk = { capacity: storage, accessModes: ["ReadWriteOnce"], hostPath: { path: "/srv" } };
  await client.create(persistentVolumes, { metadata: { name: "v" }, spec: disk } as unknown as PersistentVolume);
  await client.delete(persistentVolumes, { name: "v" });
  await cluster.settle();
  assert.equal((await client.list(persistentVolumes)).items.length, 0);
});
