/** A kubelet over a simulated node, in a whole control plane: pods run, are seen to run, and end. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { realClock, sleep } from "../../src/base/clock.ts";
import type { Client } from "../../src/client/client.ts";
import { type Pod, pods, services } from "../../src/client/kinds.ts";
import { type SimulatedCluster, startSimulatedCluster, textOf } from "./cluster.ts";

describe("a simulated node", () => {
  const clock = realClock;
  let client: Client;
  let cluster: SimulatedCluster;

  before(async () => {
    cluster = await startSimulatedCluster();
    client = cluster.client;
  });
  after(() => cluster?.stop());

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

  async function logOf({ metadata: { name = "", namespace = "", uid = "" } }: Pod): Promise<string> {
    const request = { container: "main", follow: false, previous: false, timestamps: false };
    const answer = await cluster.nodes.connection("sim")?.log({ name, namespace, uid }, request);
    assert.ok(answer);
    return textOf(answer);
  }
  /** What a script in a busybox pod writes until it ends. */
  async function said(name: string, script: string): Promise<string> {
    const containers = [{ name: "main", image: "busybox:1.36", command: ["sh", "-c", script] }];
    await create(name, { restartPolicy: "Never", containers });
    const isOver = ({ status }: Pod) => ["Succeeded", "Failed"].includes(status?.phase ?? "");
    return logOf(await podThat("ended", name, isOver));
  }

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
    assert.equal(await logOf(pod), "hello from once\n");
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

  test("a service is found by its name, shares the load, and is refused without endpoints", async () => {
    for (const name of ["one", "two"]) {
      const metadata = { namespace: "default", name, labels: { app: "web" } };
      const spec = { containers: [{ name: "nginx", image: "nginx:1.27.2" }] };
      await client.create(pods, { metadata, spec } as unknown as Pod);
      await podThat("runs", name, ({ status }) => status?.phase === "Running");
    }
    for (const [name, app] of Object.entries({ web: "web", nobody: "nobody" })) {
      const spec = { selector: { app }, ports: [{ port: 8080, targetPort: 80 }] };
      await client.create(services, { metadata: { namespace: "default", name }, spec } as never);
    }
    const ask = "wget -qO- http://web:8080 | grep -o 'nginx 1.27.2' || true";
    const script = `until wget -qO- http://web:8080 >/dev/null 2>&1; do sleep 0.1; done; for i in 1 2 3 4 5 6 7 8; do ${ask}; done; wget -qO- http://nobody:8080; nslookup web.default.svc.cluster.local; wget -qO- http://absent`;
    const text = await said("asker", script);
    assert.equal(text.match(/nginx 1\.27\.2/g)?.length, 8);
    assert.match(text, /wget: can't connect to remote host \(10\.96\.\d+\.\d+\): Connection refused/);
    assert.match(text, /Server:\t\t10\.96\.0\.10\n[\s\S]*Name:\tweb\.default\.svc\.cluster\.local\nAddress: 10\.96\./);
    assert.match(text, /wget: bad address 'absent'/);
  });

  test("a pod reaches the API server, which knows it by its token", async () => {
    const token = "$(cat /var/run/secrets/kubernetes.io/serviceaccount/token)";
    const api = "https://kubernetes.default.svc";
    const script = `wget -qO- --header "Authorization: Bearer ${token}" ${api}/version; wget -qO- --header "Authorization: Bearer ${token}" ${api}/api/v1/pods`;
    const text = await said("inside", script);
    assert.match(text, /"gitVersion": ?"v1\.36/);
    assert.match(text, /wget: server returned error: HTTP\/1\.1 403 Forbidden/);
  });

  test("two programs of a pod cannot have the same port", async () => {
    const nginx = { image: "nginx:1.27.2" };
    const containers = [
      { name: "main", ...nginx },
      { name: "second", ...nginx },
    ];
    await create("clash", { restartPolicy: "Never", containers });
    const pod = await podThat("one has failed", "clash", ({ status }) =>
      status?.containerStatuses?.some(({ state }) => state?.terminated),
    );
    const [main, second] = pod.status?.containerStatuses ?? [];
    assert.ok(main?.state?.running);
    assert.equal(second?.state?.terminated?.exitCode, 1);
  });

  test("a script that traps the signal ends at once, with its own code", async () => {
    const script = "trap 'echo bye; exit 7' TERM; echo ready; while true; do sleep 0.1; done";
    const containers = [{ name: "main", image: "busybox:1.36", command: ["sh", "-c", script] }];
    // held back so that it can be looked at when it has ended
    const metadata = { namespace: "default", name: "trap", finalizers: ["example.com/looked-at"] };
    await client.create(pods, { metadata, spec: { restartPolicy: "Never", containers } } as unknown as Pod);
    await podThat("runs", "trap", ({ status }) => status?.phase === "Running");
    await client.delete(pods, { namespace: "default", name: "trap" }, { gracePeriodSeconds: 20 });
    const ended = await podThat("ended", "trap", ({ status }) => status?.phase === "Failed");
    assert.equal(ended.status?.containerStatuses?.[0]?.state?.terminated?.exitCode, 7);
    assert.equal(await logOf(ended), "ready\nbye\n");
  });
});
