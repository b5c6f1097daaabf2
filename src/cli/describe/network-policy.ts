/** The description of a network policy: which traffic it lets through. */
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from "../../api/generated/networking-v1.ts";
import type { LabelSelector, Shared } from "../../api/object.ts";
import { labelSelectorFrom } from "../pods/selector-text.ts";
import type { Describer } from "./describer.ts";
import type { Page } from "./page.ts";

type Selector = Shared<LabelSelector> | null | undefined;
const selectorText = (selector: Selector): string => labelSelectorFrom(selector) || "<none>";

interface Direction {
  readonly name: "ingress" | "egress";
  readonly peersOf: "From" | "To";
  readonly anyone: string;
}
const ingress: Direction = {
  name: "ingress",
  peersOf: "From",
  anyone: "From: <any> (traffic not restricted by source)",
};
const egress: Direction = {
  name: "egress",
  peersOf: "To",
  anyone: "To: <any> (traffic not restricted by destination)",
};

interface Rule {
  readonly ports: readonly Shared<NetworkPolicyPort>[];
  readonly peers: readonly Shared<NetworkPolicyPeer>[];
}

export const describeNetworkPolicy: Describer = async (page, object) => {
  const { metadata, spec } = object as unknown as Shared<NetworkPolicy>;
  page.head(metadata);
  page.field("Created on", goTime(metadata.creationTimestamp ?? undefined));
  page.labels("Labels", metadata.labels);
  page.annotations("Annotations", metadata.annotations);
  page.line(0, "Spec:");
  const all = "<none> (Allowing the specific traffic to all pods in this namespace)";
  const chosen = labelSelectorFrom(spec?.podSelector);
  page.line(1, `PodSelector:     ${chosen && chosen !== "<none>" ? chosen : all}`);
  const types = spec?.policyTypes ?? [];
  const into = (spec?.ingress ?? []).map(({ ports, from }) => ({ ports: ports ?? [], peers: from ?? [] }));
  const outOf = (spec?.egress ?? []).map(({ ports, to }) => ({ ports: ports ?? [], peers: to ?? [] }));
  traffic(page, ingress, types.includes("Ingress"), into);
  traffic(page, egress, types.includes("Egress"), outOf);
  page.line(1, `Policy Types: ${types.join(", ")}`);
};

const goTime = (time: string | undefined): string =>
  time ? `${time.replace("T", " ").replace(/(\.\d+)?Z$/, "")} +0000 UTC` : "";

function traffic(page: Page, direction: Direction, affected: boolean, rules: readonly Rule[]): void {
  const { name, peersOf, anyone } = direction;
  if (!affected) {
    page.line(1, `Not affecting ${name} traffic`);
    return;
  }
  page.line(1, `Allowing ${name} traffic:`);
  if (!rules.length) page.line(2, `<none> (Selected pods are isolated for ${name} connectivity)`);
  rules.forEach(({ ports, peers }, i) => {
    if (i) page.line(2, "----------");
    if (!ports.length) page.line(2, "To Port: <any> (traffic allowed to all ports)");
    for (const { port, endPort, protocol = "TCP" } of ports)
      page.line(
        2,
        endPort === undefined
          ? `To Port: ${port ?? "<nil>"}/${protocol}`
          : `To Port Range: ${port}-${endPort}/${protocol}`,
      );
    if (!peers.length) page.line(2, anyone);
    for (const peer of peers) {
      page.line(2, `${peersOf}:`);
      describePeer(page, peer);
    }
  });
}

function describePeer(page: Page, { podSelector, namespaceSelector, ipBlock }: Shared<NetworkPolicyPeer>): void {
  if (namespaceSelector) page.line(3, `NamespaceSelector: ${selectorText(namespaceSelector)}`);
  if (podSelector) page.line(3, `PodSelector: ${selectorText(podSelector)}`);
  if (namespaceSelector || podSelector || !ipBlock) return;
  page.line(3, "IPBlock:");
  page.line(4, `CIDR: ${ipBlock.cidr}`);
  page.line(4, `Except: ${(ipBlock.except ?? []).join(", ")}`);
}
