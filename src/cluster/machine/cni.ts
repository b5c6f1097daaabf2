/**
 * The pod network of one node as a CNI list, which containerd takes up as soon as it is written. Pods hang on links of
 * their own (`ptp`), not on a bridge: so each packet between two pods of a node goes through the node's rules, and
 * services and network policies work without the kernel's br_netfilter.
 */
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { searchPath } from "./command.ts";

export interface PodNetwork {
  /** Unique on this machine: what the plugins keep is named by it. */
  readonly name: string;
  readonly podCIDR: string;
  readonly mtu: number;
  /** Where addresses that are given out are kept. */
  readonly stateDirectory: string;
}

/** Where distributions and upstream put the plugins. */
const pluginDirectories = ["/opt/cni/bin", "/usr/lib/cni", "/usr/libexec/cni", "/usr/local/lib/cni"];
const needed = ["ptp", "host-local", "loopback"];

/** The folder that has the plugins we need; throws in words that help when none has. */
export function findPlugins(): string {
  const found = pluginDirectories.find((folder) => needed.every((name) => existsSync(path.join(folder, name))));
  if (found) return found;
  const where = pluginDirectories.join(", ");
  throw new Error(`CNI plugins (${needed.join(", ")}) not found in ${where}: install containernetworking-plugins`);
}

/** `portmap`, for host ports, writes its rules with iptables. */
const canMapPorts = (plugins: string): boolean =>
  existsSync(path.join(plugins, "portmap")) &&
  searchPath()
    .split(":")
    .some((folder) => existsSync(path.join(folder, "iptables")));

export function podNetworkList(network: PodNetwork, plugins: string): object {
  const ptp = {
    type: "ptp",
    mtu: network.mtu,
    ipMasq: false,
    ipam: {
      type: "host-local",
      dataDir: network.stateDirectory,
      ranges: [[{ subnet: network.podCIDR }]],
      routes: [{ dst: "0.0.0.0/0" }],
    },
  };
  const portmap = { type: "portmap", capabilities: { portMappings: true } };
  return { cniVersion: "0.4.0", name: network.name, plugins: canMapPorts(plugins) ? [ptp, portmap] : [ptp] };
}

/** Written whole: the runtime watches the folder and must not read half of it. */
export function writePodNetwork(directory: string, network: PodNetwork, plugins: string): void {
  mkdirSync(directory, { recursive: true });
  const file = path.join(directory, "10-coxswain.conflist");
  writeFileSync(`${file}.new`, `${JSON.stringify(podNetworkList(network, plugins), null, 2)}\n`);
  renameSync(`${file}.new`, file);
}
