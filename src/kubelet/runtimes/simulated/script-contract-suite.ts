/** Runs scripts in a simulated container, and holds tables of them: what each writes, and its exit code. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { realClock } from "../../../base/clock.ts";
import { seeded } from "../../../base/random.ts";
import type { ContainerConfig, SandboxConfig } from "../contract.ts";
import { PretendMachine } from "./machine.ts";
import { MemoryFiles } from "./memory-files.ts";
import { PretendNetwork } from "./network.ts";
import { SimulatedRuntime } from "./runtime.ts";
import { joined, textOf } from "./streams/input.ts";

export interface ScriptOptions {
  readonly stdin?: string | Uint8Array;
  readonly image?: string;
  readonly security?: ContainerConfig["security"];
  readonly resources?: ContainerConfig["resources"];
}

export interface Ran {
  readonly code: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

const encoder = new TextEncoder();
const sandbox: SandboxConfig = {
  ...{ name: "web", namespace: "default", uid: "1", attempt: 0, hostname: "web", labels: {}, annotations: {} },
  ...{ logDirectory: "/var/log/pods/web", ports: [], hostNetwork: false, hostPid: false, hostIpc: false },
  ...{ shareProcessNamespace: false, security: {} },
};

async function made({ image = "busybox:1.36", security = {}, resources = {} }: ScriptOptions) {
  const files = new MemoryFiles();
  files.write("/volumes/config/colour", encoder.encode("blue"));
  await files.writeFile("/volumes/secret/key", encoder.encode("s3cret"), { mode: 0o400, user: 0, group: 2000 });
  await files.mountMemory("/volumes/small", 4096);
  const options = {
    lookUp: () => undefined,
    hasAddresses: () => true,
    takeAddress: () => "10.244.0.5",
    releaseAddress: () => {},
  };
  const machine = new PretendMachine({
    ...{
      clock: realClock,
      random: seeded(1),
      files,
      address: "192.0.2.1",
      network: new PretendNetwork(),
      catalogue: "known",
    },
    ...options,
  });
  const runtime = new SimulatedRuntime(machine);
  const mount = (name: string, readOnly = false) => ({
    ...{ hostPath: `/volumes/${name}`, containerPath: `/${name}`, readOnly, propagation: "private" as const },
  });
  const config: ContainerConfig = {
    ...{
      name: "main",
      attempt: 0,
      image,
      imageRef: await runtime.pullImage(image),
      args: [],
      labels: {},
      annotations: {},
    },
    command: ["sleep", "infinity"],
    env: [{ name: "COLOUR", value: "green" }],
    mounts: [mount("config", true), mount("secret"), mount("small")],
    ...{ logPath: "main.log", stdin: false, stdinOnce: false, tty: false, resources, security },
  };
  const pod = await runtime.runSandbox(sandbox);
  const id = await runtime.createContainer(pod, config);
  await runtime.startContainer(id);
  return { runtime, id, end: () => runtime.removeSandbox(pod) };
}

async function all(chunks: AsyncIterable<Uint8Array> | undefined): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks ?? []) parts.push(chunk.slice());
  return joined(parts);
}

/** A script in a container that waits: `/config` is a read-only volume, `/small` holds 4096 bytes. */
export async function runScript(script: string, options: ScriptOptions = {}): Promise<Ran> {
  const { runtime, id, end } = await made(options);
  const request = { command: ["sh", "-c", script], stdin: true, stdout: true, stderr: true, tty: false };
  const target = await runtime.exec(id, request);
  if (target.kind !== "process") throw new Error("there is no process");
  const { process } = target;
  const given = options.stdin ?? "";
  await process.write(typeof given === "string" ? encoder.encode(given) : given);
  process.end();
  const [stdout, stderr, code] = await Promise.all([all(process.stdout), all(process.stderr), process.exit]);
  await end();
  return { stdout, stderr: textOf(stderr), code };
}

/** A script, what it writes, its exit code (0) and its errors (any). */
export type ScriptCase = readonly [script: string, stdout: string, code?: number, stderr?: string];

export function scripts(name: string, cases: readonly ScriptCase[], options: ScriptOptions = {}): void {
  describe(name, () => {
    for (const [script, stdout, code = 0, stderr] of cases)
      test(script, async () => {
        const seen = await runScript(script, options);
        assert.deepEqual(
          { stdout: textOf(seen.stdout), code: seen.code, ...(stderr !== undefined && { stderr: seen.stderr }) },
          { stdout, code, ...(stderr !== undefined && { stderr }) },
          seen.stderr,
        );
      });
  });
}
