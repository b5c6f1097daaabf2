/** What every Runtime must do that has a kernel under it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  containerOf,
  ended,
  eventually,
  podOf,
  type RuntimeFixture,
  type WithContainer,
} from "./base-contract-suite.ts";
import type { ContainerConfig } from "./contract.ts";

/** For a runtime without a kernel these tests say nothing, and pass. */
export function kernelContract(get: () => RuntimeFixture, imageRef: () => string, withContainer: WithContainer): void {
  const shell = (script: string, more: Partial<ContainerConfig> = {}) =>
    containerOf(imageRef(), ["sh", "-c", script], more);
  const kernelTest = (what: string, body: (at: RuntimeFixture) => Promise<void>) =>
    test(what, async () => {
      if (get().kernel) await body(get());
    });

  kernelTest("the stop signal can be heeded", (at) =>
    withContainer(
      podOf(at, "heeds"),
      shell('trap "exit 7" TERM; echo up; while true; do sleep 0.05; done'),
      async ({ container }) => {
        const { logPath } = await at.runtime.containerStatus(container);
        await eventually(at, "the trap is set", () => at.readLog(logPath).catch(() => ""));
        await at.runtime.stopContainer(container, 30);
        assert.equal((await at.runtime.containerStatus(container)).exitCode, 7);
      },
    ),
  );

  kernelTest("memory beyond the limit kills", (at) =>
    withContainer(
      podOf(at, "oom"),
      shell("tail /dev/zero", { resources: { memoryLimit: 32 << 20 } }),
      async ({ container }) => {
        const { exitCode, reason } = await ended(at, container);
        assert.deepEqual([exitCode, reason], [137, "OOMKilled"]);
      },
    ),
  );

  kernelTest("limits can be changed while it runs", (at) =>
    withContainer(
      podOf(at, "resize"),
      shell("sleep 1000", { resources: { cpuShares: 100 } }),
      async ({ container }) => {
        await at.runtime.updateResources(container, {
          cpuShares: 512,
          cpuPeriod: 100_000,
          cpuQuota: 50_000,
          memoryLimit: 64 << 20,
        });
        const script = "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null; true";
        const { stdout } = await at.runtime.execSync(container, ["sh", "-c", script], 10);
        assert.equal(new TextDecoder().decode(stdout), `${64 << 20}\n`);
      },
    ),
  );

  kernelTest("user, groups, capabilities and a read-only root are as asked", (at) => {
    const script = "id -u; id -g; id -G; touch /x 2>&1; grep -E '^(CapEff|NoNewPrivs)' /proc/self/status";
    const security = {
      ...{ runAsUser: 1001, runAsGroup: 1002, supplementalGroups: [5, 6], readOnlyRootFilesystem: true },
      ...{ noNewPrivileges: true, dropCapabilities: ["ALL"] },
    };
    return withContainer(podOf(at, "secure"), shell(script, { security }), async ({ container }) => {
      const { logPath } = await ended(at, container);
      const said = (await at.readLog(logPath))
        .replace(/^\S+ \S+ F /gm, "")
        .trimEnd()
        .split("\n");
      assert.deepEqual(said, [
        ...["1001", "1002", "1002 5 6", "touch: /x: Read-only file system"],
        ...["CapEff:\t0000000000000000", "NoNewPrivs:\t1"],
      ]);
    });
  });

  kernelTest("containers of a pod can share processes, and one can look into another", async (at) => {
    const pod = podOf(at, "shared");
    await withContainer(pod, shell("sleep 1000"), async ({ sandbox, container }) => {
      const config = shell("cat /proc/1/cmdline | tr '\\0' ' '", {
        name: "debug",
        logPath: "debug/0.log",
        security: { targetContainer: container },
      });
      const debug = await at.runtime.createContainer(sandbox, config, pod);
      await at.runtime.startContainer(debug);
      const { logPath } = await ended(at, debug);
      assert.match(await at.readLog(logPath), / sleep 1000 $/m);
    });
  });

  kernelTest("names of the pod are in its files", (at) =>
    withContainer(podOf(at, "names"), shell("cat /etc/resolv.conf; hostname"), async ({ container }) => {
      const { logPath } = await ended(at, container);
      const said = (await at.readLog(logPath)).replace(/^\S+ \S+ F /gm, "");
      assert.equal(said, "search svc.example\nnameserver 192.0.2.53\noptions ndots:5\nnames\n");
    }),
  );
}
