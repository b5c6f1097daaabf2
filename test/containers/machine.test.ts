/** Two nodes on this machine with a pod each: what reaches what, what survives what, and that nothing is left. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import WebSocket from "ws";
import { realClock, sleep } from "../../src/base/clock.ts";
import { Machine } from "../../src/cluster/machine/machine.ts";
import { MachineRecord } from "../../src/cluster/machine/record.ts";
import { undo } from "../../src/cluster/machine/undo.ts";
import type { Runtime } from "../../src/kubelet/runtimes/contract.ts";
import { openCriRuntime } from "../../src/kubelet/runtimes/cri/runtime.ts";
import { writeImageArchive } from "../images/build.ts";
import { runTestPod, type TestPod } from "./pods.ts";
import { startTestMachine, type TestMachine } from "./test-machine.ts";
import { traces } from "./traces.ts";

const page = (url: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const request = http.get(url, { agent: false }, (response) => {
      response.setEncoding("utf8");
      let text = "";
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve(text));
    });
    request.on("error", reject);
  });

describe("two nodes on one machine", () => {
  const untouched = traces();
  let at: TestMachine;
  let runtimes: Runtime[];
  let client: TestPod;
  let server: TestPod;

  before(async () => {
    at = await startTestMachine("pair", 2);
    const open = async (node: { readonly socket: string }) => openCriRuntime({ socket: node.socket, clock: realClock });
    runtimes = await Promise.all(at.nodes.map(open));
    const pod = (index: number) => ({ node: at.nodes[index]!, runtime: runtimes[index]!, directory: at.directory });
    [client, server] = await Promise.all([
      runTestPod({ ...pod(0), name: "client", image: "busybox:1.36", command: ["sleep", "100000"] }),
      runTestPod({
        ...{ ...pod(1), name: "server", image: "nginx:1.27.2", command: [] },
        ports: [{ protocol: "TCP", containerPort: 80, hostPort: 8080 }],
      }),
    ]);
  });
  after(async () => {
    for (const runtime of runtimes ?? []) await runtime.close();
    await at?.close();
    assert.deepEqual(traces(), untouched, "the machine is as it was");
  });

  test("a pod reaches a pod of the other node, with its own address", async () => {
    const { code, text } = await client.run("ping", "-c", "1", "-W", "2", server.ip);
    assert.equal(code, 0, text);
    assert.match((await client.run("wget", "-qO-", `http://${server.ip}`)).text, /Welcome to nginx! 1\.27\.2/);
    const log = await server.run("sh", "-c", "cat /proc/net/tcp | wc -l");
    assert.equal(log.code, 0);
  });

  test("the host reaches pods, and pods the host", async () => {
    assert.match(await page(`http://${server.ip}`), /Welcome to nginx! 1\.27\.2/);
    const { code, text } = await client.run("ping", "-c", "1", "-W", "2", at.machine.bridge.address);
    assert.equal(code, 0, text);
  });

  test("a host port leads to its pod, from the host and from the other node", async () => {
    const url = `http://${at.nodes[1]!.address}:8080`;
    assert.match(await page(url), /Welcome to nginx/);
    assert.match((await client.run("wget", "-qO-", url)).text, /Welcome to nginx/);
  });

  test("a packet for a pod that is not there is refused at once", async () => {
    const gone = at.machine.ranges.pods.replace(/\.0\.0\/16$/, ".200.7");
    await assert.rejects(page(`http://${gone}`), /EHOSTUNREACH/);
    assert.match(
      (await client.run("timeout", "10", "wget", "-qO-", `http://${gone}`)).text,
      /No route to host|unreachable/,
    );
  });

  test("nothing leaves the machine", async () => {
    // An address of documentation (RFC 5737): nobody has it.
    const { code, text } = await client.run("timeout", "10", "wget", "-qO-", "http://198.51.100.7");
    assert.equal(code, 1);
    assert.match(text, /unreachable|No route to host|prohibited|Permission denied/i);
  });

  test("a session speaks the streaming protocol at the node's address", async () => {
    const request = {
      command: ["sh", "-c", "echo hello; exit 5"],
      stdin: false,
      stdout: true,
      stderr: true,
      tty: false,
    };
    const target = await runtimes[0]!.exec(client.container, request);
    assert.ok(target.kind === "url");
    assert.equal(new URL(target.url).hostname, at.nodes[0]!.address);
    const socket = new WebSocket(target.url.replace("http:", "ws:"), "v4.channel.k8s.io");
    const channels = new Map<number, string>();
    socket.on("message", (data: Buffer) => {
      const channel = data[0] ?? 0;
      channels.set(channel, (channels.get(channel) ?? "") + data.subarray(1).toString());
    });
    await new Promise((resolve, reject) => {
      socket.on("close", resolve);
      socket.on("error", reject);
    });
    assert.equal(channels.get(1), "hello\n");
    assert.match(channels.get(3) ?? "", /"reason":"ExitCode","message":"5"/);
  });

  test("containers outlive their containerd, which finds them again", async () => {
    const [node, runtime] = [at.nodes[1]!, runtimes[1]!];
    await node.stop({ containers: false });
    assert.equal(node.isRunning(), false);
    assert.match(await page(`http://${server.ip}`), /Welcome to nginx/);
    await node.start();
    const status = await untilAnswer(() => runtime.containerStatus(server.container));
    assert.equal(status.state, "running");
    assert.match((await server.run("echo", "still here")).text, /still here/);
  });

  test("a node can be cut off and joined again", async () => {
    const [node] = at.nodes;
    await node!.cut();
    await assert.rejects(run("ping", "-c", "1", "-W", "1", client.ip));
    await node!.join();
    await run("ping", "-c", "3", "-W", "2", client.ip);
  });

  test("an image is loaded from a file", async () => {
    const file = path.join(at.directory, "nginx.tar");
    await writeImageArchive("nginx:1.25", file);
    assert.deepEqual(await at.nodes[0]!.loadImageArchive(file), ["docker.io/library/nginx:1.25"]);
    const image = await untilAnswer(async () => {
      const found = await runtimes[0]!.imageStatus("nginx:1.25");
      if (!found) throw new Error("the runtime has not noticed the image");
      return found;
    });
    assert.deepEqual(image.tags, ["docker.io/library/nginx:1.25"]);
  });

  test("a node that is stopped ends its containers at once, and comes back without them", async () => {
    const [node, runtime] = [at.nodes[1]!, runtimes[1]!];
    await node.stop();
    await assert.rejects(page(`http://${server.ip}`));
    await node.start();
    const status = await untilAnswer(() => runtime.containerStatus(server.container));
    assert.equal(status.state, "exited");
  });
});

/** After a restart of the runtime its connection takes a moment to come back. */
async function untilAnswer<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (tries === 200) throw error;
      await sleep(realClock, 25);
    }
  }
}

const run = async (program: string, ...args: string[]): Promise<string> =>
  execFileSync("busybox", [program, ...args], { encoding: "utf8" });

test("a crash leaves nothing that the record does not know", async () => {
  const untouched = traces();
  const at = await startTestMachine("crash", 1);
  const node = at.nodes[0]!;
  const runtime = await openCriRuntime({ socket: node.socket, clock: realClock });
  const { directory } = at;
  await runTestPod({ node, runtime, directory, name: "orphan", image: "busybox:1.36", command: ["sleep", "100000"] });
  await runtime.close();
  // All that another process has, after the one that made all this is gone, is the file: here with a torn last line.
  const file = Machine.recordPath(path.join(directory, "nodes"));
  writeFileSync(file, '{"made":{"kind":"netns","na', { flag: "a" });
  assert.deepEqual(await undo(new MachineRecord(file), realClock), []);
  await at.close();
  assert.deepEqual(traces(), untouched);
});
