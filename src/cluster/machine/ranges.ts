/**
 * The address ranges of a cluster. They are picked where this machine has neither address nor route, and claimed by
 * `unreachable` routes: from then on no packet for a pod, service or node that is gone leaves the machine, and no other
 * cluster picks the same, since the kernel lets only one have the route.
 */
import { readFileSync } from "node:fs";
import { overlap } from "../../network/addresses.ts";
import { run } from "./command.ts";
import type { MachineRecord } from "./record.ts";

export interface Ranges {
  /** A /16. */
  readonly pods: string;
  /** A /16. */
  readonly services: string;
  /** A /24. */
  readonly nodes: string;
}

/** Last of all routes to a range: any other wins. */
export const lastMetric = 4_278_198_272;

const count = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** What is tried, in this order: first what kubeadm and kind have made familiar. */
const candidates: { readonly [Name in keyof Ranges]: readonly string[] } = {
  pods: [...count(244, 254), ...count(200, 243), ...count(112, 199)].map((n) => `10.${n}.0.0/16`),
  services: [...count(96, 111), ...count(64, 95)].map((n) => `10.${n}.0.0/16`),
  nodes: count(18, 31).flatMap((n) => count(0, 31).map((m) => `172.${n}.${m}.0/24`)),
};

/** The candidates that touch nothing in `taken`. */
export const freeRanges = (name: keyof Ranges, taken: readonly string[]): string[] =>
  candidates[name].filter((range) => !taken.some((other) => overlap(range, other)));

interface RouteView {
  readonly dst?: string;
}
interface LinkView {
  readonly addr_info?: readonly { readonly local?: string; readonly prefixlen?: number }[];
}

/** What of IPv4 this machine uses: addresses with their networks, routes of every table, name servers. */
async function rangesInUse(): Promise<string[]> {
  const [routes, links] = await Promise.all([
    run("ip", ["-j", "-4", "route", "show", "table", "all"]),
    run("ip", ["-j", "-4", "address", "show"]),
  ]);
  const routed = (JSON.parse(routes || "[]") as RouteView[]).map(({ dst }) => dst ?? "default");
  const addressed = (JSON.parse(links || "[]") as LinkView[])
    .flatMap(({ addr_info }) => addr_info ?? [])
    .map(({ local, prefixlen }) => `${local}/${prefixlen}`);
  return [...routed, ...addressed, ...nameServers()].filter((range) => /^\d+\.\d+\.\d+\.\d+(\/\d+)?$/.test(range));
}

function nameServers(): string[] {
  try {
    const text = readFileSync("/etc/resolv.conf", "utf8");
    return [...text.matchAll(/^nameserver\s+(\S+)/gm)].map((match) => match[1] ?? "");
  } catch {
    return [];
  }
}

/** The ranges that the record holds, claimed anew if need be (as after a restart of the machine), or freshly picked ones. */
export async function claimRanges(record: MachineRecord, wanted: Partial<Ranges> = {}): Promise<Ranges> {
  const before = record.of("ranges").at(-1);
  if (before) {
    for (const range of [before.pods, before.services, before.nodes]) await claim(record, range);
    return { pods: before.pods, services: before.services, nodes: before.nodes };
  }
  const taken = await rangesInUse();
  const pods = await claimFirst(record, "pods", wanted.pods, taken);
  const services = await claimFirst(record, "services", wanted.services, taken);
  const nodes = await claimFirst(record, "nodes", wanted.nodes, taken);
  const ranges: Ranges = { pods, services, nodes };
  record.add({ kind: "ranges", ...ranges });
  return ranges;
}

async function claimFirst(
  record: MachineRecord,
  name: keyof Ranges,
  wanted: string | undefined,
  taken: readonly string[],
): Promise<string> {
  for (const range of wanted ? [wanted] : freeRanges(name, taken)) {
    if (await claim(record, range)) return range;
  }
  throw new Error(`no address range is free for ${name}${wanted ? `: ${wanted} is taken` : ""}`);
}

/** Resolves to false when the route was there already. */
async function claim(record: MachineRecord, range: string): Promise<boolean> {
  const route = { kind: "route", route: `unreachable ${range} metric ${lastMetric}` } as const;
  const isOurs = record.of("route").some((made) => made.route === route.route);
  if (!isOurs) record.add(route);
  try {
    await run("ip", ["route", "add", ...route.route.split(" ")]);
    return true;
  } catch (error) {
    if (!/File exists/.test(String(error))) throw error;
    if (!isOurs) record.remove(route);
    return isOurs;
  }
}
