/** The contract of runtimes over real containers, through CRI. */
import { readFile, rename } from "node:fs/promises";
import path from "node:path";
import { realClock, sleep } from "../../src/base/clock.ts";
import { runtimeContract } from "../../src/kubelet/runtimes/contract-suite.ts";
import { openCriRuntime } from "../../src/kubelet/runtimes/cri/runtime.ts";
import { startTestMachine } from "./test-machine.ts";

runtimeContract("cri", async () => {
  const { nodes, directory, close } = await startTestMachine("cri", 1);
  const node = nodes[0]!;
  const open = () => openCriRuntime({ socket: node.socket, clock: realClock });
  const runtime = await open();
  return {
    runtime,
    reopen: open,
    image: "busybox:1.36",
    missingTag: "busybox:no-such-tag",
    missingRepository: "no-such-image",
    logDirectory: path.join(directory, "logs"),
    readLog: (file) => readFile(file, "utf8"),
    moveLog: rename,
    cgroupParent: node.cgroup,
    kernel: true,
    pass: (ms) => sleep(realClock, ms),
    settled: (promise) => promise,
    close: async () => {
      await runtime.close();
      await close();
    },
  };
});
