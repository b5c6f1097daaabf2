/** Pods of one container, straight through a Runtime: for tests that have no kubelet. */
import path from "node:path";
import type { LocalNode } from "../../src/cluster/machine/machine.ts";
import type { PortMapping, Runtime, SandboxConfig } from "../../src/kubelet/runtimes/contract.ts";

export interface TestPod {
  readonly sandbox: string;
  readonly container: string;
  readonly ip: string;
  /** What a command in it prints, output and errors together, and its exit code. */
  run(...command: string[]): Promise<{ readonly code: number; readonly text: string }>;
}

export interface TestPodOptions {
  readonly node: LocalNode;
  readonly runtime: Runtime;
  readonly directory: string;
  readonly name: string;
  readonly image: string;
  /** Empty: the image's own. */
  readonly command: readonly string[];
  readonly ports?: readonly PortMapping[];
}

export async function runTestPod(options: TestPodOptions): Promise<TestPod> {
  const { node, runtime, name, image, command } = options;
  const imageRef = await runtime.pullImage(image);
  const pod: SandboxConfig = {
    ...{ name, namespace: "default", uid: `uid-of-${name}`, attempt: 0, hostname: name, labels: {}, annotations: {} },
    logDirectory: path.join(options.directory, "logs", name),
    dns: { servers: [], searches: [], options: [] },
    ports: options.ports ?? [],
    ...{ hostNetwork: false, hostPid: false, hostIpc: false, shareProcessNamespace: false, security: {} },
    cgroupParent: `${node.cgroup}/${name}`,
  };
  const sandbox = await runtime.runSandbox(pod);
  const container = await runtime.createContainer(
    sandbox,
    {
      ...{
        name: "main",
        attempt: 0,
        image,
        imageRef,
        command,
        args: [],
        env: [],
        mounts: [],
        labels: {},
        annotations: {},
      },
      ...{ logPath: "main.log", stdin: false, stdinOnce: false, tty: false, resources: {}, security: {} },
    },
    pod,
  );
  await runtime.startContainer(container);
  return {
    sandbox,
    container,
    ip: (await runtime.sandboxStatus(sandbox)).ips[0] ?? "",
    async run(...words) {
      const { exitCode, stdout, stderr } = await runtime.execSync(container, words, 20);
      return { code: exitCode, text: Buffer.concat([stdout, stderr]).toString() };
    },
  };
}
