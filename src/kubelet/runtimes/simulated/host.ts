/** The host of a simulated node: files in memory, probes over the pretended network. */
import type { Host } from "../../host.ts";
import { machineSize } from "./machine.ts";
import type { MemoryFiles } from "./memory-files.ts";
import type { PretendNetwork } from "./network.ts";

export interface SimulatedHostOptions {
  readonly files: MemoryFiles;
  readonly network: PretendNetwork;
  readonly nodeName: string;
  readonly address: string;
}

export function simulatedHost({ files, network, nodeName, address }: SimulatedHostOptions): Host {
  const refused = (host: string, port: number): Error =>
    new Error(`dial tcp ${host}:${port}: connect: connection refused`);
  return {
    files,
    root: "/var/lib/kubelet",
    logRoot: "/var/log/pods",
    dialer: {
      async http({ host, port, path, headers }) {
        const given = Object.fromEntries(headers.map(({ name, value }) => [name.toLowerCase(), value]));
        const request = { method: "GET", path, headers: { "user-agent": "kube-probe/1.36", ...given }, body: "" };
        const answer = await network.ask({ ip: host, port }, { ...request, from: address });
        if (!answer) throw refused(host, port);
        return answer;
      },
      async tcp(host, port) {
        if (!network.isOpen({ ip: host, port }, address)) throw refused(host, port);
      },
      // nothing in the catalogue speaks gRPC
      async grpc(host, port) {
        throw refused(host, port);
      },
    },
    resolver: async () => ({ servers: [], searches: [], options: [] }),
    facts: async () => ({
      ...{ ...machineSize, swapBytes: 0 },
      ...{ machineId: nodeName, systemUuid: nodeName, bootId: nodeName },
      ...{ kernelVersion: "simulated", osImage: "Simulated Linux", architecture: "amd64" },
    }),
  };
}
