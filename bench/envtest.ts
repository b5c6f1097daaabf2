/** What a test of an operator waits for: from the start of `kube-apiserver`, as `cox envtest` writes it, until it is ready. */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import https from "node:https";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { realClock, sleep } from "../src/base/clock.ts";
import { createAuthority, issue } from "../src/cluster/pki/certificates.ts";
import { seconds } from "./cluster.ts";
import { type Benchmark, median, upstream } from "./figure.ts";

const runs = 5;
const cox = path.resolve(import.meta.dirname, "../cox");

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

const isReady = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const request = https.get({ port, path: "/readyz", agent: false, rejectUnauthorized: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("error", () => resolve(false));
  });

async function startOnce(folder: string): Promise<number> {
  const port = await freePort();
  const server = spawn(path.join(folder, "kube-apiserver"), [
    ...["--authorization-mode=RBAC", "--bind-address=127.0.0.1", `--secure-port=${port}`, `--cert-dir=${folder}`],
    ...[`--client-ca-file=${folder}/apiserver.crt`, "--service-cluster-ip-range=10.0.0.0/24"],
  ]);
  const ended = new Promise((resolve) => server.once("exit", resolve));
  try {
    return await seconds(async () => {
      while (!(await isReady(port))) {
        if (server.exitCode !== null) throw new Error(`kube-apiserver has ended with ${server.exitCode}`);
        await sleep(realClock, 3);
      }
    });
  } finally {
    server.kill("SIGTERM");
    await ended;
  }
}

export const envtestBenchmark: Benchmark = async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "coxswain-bench-"));
  try {
    execFileSync(cox, ["envtest", folder]);
    const authority = await createAuthority("bench", realClock.now());
    const names = ["127.0.0.1"];
    const made = await issue(authority, {
      ...{ commonName: "kube-apiserver", usage: "server", names, notBefore: realClock.now(), days: 1 },
    });
    writeFileSync(path.join(folder, "apiserver.crt"), made.certificate);
    writeFileSync(path.join(folder, "apiserver.key"), made.key);
    const taken: number[] = [];
    for (let run = 0; run < runs; run++) taken.push(await startOnce(folder));
    const name = "kube-apiserver of cox envtest until ready";
    return [{ name, value: median(taken), unit: "s", yardstick: 2.3, of: `${upstream}, etcd already up` }];
  } finally {
    rmSync(folder, { recursive: true });
  }
};
