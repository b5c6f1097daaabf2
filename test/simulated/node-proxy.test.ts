/** What a node answers by `nodes/NAME/proxy`. */
import assert from "node:assert/strict";
import { Duplex, PassThrough } from "node:stream";
import { after, before, describe, test } from "node:test";
import { realClock, sleep } from "../../src/base/clock.ts";
import { type Pod, pods } from "../../src/client/kinds.ts";
import { privileged } from "../../src/cluster/identities.ts";
import { type SimulatedCluster, startSimulatedCluster, textOf } from "./cluster.ts";

describe("a node's own paths", () => {
  let cluster: SimulatedCluster;

  before(async () => {
    cluster = await startSimulatedCluster();
    const containers = [{ name: "main", image: "busybox", command: ["sh", "-c", "echo hello; sleep 3600"] }];
    const pod = { metadata: { namespace: "default", name: "talker" }, spec: { containers } };
    await cluster.client.create(pods, pod as unknown as Pod);
    for (let tries = 0; tries < 500; tries++) {
      const { status } = await cluster.client.get(pods, { namespace: "default", name: "talker" });
      if (status?.phase === "Running") return;
      await sleep(realClock, 20);
    }
  });
  after(() => cluster?.stop());

  async function ask(path: string, query = ""): Promise<{ status: number; text: string }> {
    const answer = await cluster.plane.server.handle({
      ...{ method: "GET", path: `/api/v1/nodes/${path}`, query: new URLSearchParams(query) },
      headers: { host: "127.0.0.1:6443" },
      body: async () => new Uint8Array(),
      certificateUser: privileged("test"),
      signal: new AbortController().signal,
    });
    return { status: answer.status, text: await textOf(answer) };
  }

  test("the kubelet is healthy, with and without its port named", async () => {
    for (const name of ["sim", "sim:10250", "https:sim:10250"])
      assert.deepEqual(await ask(`${name}/proxy/healthz`), { status: 200, text: "ok" });
  });

  test("its pods are those that are bound to it", async () => {
    const { text } = await ask("sim/proxy/pods");
    const { kind, items } = JSON.parse(text) as { kind: string; items: { metadata: { name: string } }[] };
    assert.equal(kind, "PodList");
    assert.deepEqual(
      items.map(({ metadata }) => metadata.name),
      ["talker"],
    );
  });

  test("a command is run in a container, and what it wrote is the answer", async () => {
    const run = async (path: string, cmd: string) => {
      const answer = await cluster.plane.server.handle({
        ...{ method: "POST", path: `/api/v1/nodes/sim/proxy/run/${path}`, query: new URLSearchParams({ cmd }) },
        headers: { host: "127.0.0.1:6443" },
        body: async () => new Uint8Array(),
        certificateUser: privileged("test"),
        signal: new AbortController().signal,
      });
      return { status: answer.status, text: await textOf(answer) };
    };
    assert.deepEqual(await run("default/talker/main", "echo one two"), { status: 200, text: "one two\n" });
    assert.match((await run("default/talker/main", "cat /nowhere")).text, /^command 'cat \/nowhere' exited with 1: /);
    assert.deepEqual(await run("default/nobody/main", "ls"), { status: 404, text: "pod does not exist" });
    assert.equal((await run("default/talker/other", "ls")).text, 'container not found ("other")');
  });

  test("a session is opened on its own path as on the pod's", async () => {
    const [fromServer, toServer] = [new PassThrough(), new PassThrough()];
    const takeover = await cluster.plane.server.upgrade({
      ...{ method: "GET", path: "/api/v1/nodes/sim/proxy/exec/default/talker/main" },
      query: new URLSearchParams([
        ["command", "echo"],
        ["command", "crunch"],
        ["output", "1"],
      ]),
      headers: {
        ...{ host: "127.0.0.1:6443", connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" },
        ...{ "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", "sec-websocket-protocol": "v4.channel.k8s.io" },
      },
      body: async () => new Uint8Array(),
      certificateUser: privileged("test"),
      signal: new AbortController().signal,
    });
    assert.ok(typeof takeover === "function");
    takeover(Duplex.from({ readable: toServer, writable: fromServer }), new Uint8Array());
    let heard = "";
    for await (const bytes of fromServer) {
      heard += Buffer.from(bytes as Uint8Array).toString("latin1");
      if (heard.includes("crunch\n")) break;
    }
    assert.match(heard, /^HTTP\/1\.1 101 /);
    assert.match(heard, /sec-websocket-protocol: v4\.channel\.k8s\.io/i);
    toServer.destroy();
  });

  test("its usage is told as a summary and as metrics", async () => {
    const { text } = await ask("sim/proxy/stats/summary");
    const { node, pods: told } = JSON.parse(text) as {
      node: { nodeName: string };
      pods: { podRef: { name: string }; containers: { name: string }[] }[];
    };
    assert.equal(node.nodeName, "sim");
    assert.deepEqual(
      told.map(({ podRef, containers }) => [podRef.name, containers[0]?.name]),
      [["talker", "main"]],
    );
    const pages = [
      {
        page: "metrics/resource",
        says: /^container_memory_working_set_bytes\{container="main",namespace="default",pod="talker"\} \d+ \d+$/m,
      },
      {
        page: "metrics/cadvisor",
        says: /^container_cpu_usage_seconds_total\{container="main",id="[^"]+",image="busybox",.*cpu="total"\} /,
      },
      { page: "metrics", says: /^kubelet_running_pods 1$/m },
    ];
    for (const { page, says } of pages)
      assert.match((await ask(`sim/proxy/${page}`)).text, new RegExp(says.source, "m"), page);
  });

  test("logs of its containers are there, and what is not there is said", async () => {
    assert.deepEqual(await ask("sim/proxy/containerLogs/default/talker/main", "tailLines=1"), {
      status: 200,
      text: "hello\n",
    });
    assert.equal((await ask("sim/proxy/containerLogs/default/talker/other")).status, 404);
    assert.equal((await ask("sim/proxy/nothing")).status, 404);
    assert.equal((await ask("none/proxy/healthz")).status, 404);
    assert.match((await ask("sim:9/proxy/")).text, /error trying to reach service: /);
  });
});
