/**
 * The rules that make services work on a node, as nftables text: pure. One look-up in a map per packet, however many
 * services there are (https://kubernetes.io/docs/reference/networking/virtual-ips/#proxy-mode-nftables).
 */
import type { EndpointSlice, Service } from "../client/kinds.ts";

export interface RulesInputs {
  readonly services: readonly Service[];
  /** By `namespace/service`. */
  readonly slices: (service: string) => readonly EndpointSlice[];
  /** Whose endpoints are local; undefined on the host, which is no node. */
  readonly nodeName: string | undefined;
  /** What the table is called: several clusters may have theirs side by side. */
  readonly table: string;
}

/** Packets with this mark leave under the node's own address, so that answers come back through it. */
const masqueradeMark = "0x4000";

export interface Backend {
  readonly ip: string;
  readonly port: number;
  readonly local: boolean;
}

interface Frontend {
  readonly key: string;
  readonly chain: string;
}

/** The whole table: applied at one stroke, in the place of what was there. */
export function serviceRules(inputs: RulesInputs): string {
  const writer = new RulesWriter(inputs);
  for (const service of inputs.services) writer.add(service);
  return writer.text();
}

class RulesWriter {
  readonly #inputs: RulesInputs;
  readonly #chains: string[] = [];
  readonly #ips: Frontend[] = [];
  readonly #nodePorts: Frontend[] = [];
  readonly #empty: string[] = [];
  readonly #emptyPorts: string[] = [];
  readonly #hairpins = new Set<string>();
  #count = 0;

  constructor(inputs: RulesInputs) {
    this.#inputs = inputs;
  }

  add({ metadata, spec, status }: Service): void {
    const ip = spec.clusterIP;
    if (!ip || ip === "None" || spec.type === "ExternalName" || ip.includes(":")) return;
    const slices = this.#inputs.slices(`${metadata.namespace}/${metadata.name}`);
    const affinity =
      spec.sessionAffinity === "ClientIP" ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800) : 0;
    for (const { name, port, protocol = "TCP", nodePort } of spec.ports ?? []) {
      const proto = protocol.toLowerCase();
      const all = backendsOf(slices, name ?? "", this.#inputs.nodeName);
      const inside = spec.internalTrafficPolicy === "Local" ? all.filter((b) => b.local) : all;
      this.#front(`${ip} . ${proto} . ${port}`, inside, affinity, false, proto, false);
      const local = spec.externalTrafficPolicy === "Local";
      const outside = local ? all.filter((b) => b.local) : all;
      const external = [
        ...(spec.externalIPs ?? []),
        ...(status.loadBalancer.ingress ?? []).flatMap((i) => (i.ip ? [i.ip] : [])),
      ];
      for (const address of external)
        this.#front(`${address} . ${proto} . ${port}`, outside, affinity, !local, proto, false);
      if (nodePort) this.#front(`${proto} . ${nodePort}`, outside, affinity, !local, proto, true);
    }
  }

  #front(
    key: string,
    backends: readonly Backend[],
    affinitySeconds: number,
    masquerade: boolean,
    proto: string,
    isNodePort: boolean,
  ): void {
    if (!backends.length) {
      (isNodePort ? this.#emptyPorts : this.#empty).push(key);
      return;
    }
    const chain = `s${this.#count++}`;
    (isNodePort ? this.#nodePorts : this.#ips).push({ key, chain });
    const mark = masquerade ? [`    meta mark set meta mark or ${masqueradeMark}`] : [];
    for (const { ip } of backends) this.#hairpins.add(`${ip} . ${ip}`);
    if (affinitySeconds) this.#sticky(chain, backends, affinitySeconds, mark, proto);
    else this.#chains.push(...block(`chain ${chain}`, [...mark, `    meta l4proto ${proto} ${spread(backends)}`]));
  }

  /** The same client to the same endpoint, until it has been quiet for so long. */
  #sticky(chain: string, backends: readonly Backend[], seconds: number, mark: readonly string[], proto: string): void {
    const names = backends.map((_, i) => `${chain}e${i}`);
    for (const [i, { ip, port }] of backends.entries()) {
      this.#chains.push(
        ...block(`set ${names[i]}`, ["    type ipv4_addr", "    flags dynamic,timeout", `    timeout ${seconds}s`]),
      );
      this.#chains.push(
        ...block(`chain c${names[i]}`, [
          `    update @${names[i]} { ip saddr }`,
          `    meta l4proto ${proto} dnat to ${ip}:${port}`,
        ]),
      );
    }
    const known = names.map((name) => `    ip saddr @${name} goto c${name}`);
    const any = names.map((name, i) => `${i} : goto c${name}`).join(", ");
    this.#chains.push(
      ...block(`chain ${chain}`, [...mark, ...known, `    numgen random mod ${names.length} vmap { ${any} }`]),
    );
  }

  text(): string {
    const table = `ip ${this.#inputs.table}`;
    const verdicts = (fronts: readonly Frontend[]): string =>
      fronts.map((f) => `${f.key} : goto ${f.chain}`).join(", ");
    const map = (name: string, type: string, elements: string): string[] =>
      block(`map ${name}`, [`    type ${type} : verdict`, ...(elements ? [`    elements = { ${elements} }`] : [])]);
    const set = (name: string, type: string, elements: readonly string[]): string[] =>
      block(`set ${name}`, [
        `    type ${type}`,
        ...(elements.length ? [`    elements = { ${elements.join(", ")} }`] : []),
      ]);
    const lookUp = [
      "    ip daddr . meta l4proto . th dport vmap @service-ips",
      "    fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport vmap @node-ports",
    ];
    const refuse = [
      "    ip daddr . meta l4proto . th dport @empty-ips reject",
      "    fib daddr type local meta l4proto . th dport @empty-ports reject",
    ];
    return [
      `add table ${table}`,
      `delete table ${table}`,
      `table ${table} {`,
      ...this.#chains,
      ...map("service-ips", "ipv4_addr . inet_proto . inet_service", verdicts(this.#ips)),
      ...map("node-ports", "inet_proto . inet_service", verdicts(this.#nodePorts)),
      ...set("empty-ips", "ipv4_addr . inet_proto . inet_service", this.#empty),
      ...set("empty-ports", "inet_proto . inet_service", this.#emptyPorts),
      ...set("hairpins", "ipv4_addr . ipv4_addr", [...this.#hairpins]),
      ...block("chain prerouting", ["    type nat hook prerouting priority dstnat; policy accept;", ...lookUp]),
      ...block("chain output", ["    type nat hook output priority -100; policy accept;", ...lookUp]),
      ...block("chain refuse-in", ["    type filter hook input priority filter; policy accept;", ...refuse]),
      ...block("chain refuse-out", ["    type filter hook output priority filter; policy accept;", ...refuse]),
      ...block("chain refuse-forward", ["    type filter hook forward priority filter; policy accept;", ...refuse]),
      ...block("chain postrouting", [
        "    type nat hook postrouting priority srcnat; policy accept;",
        `    meta mark & ${masqueradeMark} == ${masqueradeMark} masquerade`,
        "    ct status dnat ip saddr . ip daddr @hairpins masquerade",
      ]),
      "}",
      "",
    ].join("\n");
  }
}

const block = (head: string, lines: readonly string[]): string[] => [`  ${head} {`, ...lines, "  }"];

function spread(backends: readonly Backend[]): string {
  const [only, ...others] = backends;
  if (only && !others.length) return `dnat to ${only.ip}:${only.port}`;
  const elements = backends.map(({ ip, port }, i) => `${i} : ${ip} . ${port}`).join(", ");
  return `dnat ip to numgen random mod ${backends.length} map { ${elements} }`;
}

/** Who answers for a port: what is ready; where nothing is, what still serves while it ends (KEP-1669). */
export function backendsOf(
  slices: readonly EndpointSlice[],
  portName: string,
  nodeName: string | undefined,
): Backend[] {
  const ready: Backend[] = [];
  const ending: Backend[] = [];
  for (const { addressType, endpoints, ports } of slices) {
    if (addressType !== "IPv4") continue;
    const port = (ports ?? []).find((p) => (p.name ?? "") === portName)?.port;
    if (!port) continue;
    for (const { addresses, conditions, nodeName: on } of endpoints ?? []) {
      const backend = { ip: addresses?.[0] ?? "", port, local: nodeName !== undefined && on === nodeName };
      if (conditions.ready ?? true) ready.push(backend);
      else if (conditions.serving && conditions.terminating) ending.push(backend);
    }
  }
  const chosen = ready.length ? ready : ending;
  return chosen.sort((a, b) => (a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : a.port - b.port));
}
