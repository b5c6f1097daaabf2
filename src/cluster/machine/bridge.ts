/**
 * The bridge that joins the nodes of one cluster, on the host. The host has the first address of the node range on it.
 * Nothing that comes in over the bridge is forwarded to anywhere but the bridge: it is refused at once, whether or not
 * this machine forwards packets otherwise.
 */
import { existsSync, writeFileSync } from "node:fs";
import { beside } from "../../kubelet/host/shell-beside.ts";
import { nthAddress } from "../../network/addresses.ts";
import { ip, run } from "./command.ts";
import type { Ranges } from "./ranges.ts";
import type { MachineRecord } from "./record.ts";

export interface Bridge {
  readonly name: string;
  /** The host's address on it, and the nodes' gateway. */
  readonly address: string;
}

/** Makes the bridge, or completes what is there. `id` tells clusters apart: 6 letters or digits. */
export async function ensureBridge(record: MachineRecord, id: string, ranges: Ranges, mtu: number): Promise<Bridge> {
  const name = `cox-${id}`;
  const address = nthAddress(ranges.nodes, 1);
  const table = `inet cox-${id}`;
  record.add({ kind: "link", name });
  record.add({ kind: "table", table });
  if (!existsSync(`/sys/class/net/${name}`)) await ip([`link add ${name} mtu ${mtu} type bridge forward_delay 0`]);
  await Promise.all([
    ip([
      `address replace ${address}/24 dev ${name}`,
      `link set ${name} up`,
      // A ClusterIP needs a route before the service rules get to see its packets; what they leave alone ends here.
      `route replace ${ranges.services} dev ${name} src ${address}`,
    ]),
    run("nft", ["-f", "-"], { input: fence(table, name) }),
  ]);
  record.add({ kind: "route", route: `${ranges.services} dev ${name}` });
  // Only with forwarding on is a refused packet answered, so that its sender need not wait for a timeout.
  writeFileSync(`/proc/sys/net/ipv4/conf/${name}/forwarding`, "1");
  return { name, address };
}

/** Whether the table that holds back what comes in over the bridge is as it was made. */
export const isFenced = (id: string): Promise<boolean> =>
  beside.run("sh", ["-c", `nft list table inet cox-${id} | grep -q admin-prohibited`]).then(
    () => true,
    () => false,
  );

/** Everything is written in one transaction, so there is no moment without it. */
const fence = (table: string, bridge: string): string => `
add table ${table}
delete table ${table}
table ${table} {
  chain forward {
    type filter hook forward priority -10; policy accept;
    iifname "${bridge}" oifname != "${bridge}" reject with icmpx admin-prohibited
  }
}
`;
