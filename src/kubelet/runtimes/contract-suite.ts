/**
 * What every Runtime must do, told as tests: `runtimeContract("cri", open)`. It needs an image with a shell in the ways
 * of busybox. What only a kernel can do is asked of a fixture that says it has one.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  containerOf,
  ended,
  eventually,
  failsWith,
  podOf,
  type Running,
  type RuntimeFixture,
} from "./base-contract-suite.ts";
import type { ContainerConfig, RuntimeEvent, SandboxConfig } from "./contract.ts";
import { imageContract } from "./image-contract-suite.ts";
import { kernelContract } from "./kernel-contract-suite.ts";

export type { RuntimeFixture } from "./base-contract-suite.ts";

export function runtimeContract(name: string, open: () => Promise<RuntimeFixture>): void {
  describe(`runtime ${name}`, () => {
    let at: RuntimeFixture;
    let imageRef: string;
    before(async () => {
      at = await open();
      imageRef = await at.settled(at.runtime.pullImage(at.image));
    });
    after(() => at?.close());

    /** Runs one container in a pod of its own for as long as `use` takes. */
    async function withContainer(
      pod: SandboxConfig,
      config: ContainerConfig,
      use: (running: Running) => Promise<void>,
    ): Promise<void> {
      const sandbox = await at.settled(at.runtime.runSandbox(pod));
      try {
        const container = await at.settled(at.runtime.createContainer(sandbox, config, pod));
        await at.settled(at.runtime.startContainer(container));
        await use({ pod, sandbox, container });
      } finally {
        await at.settled(at.runtime.stopSandbox(sandbox));
        await at.settled(at.runtime.removeSandbox(sandbox));
      }
    }
    const shell = (script: string, more: Partial<ContainerConfig> = {}) =>
      containerOf(imageRef, ["sh", "-c", script], more);

    test("tells its name and version, and that pods can be run", async () => {
      const { name, version } = await at.runtime.version();
      assert.match(`${name}://${version}`, /^[a-z-]+:\/\/\S+$/);
      const status = await at.runtime.status();
      assert.deepEqual([status.runtimeReady, status.networkReady, status.message], [true, true, undefined]);
    });

    describe("images", () => imageContract(() => at));

    test("a sandbox is found by its labels, has an address, and ends", async () => {
      const pod = podOf(at, "sandbox", { attempt: 2 });
      const id = await at.settled(at.runtime.runSandbox(pod));
      const found = (await at.runtime.sandboxes()).find((one) => one.id === id);
      assert.deepEqual(
        { ...found, createdAt: 0 },
        {
          ...{ id, name: pod.name, namespace: pod.namespace, uid: pod.uid, attempt: 2, ready: true, createdAt: 0 },
          ...{ labels: pod.labels, annotations: pod.annotations },
        },
      );
      const status = await at.runtime.sandboxStatus(id);
      assert.match(status.ips[0] ?? "", /^\d+\.\d+\.\d+\.\d+$/);
      assert.ok(Math.abs(status.createdAt - (found?.createdAt ?? 0)) < 1000);
      await at.settled(at.runtime.stopSandbox(id));
      assert.equal((await at.runtime.sandboxStatus(id)).ready, false);
      await at.settled(at.runtime.stopSandbox(id));
      await at.settled(at.runtime.removeSandbox(id));
      await at.settled(at.runtime.removeSandbox(id));
      await at.settled(at.runtime.stopSandbox(id));
      await failsWith("NotFound", at.runtime.sandboxStatus(id));
      assert.ok(!(await at.runtime.sandboxes()).some((one) => one.id === id));
    });

    test("a container is created, runs, ends, and is removed", async () => {
      const pod = podOf(at, "life");
      const sandbox = await at.settled(at.runtime.runSandbox(pod));
      const config = shell("exit 3", { attempt: 4 });
      const id = await at.settled(at.runtime.createContainer(sandbox, config, pod));
      const created = await at.runtime.containerStatus(id);
      assert.deepEqual(
        [created.state, created.startedAt, created.sandbox, created.name, created.attempt],
        ["created", 0, sandbox, "main", 4],
      );
      assert.deepEqual([created.labels, created.annotations], [config.labels, config.annotations]);
      assert.equal(created.logPath, `${pod.logDirectory}/main/0.log`);
      await at.settled(at.runtime.startContainer(id));
      const status = await ended(at, id);
      assert.deepEqual([status.exitCode, status.reason], [3, "Error"]);
      assert.ok(created.createdAt <= status.startedAt && status.startedAt <= status.finishedAt);
      const listed = (await at.runtime.containers()).find((one) => one.id === id);
      assert.deepEqual([listed?.state, listed?.sandbox, listed?.labels], ["exited", sandbox, config.labels]);
      await at.settled(at.runtime.stopContainer(id, 0));
      await at.settled(at.runtime.removeContainer(id));
      await at.settled(at.runtime.removeContainer(id));
      await at.settled(at.runtime.stopContainer(id, 0));
      await failsWith("NotFound", at.runtime.containerStatus(id));
      await at.settled(at.runtime.stopSandbox(sandbox));
      await at.settled(at.runtime.removeSandbox(sandbox));
    });

    test("a container that ends well is Completed", () =>
      withContainer(podOf(at, "well"), shell("true"), async ({ container }) => {
        const { exitCode, reason } = await ended(at, container);
        assert.deepEqual([exitCode, reason], [0, "Completed"]);
      }));

    test("arguments, environment and working directory reach the process", () =>
      withContainer(
        podOf(at, "given"),
        containerOf(imageRef, ["sh", "-c", 'echo "$0 $COLOUR $(pwd) $(hostname)"'], {
          args: ["zero"],
          env: [{ name: "COLOUR", value: "blau-grün" }],
          workingDir: "/tmp",
        }),
        async ({ container }) => {
          const { logPath } = await ended(at, container);
          assert.match(await at.readLog(logPath), / stdout F zero blau-grün \/tmp given\n$/);
        },
      ));

    test("the log has a line for each line, with time, stream and whether it is whole", () =>
      withContainer(
        podOf(at, "log"),
        shell("echo out; sleep 0.1; echo err >&2; sleep 0.1; printf end"),
        async ({ container }) => {
          const { logPath } = await ended(at, container);
          const lines = (await at.readLog(logPath)).trimEnd().split("\n");
          const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d) (stdout|stderr) (F|P) (.*)$/;
          assert.deepEqual(
            lines.map((line) => form.exec(line)?.slice(1)),
            [
              ["stdout", "F", "out"],
              ["stderr", "F", "err"],
              ["stdout", lines[2]?.includes(" P ") ? "P" : "F", "end"],
            ],
          );
        },
      ));

    test("a log that was moved away is opened anew", () =>
      withContainer(podOf(at, "reopen"), shell("while true; do echo tick; sleep 0.1; done"), async ({ container }) => {
        const { logPath } = await at.runtime.containerStatus(container);
        const text = (path: string) => at.readLog(path).catch(() => "");
        await eventually(at, "a first line", () => text(logPath));
        await at.moveLog(logPath, `${logPath}.old`);
        await at.runtime.reopenLog(container);
        await eventually(at, "a line in the new log", () => text(logPath));
      }));

    test("a client that is restarted finds what runs", () =>
      withContainer(podOf(at, "again"), shell("sleep 1000"), async ({ pod, sandbox, container }) => {
        const again = await at.reopen();
        try {
          const found = (await again.sandboxes()).find((one) => one.labels["io.kubernetes.pod.uid"] === pod.uid);
          assert.equal(found?.id, sandbox);
          const status = await again.containerStatus(container);
          assert.deepEqual([status.state, status.sandbox], ["running", sandbox]);
        } finally {
          await again.close();
        }
      }));

    test("a command is run to its end, with its output and exit code", () =>
      withContainer(podOf(at, "exec"), shell("sleep 1000"), async ({ container }) => {
        const result = await at.settled(at.runtime.execSync(container, ["sh", "-c", "echo a; echo b >&2; exit 7"], 10));
        const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
        assert.deepEqual([result.exitCode, text(result.stdout), text(result.stderr)], [7, "a\n", "b\n"]);
        const slow = at.settled(at.runtime.execSync(container, ["sleep", "100"], 1));
        await failsWith("Timeout", slow, /^command timed out: "sleep 100" timed out after 1s$/);
        await failsWith("Failed", at.settled(at.runtime.execSync(container, ["nonesuch"], 10)), /nonesuch/);
      }));

    test("there is no command in a container that has ended or never was", () =>
      withContainer(podOf(at, "over"), shell("true"), async ({ container }) => {
        await ended(at, container);
        await failsWith("Failed", at.runtime.execSync(container, ["true"], 10), /not running|EXITED/i);
        await failsWith("NotFound", at.runtime.execSync("nonesuch", ["true"], 10));
      }));

    test("sessions have a target", () =>
      withContainer(podOf(at, "session"), shell("sleep 1000"), async ({ sandbox, container }) => {
        const streams = { stdin: true, stdout: true, stderr: true, tty: false };
        const targets = [
          await at.runtime.exec(container, { command: ["sh"], ...streams }),
          await at.runtime.attach(container, streams),
          await at.runtime.portForward(sandbox, [80]),
        ];
        for (const target of targets) {
          if (target.kind === "url") assert.match(target.url, /^http:\/\/[\d.]+:\d+\/(exec|attach|portforward)\/\S+$/);
          if (target.kind === "process") target.process.kill();
        }
      }));

    test("what does not heed its stop signal is killed when its time is up", () =>
      withContainer(podOf(at, "deaf"), containerOf(imageRef, ["sleep", "1000"]), async ({ container }) => {
        await at.settled(at.runtime.stopContainer(container, 1));
        const { state, exitCode, startedAt, finishedAt, reason } = await at.runtime.containerStatus(container);
        assert.deepEqual([state, exitCode, reason], ["exited", 137, "Error"]);
        assert.ok(finishedAt - startedAt >= 1000);
      }));

    test("usage is told of what runs", () =>
      withContainer(podOf(at, "usage"), shell("while true; do sleep 0.1; done"), async ({ container }) => {
        const stats = await eventually(at, "usage of the container", async () =>
          (await at.runtime.containerStats()).find((one) => one.id === container && one.memoryWorkingSet > 0),
        );
        assert.deepEqual([stats.name, stats.labels], ["main", { "io.kubernetes.container.name": "main" }]);
        assert.ok(stats.time > 1e12 && stats.cpuNanos > 0);
      }));

    test("a watch hears of the beginning and the end", async () => {
      const heard: RuntimeEvent[] = [];
      const over = new AbortController();
      const watching = at.runtime.watch((event) => heard.push(event), over.signal);
      await at.pass(50);
      await withContainer(podOf(at, "watched"), shell("sleep 0.5"), async ({ container, sandbox }) => {
        const of = (type: RuntimeEvent["type"]) =>
          eventually(at, type, async () => heard.find((event) => event.container === container && event.type === type));
        assert.equal((await of("started")).sandbox, sandbox);
        assert.equal((await of("stopped")).sandbox, sandbox);
      });
      over.abort();
      await at.settled(watching);
    });

    test("a program that is not in the image cannot be started", async () => {
      const pod = podOf(at, "absent");
      const sandbox = await at.settled(at.runtime.runSandbox(pod));
      const config = containerOf(imageRef, ["nonesuch"]);
      const id = await at.settled(at.runtime.createContainer(sandbox, config, pod));
      const text =
        /^failed to create containerd task: .*exec: "nonesuch": executable file not found in \$PATH: unknown$/;
      await failsWith("Failed", at.settled(at.runtime.startContainer(id)), text);
      const status = await at.runtime.containerStatus(id);
      assert.deepEqual([status.state, status.exitCode, status.reason], ["exited", 128, "StartError"]);
      await at.settled(at.runtime.stopSandbox(sandbox));
      await at.settled(at.runtime.removeSandbox(sandbox));
    });

    describe("with a kernel", () =>
      kernelContract(
        () => at,
        () => imageRef,
        withContainer,
      ));
  });
}
