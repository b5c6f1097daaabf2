/** Puts service rules in force: in the namespace of a node, and on the host. */
import path from "node:path";
import { beside } from "../../kubelet/host/shell-beside.ts";
import type { RulesTarget } from "../../network/service-proxy.ts";
import { netnsPath } from "./node-netns.ts";
import { type MachineRecord, runDirectory } from "./record.ts";

/** `clusterId`: whose state has room for what the kernel was told. */
export const nodeRules = (clusterId: string, nodeName: string, netns: string): RulesTarget => ({
  ...{ nodeName, table: "cox-services" },
  ...through(`nsenter --net=${netnsPath(netns)} nft`, "cox-services", stateOf(clusterId, netns)),
});

/** On the host too, so that ClusterIPs and node ports answer from there; each cluster of the host has its own table. */
export function hostRules(record: MachineRecord, clusterId: string): RulesTarget {
  const table = `cox-services-${clusterId}`;
  record.add({ kind: "table", table: `ip ${table}` });
  return { ...{ nodeName: undefined, table }, ...through("nft", table, stateOf(clusterId, "host")) };
}

const stateOf = (clusterId: string, place: string): string => path.join(runDirectory, clusterId, `rules-${place}`);

/**
 * What the kernel makes of the rules is kept in a file, to be compared. Not what the table's sets hold: session affinity
 * puts clients there.
 */
function through(nft: string, table: string, state: string): Pick<RulesTarget, "apply" | "isInForce"> {
  const list = `${nft} -t list table ip ${table}`;
  return {
    async apply(rules) {
      await beside.run("sh", ["-c", `${nft} -f - && ${list} > ${state}`], rules);
    },
    isInForce: () =>
      beside.run("sh", ["-c", `${list} | cmp -s - ${state}`]).then(
        () => true,
        () => false,
      ),
  };
}
