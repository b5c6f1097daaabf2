/** Nodes with real containers for tests. They need root, containerd, runc, CNI plugins, nftables and iproute2. */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { realClock } from "../../src/base/clock.ts";
import { type LocalNode, Machine } from "../../src/cluster/machine/machine.ts";
import { startTestRegistry, type TestRegistry } from "../images/registry.ts";

export interface TestMachine {
  readonly machine: Machine;
  readonly nodes: readonly LocalNode[];
  readonly registry: TestRegistry;
  /** A folder that lasts as long as the machine, for logs and the like. */
  readonly directory: string;
  /** Removes all; throws when something is left. */
  close(): Promise<void>;
}

/** Fails, and says why, on a machine that cannot run containers: such a test is never passed over. */
function demandRoot(): void {
  if (process.getuid?.() !== 0) throw new Error("real containers need root: run these tests as root");
}

/** A machine with `count` nodes, ready for pods, that get the images of docker.io from the test registry. */
export async function startTestMachine(name: string, count: number): Promise<TestMachine> {
  demandRoot();
  const directory = mkdtempSync(path.join(os.tmpdir(), "coxswain-machine-"));
  const registry = await startTestRegistry();
  const cluster = `${name}-${process.pid}`;
  const machine = await Machine.open({ cluster, directory: path.join(directory, "nodes"), clock: realClock });
  const close = async (): Promise<void> => {
    const left = await machine.remove();
    await registry.stop();
    rmSync(directory, { recursive: true, force: true });
    if (left.length) throw new Error(`left on the machine: ${left.join("; ")}`);
  };
  try {
    const url = await registry.listenOn(machine.bridge.address);
    const nodes = await Promise.all(
      Array.from({ length: count }, (_, index) => startNode(machine, cluster, index, url)),
    );
    await machine.routePods(nodes.map(({ address }, index) => ({ podCIDR: podsOf(machine, index), via: address })));
    return { machine, nodes, registry, directory, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const podsOf = (machine: Machine, index: number): string =>
  machine.ranges.pods.replace(/\.0\.0\/16$/, `.${index}.0/24`);

async function startNode(machine: Machine, cluster: string, index: number, mirror: string): Promise<LocalNode> {
  const name = `${cluster}-worker${index || ""}`;
  const node = await machine.addNode({ name, index, mirrors: { "docker.io": mirror } });
  node.setPodNetwork(podsOf(machine, index));
  await node.start();
  return node;
}
