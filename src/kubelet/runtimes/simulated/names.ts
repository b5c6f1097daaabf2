/** How a program in a pod finds the address of a name: its hosts file, then the names of the cluster. */
import type { SandboxConfig } from "../contract.ts";
import type { FileSpace } from "./files/file-space.ts";
import { textOf } from "./streams/input.ts";

/** The addresses of a whole name (`web.default.svc.cluster.local`); undefined: there is no such name. */
export type NameLookUp = (name: string) => readonly string[] | undefined;

export interface FoundName {
  /** The name that was found, whole. */
  readonly name: string;
  readonly addresses: readonly string[];
}

export interface Names {
  readonly files: FileSpace;
  readonly dns: SandboxConfig["dns"];
  readonly lookUp: NameLookUp;
}

const isAddress = (text: string): boolean => /^\d{1,3}(\.\d{1,3}){3}$/.test(text);

/** As resolvers do: a name with fewer dots than `ndots` is tried with the search domains first (resolv.conf(5)). */
export function findName(name: string, { files, dns, lookUp }: Names): FoundName | undefined {
  if (isAddress(name)) return { name, addresses: [name] };
  const hosts = files.find("/etc/hosts");
  for (const line of (hosts?.kind === "file" ? textOf(hosts.data) : "").split("\n")) {
    const [address = "", ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    if (names.includes(name) && isAddress(address)) return { name, addresses: [address] };
  }
  const whole = name.endsWith(".");
  const bare = name.replace(/\.$/, "");
  const ndots = Number(dns?.options.find((o) => o.startsWith("ndots:"))?.slice(6) ?? 1);
  const searched = whole ? [] : (dns?.searches ?? []).map((domain) => `${bare}.${domain}`);
  const tried = bare.split(".").length - 1 >= ndots ? [bare, ...searched] : [...searched, bare];
  for (const candidate of tried) {
    const addresses = lookUp(candidate);
    if (addresses?.length) return { name: candidate, addresses };
  }
  return undefined;
}

/** What the runtime writes to a pod's `/etc/resolv.conf`. */
export const resolvConf = (dns: NonNullable<SandboxConfig["dns"]>): string =>
  [
    ...(dns.searches.length ? [`search ${dns.searches.join(" ")}`] : []),
    ...dns.servers.map((server) => `nameserver ${server}`),
    ...(dns.options.length ? [`options ${dns.options.join(" ")}`] : []),
    "",
  ].join("\n");
