/** Puts service rules in force: in the namespace of a node, and on the host. */

import { beside } from "../../kubelet/host/shell-beside.ts";
import type { RulesTarget } from "../../network/service-proxy.ts";
import { netnsPath } from "./node-netns.ts";
import type { MachineRecord } from "./record.ts";

export const nodeRules = (nodeName: string, netns: string): RulesTarget => ({
  nodeName,
  table: "cox-services",
  async apply(rules) {
    await beside.run("nsenter", [`--net=${netnsPath(netns)}`, "nft", "-f", "-"], rules);
  },
});

/** On the host too, so that ClusterIPs and node ports answer from there; each cluster of the host has its own table. */
export function hostRules(record: MachineRecord, clusterId: string): RulesTarget {
  const table = `cox-services-${clusterId}`;
  record.add({ kind: "table", table: `ip ${table}` });
  return {
    nodeName: undefined,
    table,
    async apply(rules) {
      await beside.run("nft", ["-f", "-"], rules);
    },
  };
}
