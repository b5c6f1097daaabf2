/** What the programs that `cox envtest` writes run: `envtest-etcd` and `envtest-kube-apiserver`, with the flags of those. */
import type { Environment } from "../environment.ts";

/** Ends when the process is told to end. Rejects for what is asked and is not there. */
export async function runEnvtestProgram(environment: Environment): Promise<void> {
  const [program, ...flags] = environment.args;
  const ended = environment.interrupted();
  const started =
    program === "envtest-etcd"
      ? await (await import("./etcd.ts")).startEtcd(flags)
      : await (await import("./kube-apiserver.ts")).startKubeApiServer(flags, environment.err);
  if (!ended.aborted)
    await new Promise<void>((resolve) => ended.addEventListener("abort", () => resolve(), { once: true }));
  await started.stop();
}
