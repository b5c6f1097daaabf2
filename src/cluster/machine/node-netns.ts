/**
 * The network namespace of one node: a link to the cluster's bridge with the node's own address, forwarding on, and
 * routes to the pods of the other nodes. A packet for a pod that no node has is refused here.
 */
import { existsSync } from "node:fs";
import { nthAddress } from "../../network/addresses.ts";
import type { Bridge } from "./bridge.ts";
import { ip, run } from "./command.ts";
import { lastMetric, type Ranges } from "./ranges.ts";
import type { MachineRecord } from "./record.ts";

export interface NodeNetwork {
  readonly netns: string;
  /** The host's end of the node's link. */
  readonly link: string;
  readonly address: string;
}

export interface NodeNetworkOptions {
  readonly id: string;
  readonly node: string;
  /** From 0: which address of the node range the node has. */
  readonly index: number;
  readonly ranges: Ranges;
  readonly bridge: Bridge;
  readonly mtu: number;
}

/** The first address is the bridge's. */
const firstNodeAddress = 2;

/** The file that `nsenter --net=` takes. */
export const netnsPath = (name: string): string => `/run/netns/${name}`;

export async function ensureNodeNetwork(record: MachineRecord, options: NodeNetworkOptions): Promise<NodeNetwork> {
  const { id, node, index, ranges, bridge, mtu } = options;
  const netns = `cox-${node}`;
  const link = `cox${id}-${index}`;
  const address = nthAddress(ranges.nodes, firstNodeAddress + index);
  record.add({ kind: "netns", name: netns });
  if (!existsSync(netnsPath(netns))) await ip([`netns add ${netns}`]);
  record.add({ kind: "link", name: link });
  if (!existsSync(`/sys/class/net/${link}`)) {
    await ip([`link add ${link} mtu ${mtu} type veth peer name eth0 mtu ${mtu} netns ${netns}`]);
  }
  await ip([`link set ${link} master ${bridge.name} up`]);
  await Promise.all([
    ip(
      [
        "link set lo up",
        "link set eth0 up",
        `address replace ${address}/24 dev eth0`,
        `route replace default via ${bridge.address}`,
        `route replace unreachable ${ranges.pods} metric ${lastMetric}`,
      ],
      netns,
    ),
    run("nsenter", [`--net=${netnsPath(netns)}`, "sh", "-c", settings]),
  ]);
  return { netns, link, address };
}

/** Forward between pods; never tell a pod that its way could be shorter: past us there are no service rules. */
const settings = [
  "echo 1 > /proc/sys/net/ipv4/ip_forward",
  "echo 0 > /proc/sys/net/ipv4/conf/all/send_redirects",
  "echo 0 > /proc/sys/net/ipv4/conf/default/send_redirects",
  "echo 0 > /proc/sys/net/ipv4/conf/eth0/send_redirects",
  // Replies may come another way than the request went, as with node ports.
  "echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter",
  "echo 0 > /proc/sys/net/ipv4/conf/default/rp_filter",
  "echo 0 > /proc/sys/net/ipv4/conf/eth0/rp_filter",
].join("\n");

export interface PodRoute {
  readonly podCIDR: string;
  /** The node that has these pods. */
  readonly via: string;
}

/** Makes the pods of every node reachable from the host and from the other nodes. May be called again with more. */
export async function routePods(
  record: MachineRecord,
  nodes: readonly NodeNetwork[],
  routes: readonly PodRoute[],
): Promise<void> {
  for (const { podCIDR, via } of routes) record.add({ kind: "route", route: `${podCIDR} via ${via}` });
  const line = ({ podCIDR, via }: PodRoute): string => `route replace ${podCIDR} via ${via}`;
  await Promise.all([
    ip(routes.map(line)),
    ...nodes.map(({ netns, address }) => ip(routes.filter(({ via }) => via !== address).map(line), netns)),
  ]);
}

export async function unroutePods(
  record: MachineRecord,
  nodes: readonly NodeNetwork[],
  { podCIDR, via }: PodRoute,
): Promise<void> {
  const gone = () => {};
  await ip([`route delete ${podCIDR} via ${via}`]).catch(gone);
  for (const { netns } of nodes) await ip([`route delete ${podCIDR} via ${via}`], netns).catch(gone);
  record.remove({ kind: "route", route: `${podCIDR} via ${via}` });
}

/** Takes the node's link down, which cuts it off from all others, or up again. */
export const setLink = (network: NodeNetwork, up: boolean): Promise<void> =>
  ip([`link set ${network.link} ${up ? "up" : "down"}`]);

export async function removeNodeNetwork(record: MachineRecord, { netns, link }: NodeNetwork): Promise<void> {
  if (existsSync(`/sys/class/net/${link}`)) await ip([`link delete ${link}`]);
  record.remove({ kind: "link", name: link });
  if (existsSync(netnsPath(netns))) await ip([`netns delete ${netns}`]);
  record.remove({ kind: "netns", name: netns });
}
