/** The description of a node. */

import { podRequests } from "../../api/core/pod-requests.ts";
import { aggregateResources, type ResourceList } from "../../api/core/pod-resources.ts";
import type { KubeObject } from "../../api/object.ts";
import { addQuantities, formatQuantity, milliValue, quantityOf } from "../../api/quantity.ts";
import type { Lease, Node, Pod } from "../../client/kinds.ts";
import type { Describer, Surroundings } from "./describer.ts";
import { describeEvents } from "./events.ts";
import { orNone, type Page, rfc1123 } from "./page.ts";

export const describeNode: Describer = async (page, object, around) => {
  const node = object as unknown as Node;
  const { metadata, spec, status } = node;
  page.field("Name", metadata.name);
  page.field("Roles", orNone(rolesOf(metadata.labels).join(",")));
  page.labels("Labels", metadata.labels);
  page.annotations("Annotations", metadata.annotations);
  page.field("CreationTimestamp", rfc1123(metadata.creationTimestamp));
  const taints = (spec?.taints ?? []).toSorted((a, b) => (`${a.effect},${a.key}` < `${b.effect},${b.key}` ? -1 : 1));
  page.list("Taints", taints.map(taintText));
  page.field("Unschedulable", spec?.unschedulable ?? false);
  await lease(page, metadata.name ?? "", around);
  if (status?.conditions?.length) {
    page.line(0, "Conditions:");
    page.line(1, "Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage");
    page.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
    for (const c of status.conditions)
      page.line(
        1,
        `${c.type} \t${c.status} \t${rfc1123(c.lastHeartbeatTime)} \t${rfc1123(c.lastTransitionTime)} \t${c.reason ?? ""} \t${c.message ?? ""}`,
      );
  }
  page.line(0, "Addresses:");
  for (const { type, address } of status?.addresses ?? []) page.field(type, address, 1);
  amounts(page, "Capacity", status?.capacity);
  amounts(page, "Allocatable", status?.allocatable);
  system(page, node);
  if (spec?.podCIDR) page.field("PodCIDR", spec.podCIDR);
  if (spec?.podCIDRs?.length) page.field("PodCIDRs", spec.podCIDRs.join(","));
  if (spec?.providerID) page.field("ProviderID", spec.providerID);
  await pods(page, node, around);
  await describeEvents(page, object as KubeObject, around);
};

export function rolesOf(labels: Readonly<Record<string, string>> | undefined): string[] {
  const prefix = "node-role.kubernetes.io/";
  return Object.entries(labels ?? {})
    .flatMap(([key, value]) =>
      key.startsWith(prefix) && key !== prefix
        ? [key.slice(prefix.length)]
        : key === "kubernetes.io/role" && value
          ? [value]
          : [],
    )
    .sort();
}

export const taintText = ({
  key,
  value,
  effect,
}: {
  readonly key: string;
  readonly value?: string | undefined;
  readonly effect?: string | undefined;
}): string => `${key}${value ? `=${value}` : ""}${effect ? `:${effect}` : ""}`;

async function lease(page: Page, name: string, around: Surroundings): Promise<void> {
  try {
    const { spec } = (await around.get("leases.coordination.k8s.io", "kube-node-lease", name)) as unknown as Lease;
    page.line(0, "Lease:");
    page.field("HolderIdentity", spec?.holderIdentity ?? "<unset>", 1);
    page.field("AcquireTime", spec?.acquireTime ? rfc1123(spec.acquireTime) : "<unset>", 1);
    page.field("RenewTime", spec?.renewTime ? rfc1123(spec.renewTime) : "<unset>", 1);
  } catch (error) {
    page.field("Lease", `Failed to get lease: ${error instanceof Error ? error.message : error}`);
  }
}

function amounts(page: Page, title: string, list: Readonly<Record<string, string>> | undefined): void {
  const names = Object.keys(list ?? {}).sort();
  if (names.length) page.line(0, `${title}:`);
  for (const name of names) page.field(name, formatQuantity(quantityOf(list?.[name])), 1);
}

function system(page: Page, { status }: Node): void {
  const info = status?.nodeInfo;
  page.line(0, "System Info:");
  for (const [title, value] of [
    ["Machine ID", info?.machineID],
    ["System UUID", info?.systemUUID],
    ["Boot ID", info?.bootID],
    ["Kernel Version", info?.kernelVersion],
    ["OS Image", info?.osImage],
    ["Operating System", info?.operatingSystem],
    ["Architecture", info?.architecture],
    ["Container Runtime Version", info?.containerRuntimeVersion],
    ["Kubelet Version", info?.kubeletVersion],
  ] as const)
    page.field(title, value ?? "", 1);
}

async function pods(page: Page, { metadata, status }: Node, around: Surroundings): Promise<void> {
  const selector = `spec.nodeName=${metadata.name},status.phase!=Succeeded,status.phase!=Failed`;
  const list = (await around.list("pods", undefined, undefined, selector)) as unknown as readonly Pod[];
  const allocatable = status?.allocatable ?? status?.capacity ?? {};
  const share = (name: string, amount: string | undefined): string => {
    const whole = Number(milliValue(allocatable[name]));
    return `${formatQuantity(quantityOf(amount))} (${whole ? Math.trunc((Number(milliValue(amount)) / whole) * 100) : 0}%)`;
  };
  const used = list.map((pod) => ({
    pod,
    requests: podRequests(pod.spec),
    limits: aggregateResources(pod.spec, "limits"),
  }));
  page.field("Non-terminated Pods", `(${list.length} in total)`);
  page.line(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge");
  page.line(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---");
  for (const { pod, requests, limits } of used) {
    const cells = [
      share("cpu", requests.cpu),
      share("cpu", limits.cpu),
      share("memory", requests.memory),
      share("memory", limits.memory),
    ];
    page.line(
      1,
      `${pod.metadata.namespace}\t${pod.metadata.name}\t\t${cells.join("\t")}\t${page.since(pod.metadata.creationTimestamp)}`,
    );
  }
  const total = (of: (one: (typeof used)[number]) => Readonly<ResourceList>, name: string): string =>
    used.reduce((sum, one) => (of(one)[name] === undefined ? sum : addQuantities(sum, of(one)[name] as string)), "0");
  page.line(0, "Allocated resources:");
  page.line(1, "(Total limits may be over 100 percent, i.e., overcommitted.)");
  page.line(1, "Resource\tRequests\tLimits");
  page.line(1, "--------\t--------\t------");
  const hugePages = Object.keys(allocatable)
    .filter((name) => name.startsWith("hugepages-"))
    .sort();
  for (const name of ["cpu", "memory", "ephemeral-storage", ...hugePages])
    page.line(
      1,
      `${name}\t${share(
        name,
        total((one) => one.requests, name),
      )}\t${share(
        name,
        total((one) => one.limits, name),
      )}`,
    );
  for (const name of Object.keys(allocatable)
    .filter((one) => one.includes("/"))
    .sort())
    page.line(1, `${name}\t${total((one) => one.requests, name)}\t${total((one) => one.limits, name)}`);
}
