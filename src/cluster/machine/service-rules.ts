/** Puts service rules in force: in the namespace of a node, and on the host. */
import type { RulesTarget } from "../../network/service-proxy.ts";
import { run } from "./command.ts";
import { netnsPath } from "./node-netns.ts";
import type { MachineRecord } from "./record.ts";

export const nodeRules = (nodeName: string, netns: string): RulesTarget => ({
  nodeName,
  async apply(rules) {
    await run("nsenter", [`--net=${netnsPath(netns)}`, "nft", "-f", "-"], { input: rules });
  },
});

/** On the host too, so that ClusterIPs and node ports answer from there. */
export function hostRules(record: MachineRecord): RulesTarget {
  record.add({ kind: "table", table: "ip cox-services" });
  return {
    nodeName: undefined,
    async apply(rules) {
      await run("nft", ["-f", "-"], { input: rules });
    },
  };
}
