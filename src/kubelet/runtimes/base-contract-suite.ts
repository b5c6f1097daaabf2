/** What the parts of the runtimes' contract suite share: the fixture, builders of pods and containers, and waiting. */
import assert from "node:assert/strict";
import {
  type ContainerConfig,
  type ContainerStatus,
  type Runtime,
  RuntimeFailure,
  type RuntimeFailureCode,
  type SandboxConfig,
} from "./contract.ts";

export interface RuntimeFixture {
  readonly runtime: Runtime;
  /** A second client of the same runtime, as a kubelet that was restarted has it. */
  reopen(): Promise<Runtime>;
  /** An image with busybox's shell, which `pullImage` gets: `busybox:1.36`. */
  readonly image: string;
  /** A tag that is not there of a repository that is, and a repository that is not. */
  readonly missingTag: string;
  readonly missingRepository: string;
  /** Folder for the logs of containers. */
  readonly logDirectory: string;
  readLog(path: string): Promise<string>;
  moveLog(from: string, to: string): Promise<void>;
  readonly cgroupParent?: string;
  /** Whether a kernel holds the containers: memory limits, processes, signals handlers. */
  readonly kernel: boolean;
  /** Lets a little time pass. */
  pass(ms: number): Promise<void>;
  /** Lets time pass until `promise` is settled, and passes it on. */
  settled<T>(promise: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export const podOf = (fixture: RuntimeFixture, name: string, more: Partial<SandboxConfig> = {}): SandboxConfig => ({
  name,
  namespace: "default",
  uid: `uid-of-${name}`,
  attempt: 0,
  hostname: name,
  labels: { "io.kubernetes.pod.name": name, "io.kubernetes.pod.uid": `uid-of-${name}` },
  annotations: { note: "ünï" },
  logDirectory: `${fixture.logDirectory}/${name}`,
  dns: { servers: ["192.0.2.53"], searches: ["svc.example"], options: ["ndots:5"] },
  ports: [],
  hostNetwork: false,
  hostPid: false,
  hostIpc: false,
  shareProcessNamespace: false,
  ...(fixture.cgroupParent && { cgroupParent: `${fixture.cgroupParent}/${name}` }),
  security: {},
  ...more,
});

export const containerOf = (
  imageRef: string,
  command: readonly string[],
  more: Partial<ContainerConfig> = {},
): ContainerConfig => ({
  name: "main",
  attempt: 0,
  image: "busybox",
  imageRef,
  command,
  args: [],
  env: [],
  mounts: [],
  labels: { "io.kubernetes.container.name": "main" },
  annotations: { "io.kubernetes.container.hash": "1" },
  logPath: "main/0.log",
  stdin: false,
  stdinOnce: false,
  tty: false,
  resources: {},
  security: {},
  ...more,
});

export async function eventually<T>(
  fixture: RuntimeFixture,
  what: string,
  look: () => Promise<T | undefined | false>,
): Promise<T> {
  for (let tries = 0; tries < 1000; tries++) {
    const seen = await look();
    if (seen) return seen;
    await fixture.pass(20);
  }
  throw new Error(`did not happen: ${what}`);
}

export const ended = (fixture: RuntimeFixture, id: string): Promise<ContainerStatus> =>
  eventually(fixture, `the end of ${id}`, async () => {
    const status = await fixture.runtime.containerStatus(id);
    return status.state === "exited" && status;
  });

export async function failsWith(code: RuntimeFailureCode, action: Promise<unknown>, text?: RegExp): Promise<void> {
  const error = await action.then(
    () => assert.fail(`expected ${code}`),
    (e: unknown) => e,
  );
  assert.ok(error instanceof RuntimeFailure, String(error));
  assert.equal(error.code, code, error.message);
  if (text) assert.match(error.message, text);
}

export interface Running {
  readonly pod: SandboxConfig;
  readonly sandbox: string;
  readonly container: string;
}

export type WithContainer = (
  pod: SandboxConfig,
  config: ContainerConfig,
  use: (running: Running) => Promise<void>,
) => Promise<void>;
