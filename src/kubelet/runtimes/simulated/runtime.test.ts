/** The contract of runtimes, over pretended containers. */
import { realClock, sleep } from "../../../base/clock.ts";
import { seeded } from "../../../base/random.ts";
import { runtimeContract } from "../contract-suite.ts";
import { PretendMachine } from "./machine.ts";
import { MemoryFiles } from "./memory-files.ts";
import { PretendNetwork } from "./network.ts";
import { SimulatedRuntime } from "./runtime.ts";

runtimeContract("simulated", async () => {
  const files = new MemoryFiles();
  let next = 1;
  const machine = new PretendMachine({
    clock: realClock,
    random: seeded(1),
    files,
    address: "192.0.2.1",
    network: new PretendNetwork(),
    hasAddresses: () => true,
    takeAddress: () => `10.244.0.${next++}`,
    releaseAddress: () => {},
    lookUp: () => undefined,
    catalogue: "known",
  });
  return {
    runtime: new SimulatedRuntime(machine),
    reopen: async () => new SimulatedRuntime(machine),
    image: "busybox:1.36",
    missingTag: "busybox:no-such-tag",
    missingRepository: "no-such-image",
    logDirectory: "/var/log/pods",
    readLog: async (path) => {
      const data = files.read(path);
      if (!data) throw new Error(`${path}: no such file or directory`);
      return new TextDecoder().decode(data);
    },
    moveLog: (from, to) => files.rename(from, to),
    kernel: false,
    pass: (ms) => sleep(realClock, ms),
    settled: (promise) => promise,
    close: async () => {},
  };
});
