/** A kubelet over a simulated node, in a whole control plane: pods run, are seen to run, and end. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { objectCodec } from "../../src/apiserver/registry/stored.ts";
import { realClock, sleep } from "../../src/base/clock.ts";
import { seeded } from "../../src/base/random.ts";
import type { Client } from "../../src/client/client.ts";
import { type Pod, pods } from "../../src/client/kinds.ts";
import { ControlPlane } from "../../src/cluster/control-plane.ts";
import { NodeSources } from "../../src/cluster/nodes/sources.ts";
import { createSigningKeys } from "../../src/cluster/pki/signing-keys.ts";
import { Kubelet } from "../../src/kubelet/kubelet.ts";
import { simulatedHost } from "../../src/kubelet/runtimes/simulated/host.ts";
import { PretendMachine } from "../../src/kubelet/runtimes/simulated/machine.ts";
import { MemoryFiles } from "../../src/kubelet/runtimes/simulated/memory-files.ts";
import { PretendNetwork } from "../../src/kubelet/runtimes/simulated/network.ts";
import { SimulatedRuntime } from "../../src/kubelet/runtimes/simulated/runtime.ts";
import { openMemoryStore } from "../../src/store/memory/memory.ts";

describe("a simulated node", () => {
  const clock = realClock;
  const random = seeded(1);
  const files = new MemoryFiles();
  let client: Client;
  let stop: () => Promise<void>;

  before(async () => {
    const store = await openMemoryStore({ codec: objectCodec, clock });
    const onError = (what: string, error: unknown) => console.error(what, error);
    const plane = await ControlPlane.start({
      ...{ store, clock, random, onError, podRange: "10.244.0.0/16", caCertificate: "the authority's" },
      signingKeys: await createSigningKeys(),
    });
    client = plane.clientFor("test");
    const informers = plane.informersFor("node");
    const sources = new NodeSources(informers);
    await informers.start();
    const network = new PretendNetwork();
    let next = 1;
    const newAddress = () => `10.244.0.${next++}`;
    const machine = new PretendMachine({ clock, random, files, network, newAddress, resolve: () => undefined });
    const kubelet = await Kubelet.start({
      ...{ client: plane.clientFor("node"), sources: sources.for("sim"), clock, random, onError },
      runtime: new SimulatedRuntime(machine),
      host: simulatedHost({ files, network, nodeName: "sim" }),
      ...{ nodeName: "sim", hostIP: "192.0.2.1", kubeletVersion: "v1.36.2" },
      ...{ clusterDns: ["10.96.0.10"], clusterDomain: "cluster.local" },
    });
    stop = async () => {
      await kubelet.stop();
      sources.stop();
      informers.stop();
      await plane.stop();
    };
  });
  after(() => stop?.());

  async function podThat(what: string, name: string, isSo: (pod: Pod) => boolean | undefined): Promise<Pod> {
    for (let tries = 0; tries < 500; tries++) {
      const pod = await client.get(pods, { namespace: "default", name });
      if (isSo(pod)) return pod;
      await sleep(clock, 20);
    }
    const { status } = await client.get(pods, { namespace: "default", name });
    throw new Error(`did not happen: ${what}; ${JSON.stringify(status)}`);
  }
  const create = (name: string, spec: object): Promise<Pod> =>
    client.create(pods, { metadata: { namespace: "default", name }, spec } as unknown as Pod);

  test("nginx runs, is probed and ready, and is gone when deleted", async () => {
    const readinessProbe = { httpGet: { path: "/", port: 80 }, periodSeconds: 1 };
    await create("web", { containers: [{ name: "nginx", image: "nginx:1.27", readinessProbe }] });
    const pod = await podThat("ready", "web", ({ status }) =>
      status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True"),
    );
    assert.equal(pod.spec.nodeName, "sim");
    assert.equal(pod.status?.phase, "Running");
    assert.match(pod.status?.podIP ?? "", /^10\.244\.0\.\d+$/);
    await client.delete(pods, { namespace: "default", name: "web" });
    for (let tries = 0; tries < 500; tries++) {
      const { items } = await client.list(pods, { namespace: "default" });
      if (!items.some(({ metadata }) => metadata.name === "web")) return;
      await sleep(clock, 20);
    }
    assert.fail("the pod is still there");
  });

  test("a command ends with its exit code, and its output is in the log", async () => {
    const command = ["sh", "-c", "echo hello from $NAME; exit 3"];
    const env = [{ name: "NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }];
    await create("once", {
      restartPolicy: "Never",
      containers: [{ name: "main", image: "busybox:1.36", command, env }],
    });
    const pod = await podThat("failed", "once", ({ status }) => status?.phase === "Failed");
    const [{ state } = {}] = pod.status?.containerStatuses ?? [];
    assert.deepEqual([state?.terminated?.exitCode, state?.terminated?.reason], [3, "Error"]);
    const log = files.read(`/var/log/pods/default_once_${pod.metadata.uid}/main/0.log`);
    assert.match(new TextDecoder().decode(log), / stdout F hello from once\n$/);
  });

  test("an image nobody has keeps the pod waiting", async () => {
    await create("absent", { containers: [{ name: "main", image: "nginx:no-such-tag" }] });
    const pod = await podThat("waits", "absent", ({ status }) =>
      status?.containerStatuses?.some(({ state }) =>
        state?.waiting?.reason?.match(/^(ErrImagePull|ImagePullBackOff)$/),
      ),
    );
    assert.equal(pod.status?.phase, "Pending");
  });
});
