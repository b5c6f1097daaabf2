/** The JavaScript client of Kubernetes over simulated nodes: informers, watches, leases, sessions, patches. */
import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import * as k8s from "client-node-1";
import { realClock, sleep } from "../../src/base/clock.ts";
import { TestCluster } from "./cluster.ts";

const namespace = "default";

/** Resolves once `is` holds. */
async function until(what: string, is: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await is()); tries++) {
    if (tries > 1000) throw new Error(`did not happen: ${what}`);
    await sleep(realClock, 20);
  }
}

describe("the JavaScript client", () => {
  const cluster = new TestCluster(`js${process.pid}`);
  const config = new k8s.KubeConfig();
  let core: k8s.CoreV1Api;
  before(async () => {
    await cluster.up("simulated", "--workers", "1");
    config.loadFromString(await cluster.ok("cat $KUBECONFIG"));
    core = config.makeApiClient(k8s.CoreV1Api);
    const containers = [{ name: "main", image: "nginx:1.27", ports: [{ containerPort: 80 }] }];
    await core.createNamespacedPod({ namespace, body: { metadata: { name: "web" }, spec: { containers } } });
    await until("the pod runs", async () => {
      const { status } = await core.readNamespacedPod({ namespace, name: "web" });
      return status?.containerStatuses?.[0]?.ready === true;
    });
  });
  after(() => cluster.down());

  const make = (name: string, data: Record<string, string>): Promise<k8s.V1ConfigMap> =>
    core.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels: { of: "test" } }, data } });

  test("an informer knows what there is, and what becomes of it", async () => {
    await make("first", { n: "0" });
    const list = () => core.listNamespacedConfigMap({ namespace, labelSelector: "of=test" });
    const informer = k8s.makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, list, "of=test");
    const told: string[] = [];
    for (const verb of ["add", "update", "delete"] as const)
      informer.on(verb, ({ metadata, data }: k8s.V1ConfigMap) => told.push(`${verb} ${metadata?.name} ${data?.n}`));
    const errors: unknown[] = [];
    informer.on("error", (error) => errors.push(error));
    await informer.start();
    try {
      await make("second", { n: "0" });
      await until("the second is known", () => informer.get("second", namespace) !== undefined);
      for (let n = 1; n <= 20; n++)
        await core.patchNamespacedConfigMap(
          { namespace, name: "second", body: { data: { n: String(n) } } },
          k8s.setHeaderOptions("Content-Type", k8s.PatchStrategy.MergePatch),
        );
      await core.deleteNamespacedConfigMap({ namespace, name: "first" });
      await until("the first is gone", () => informer.get("first", namespace) === undefined);
      await until("all is told", () => told.length >= 23);
      const updates = Array.from({ length: 20 }, (_, n) => `update second ${n + 1}`);
      assert.deepEqual(told, ["add first 0", "add second 0", ...updates, "delete first 0"]);
      assert.deepEqual(errors, []);
    } finally {
      await informer.stop();
    }
  });

  test("a watch goes on from where another was", async () => {
    const { metadata } = await core.listNamespacedConfigMap({ namespace });
    for (const n of ["a", "b"]) await make(`watched-${n}`, {});
    const names: (string | undefined)[] = [];
    const query = { resourceVersion: metadata?.resourceVersion, labelSelector: "of=test" };
    const watching = await new k8s.Watch(config).watch(
      ...([`/api/v1/namespaces/${namespace}/configmaps`, query] as const),
      (type: string, { metadata: { name } }: { metadata: { name: string } }) => names.push(`${type} ${name}`),
      () => {},
    ); // prettier-ignore
    await make("watched-c", {});
    await until("three are told", () => names.length === 3);
    watching.abort();
    assert.deepEqual(names, ["ADDED watched-a", "ADDED watched-b", "ADDED watched-c"]);
  });

  test("of many who want a lease one has it, and another when it lets go", async () => {
    const leases = config.makeApiClient(k8s.CoordinationV1Api);
    const name = "leader";
    const spec = { holderIdentity: "", leaseDurationSeconds: 15 };
    await leases.createNamespacedLease({ namespace, body: { metadata: { name }, spec } });
    const contest = async (): Promise<string[]> => {
      const seen = await leases.readNamespacedLease({ namespace, name });
      const tries = Array.from({ length: 10 }, async (_, n) => {
        const mine = { ...spec, holderIdentity: `c${n}`, renewTime: new k8s.V1MicroTime() };
        try {
          await leases.replaceNamespacedLease({ namespace, name, body: { ...seen, spec: mine } });
          return [`c${n}`];
        } catch (error) {
          assert.ok(error instanceof k8s.ApiException && error.code === 409, String(error));
          return [];
        }
      });
      return (await Promise.all(tries)).flat();
    };
    for (let round = 0; round < 3; round++) {
      const winners = await contest();
      assert.equal(winners.length, 1);
      const { spec: now } = await leases.readNamespacedLease({ namespace, name });
      assert.equal(now?.holderIdentity, winners[0]);
      assert.match(JSON.stringify(now?.renewTime), /:\d\d\.\d{6}Z"$/);
    }
  });

  async function run(command: string[], input?: string): Promise<{ out: string; err: string; status: k8s.V1Status }> {
    const [out, err, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const said = Promise.all([text(out), text(err)]);
    const ended = new Promise<k8s.V1Status>((resolve, reject) => {
      new k8s.Exec(config)
        .exec(namespace, "web", "main", command, out, err, input === undefined ? null : stdin, false, resolve)
        .catch(reject);
    });
    if (input !== undefined) stdin.end(input);
    const status = await ended;
    out.end();
    err.end();
    const [outText, errText] = await said;
    return { out: outText, err: errText, status };
  }

  test("commands are run in a container, with their output, faults and codes", async () => {
    const ok = await run(["sh", "-c", "echo out; echo err >&2"]);
    assert.deepEqual([ok.out, ok.err, ok.status.status], ["out\n", "err\n", "Success"]);
    const failed = await run(["sh", "-c", "exit 7"]);
    assert.equal(failed.status.status, "Failure");
    assert.deepEqual(failed.status.details?.causes, [{ reason: "ExitCode", message: "7" }]);
    const fed = await run(["head", "-n", "1"], "through and back\nmore\n");
    assert.equal(fed.out, "through and back\n");
  });

  test("a port is forwarded", async () => {
    const forward = new k8s.PortForward(config);
    const listener = net.createServer((socket) => {
      forward.portForward(namespace, "web", [80], socket, null, socket).catch(() => socket.destroy());
    });
    listener.listen(0, "127.0.0.1");
    await once(listener, "listening");
    try {
      const { port } = listener.address() as net.AddressInfo;
      const socket = net.connect(port, "127.0.0.1");
      socket.write("GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n");
      let page = "";
      for await (const part of socket) {
        page += String(part);
        if (/<\/html>/i.test(page)) break;
      }
      assert.match(page, /^HTTP\/1\.1 200/);
      assert.match(page, /nginx/);
    } finally {
      listener.close();
    }
  });

  test("logs are followed until they end", async () => {
    const script = "for i in 1 2 3; do echo $i; sleep 0.1; done";
    const containers = [{ name: "main", image: "busybox:1.36", command: ["sh", "-c", script] }];
    const spec = { restartPolicy: "Never", containers };
    await core.createNamespacedPod({ namespace, body: { metadata: { name: "counts" }, spec } });
    await until("it has begun", async () => {
      const { status } = await core.readNamespacedPod({ namespace, name: "counts" });
      return status?.phase !== "Pending";
    });
    const out = new PassThrough();
    const said = text(out);
    await new k8s.Log(config).log(namespace, "counts", "main", out, { follow: true });
    assert.equal(await said, "1\n2\n3\n");
  });

  test("any object is applied, read, patched and deleted", async () => {
    const objects = k8s.KubernetesObjectApi.makeApiClient(config);
    const body = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "any", namespace },
      data: { a: "1", b: "2" },
    };
    const apply = (data: Record<string, string>) =>
      objects.patch(
        { ...body, data } as k8s.V1ConfigMap,
        undefined,
        undefined,
        "js",
        true,
        k8s.PatchStrategy.ServerSideApply,
      );
    await apply({ a: "1", b: "2" });
    assert.deepEqual((await apply({ a: "3" })).data, { a: "3" });
    const read = await objects.read<k8s.V1ConfigMap>(body);
    assert.equal(read.metadata?.managedFields?.[0]?.manager, "js");
    await objects.delete(body);
    await assert.rejects(objects.read(body), ({ code }: { code: number }) => code === 404);
  }); // prettier-ignore
});
