/**
 * Two clusters of real containers side by side, and what befalls one of them: links, routes and rules taken away, a reboot, its
 * end. The other one is whole all the time, and at the end the machine is as it was.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { realClock, sleep } from "../../src/base/clock.ts";
import { run } from "../../src/cluster/machine/command.ts";
import { Machine, shortId } from "../../src/cluster/machine/machine.ts";
import { kill } from "../../src/cluster/machine/processes.ts";
import { MachineRecord } from "../../src/cluster/machine/record.ts";
import { undo } from "../../src/cluster/machine/undo.ts";
import { traces } from "../containers/traces.ts";
import { TestCluster } from "../e2e/cluster.ts";

const recordOf = (cluster: TestCluster): MachineRecord =>
  new MachineRecord(Machine.recordPath(cluster.directory.nodes));

/** A cluster with a web server behind a service, and a pod that asks for it. */
class Served {
  readonly cluster: TestCluster;
  readonly id: string;

  constructor(name: string) {
    this.cluster = new TestCluster(name);
    this.id = shortId(name);
  }

  async start(): Promise<void> {
    await this.cluster.up("containerd", "--workers", "1");
    await this.cluster.ok(
      "kubectl run web --image=nginx:1.27.2 --port=80 --expose && kubectl run asks --image=busybox:1.36 -- sleep 100000 && kubectl wait --for=condition=Ready pod/web pod/asks --timeout=60s",
    );
  }

  /** Resolves once the host and a pod reach the service, and the pod finds its name: all at once, within a minute. */
  async serves(): Promise<void> {
    const { cluster } = this;
    const address = await cluster.ok("kubectl get service web -o jsonpath='{.spec.clusterIP}'");
    const fromHost = `node -e 'fetch("http://${address}", { signal: AbortSignal.timeout(2000) }).then((r) => r.text()).then(console.log, console.log)'`;
    const fromPod = `kubectl exec asks -- sh -c 'timeout 3 wget -qO- http://${address}; timeout 3 nslookup web.default.svc.cluster.local'`;
    const isServed = (out: string): boolean =>
      out.match(/<h1>Welcome to nginx/g)?.length === 2 && out.includes(`Address: ${address}`);
    await cluster.until(`${fromHost}; ${fromPod}`, isServed, 60_000);
  }

  uids(): Promise<string> {
    const each = "{range .items[*]}{.kind} {.metadata.name} {.metadata.uid} {end}";
    return this.cluster.ok(`kubectl get pods,services,nodes -o jsonpath='${each}'`);
  }
}

const sh = (script: string): Promise<string> => run("sh", ["-ec", script]);

describe("two clusters on one machine", () => {
  const untouched = traces();
  const [one, two] = [new Served("one"), new Served("two")];
  before(() => Promise.all([one.start(), two.start()]));
  after(async () => {
    for (const { cluster } of [one, two]) if (cluster.directory.exists) await cluster.down();
    assert.deepEqual(traces(), untouched, "the machine is as it was");
  });

  test("have ranges of their own, and both serve", async () => {
    const ranges = [one, two].map(({ cluster }) => recordOf(cluster).of("ranges").at(-1));
    const all = ranges.flatMap((range) => [range?.pods, range?.services, range?.nodes]);
    assert.equal(new Set(all).size, 6, all.join(" "));
    await Promise.all([one.serves(), two.serves()]);
  });

  test("links, routes and rules taken from one come back by themselves; the other never misses them", async () => {
    const worker = "ip netns exec cox-one-worker";
    const route = (await sh(`ip route show | grep 'via .* dev cox-${one.id}' | head -1`)).split(" dev ")[0];
    await sh(`
      ip route delete ${route}
      ${worker} ip route delete default
      ${worker} nft flush table ip cox-services
      nft delete table ip cox-services-${one.id}
      nft flush table inet cox-${one.id}
      ip netns delete cox-one-control-plane
      ip link delete cox-${one.id}`);
    await two.serves();
    await one.serves();
    assert.match(await sh(`nft list table inet cox-${one.id}`), /admin-prohibited/);
    assert.match(await sh("ip netns list"), /cox-one-control-plane/);
  });

  test("rules that are flushed, with all links in place, come back too", async () => {
    await sh(`nft flush table ip cox-services-${one.id}; ip netns exec cox-one-worker nft flush ruleset`);
    await one.serves();
  });

  test("one is what it was after a reboot", async () => {
    const before_ = await one.uids();
    await powerCut(one.cluster);
    assert.match((await one.cluster.kubectl("get", "nodes")).err, /refused/);
    const up = await one.cluster.coxLater("up");
    assert.equal(up.code, 0, up.err);
    await one.cluster.ok("kubectl wait --for=condition=Ready node --all --timeout=60s");
    await one.serves();
    assert.equal(await one.uids(), before_);
    await two.serves();
  });

  test("when one is taken down the other serves on", async () => {
    await one.cluster.down();
    await two.serves();
  });
});

/** What a reboot leaves of a cluster: what is on disk. Processes, namespaces, links, routes, rules, mounts, /run are gone. */
async function powerCut(cluster: TestCluster): Promise<void> {
  const { supervisor, nodes } = cluster.directory;
  if (supervisor) process.kill(-supervisor.pid, "SIGKILL");
  const copy = `${recordOf(cluster).path}-of-what-goes`;
  const lines = readFileSync(recordOf(cluster).path, "utf8").split("\n");
  writeFileSync(copy, lines.filter((line) => !line.includes(`"path":"${nodes}"`)).join("\n"));
  assert.deepEqual(await undo(new MachineRecord(copy), realClock), []);
  rmSync(copy, { force: true });
}

test("killed while its nodes start, a cluster leaves nothing that cox down does not find", async () => {
  const untouched = traces();
  const cluster = new TestCluster("broken-off");
  const starting = cluster.coxLater("up", "--runtime", "containerd", "--workers", "2");
  const { directory } = cluster;
  const begun = (): boolean => existsSync(recordOf(cluster).path) && recordOf(cluster).of("process").length > 0;
  while (!begun()) await sleep(realClock, 5);
  const { supervisor } = directory;
  assert.ok(supervisor);
  process.kill(-supervisor.pid, "SIGKILL");
  await kill([supervisor], realClock);
  assert.notEqual((await starting).code, 0);
  assert.notDeepEqual(traces(), untouched);
  await cluster.down();
  assert.deepEqual(traces(), untouched);
});
