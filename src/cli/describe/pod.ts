/** The description of a pod, and of the template that pods are made from. */
import { computeQos } from "../../api/core/pod-resources.ts";
import type { KubeObject } from "../../api/object.ts";
import type { Deployment, Pod } from "../../client/kinds.ts";
import { labelSelectorFrom } from "../pods/selector-text.ts";
import { type Container, describeContainers, describeResources } from "./containers.ts";
import type { Describer } from "./describer.ts";
import { describeEvents } from "./events.ts";
import { type Page, rfc1123 } from "./page.ts";
import { describeVolumes } from "./volumes.ts";

type Spec = Pod["spec"];

export const describePod: Describer = async (page, object, around) => {
  const pod = object as unknown as Pod;
  const { metadata, spec, status } = pod;
  page.head(metadata);
  if (spec.priority !== undefined) page.field("Priority", spec.priority);
  if (spec.priorityClassName) page.field("Priority Class Name", spec.priorityClassName);
  if (spec.runtimeClassName) page.field("Runtime Class Name", spec.runtimeClassName);
  if (spec.serviceAccountName) page.field("Service Account", spec.serviceAccountName);
  page.field("Node", spec.nodeName ? `${spec.nodeName}/${status.hostIP ?? ""}` : "<none>");
  if (status.startTime) page.field("Start Time", rfc1123(status.startTime));
  page.labels("Labels", metadata.labels);
  page.annotations("Annotations", metadata.annotations);
  phase(page, pod);
  page.field("IP", status.podIP ?? "");
  const addresses = status.podIPs ?? [];
  page.line(0, addresses.length ? "IPs:" : "IPs:\t<none>");
  for (const { ip } of addresses) page.field("IP", ip, 1);
  controlledBy(page, object);
  if (status.nominatedNodeName) page.field("NominatedNodeName", status.nominatedNodeName);
  if (spec.resources) {
    page.line(0, "Resources:");
    describeResources(page, spec.resources, 1);
  }
  if (spec.initContainers?.length)
    describeContainers(page, {
      title: "Init Containers",
      containers: spec.initContainers,
      statuses: status.initContainerStatuses,
      pod,
    });
  describeContainers(page, {
    title: "Containers",
    containers: spec.containers ?? [],
    statuses: status.containerStatuses,
    pod,
  });
  if (spec.ephemeralContainers?.length) {
    const containers = spec.ephemeralContainers as readonly Container[];
    describeContainers(page, {
      title: "Ephemeral Containers",
      containers,
      statuses: status.ephemeralContainerStatuses,
      pod,
    });
  }
  conditions(page, pod);
  describeVolumes(page, spec.volumes);
  page.field("QoS Class", status.qosClass ?? computeQos(object as never));
  placement(page, spec);
  await describeEvents(page, object, around);
};

function phase(page: Page, { metadata, spec, status }: Pod): void {
  const ended = status.phase === "Failed" || status.phase === "Succeeded";
  if (metadata.deletionTimestamp && !ended) {
    page.field("Status", `Terminating (lasts ${page.since(metadata.deletionTimestamp)})`);
    page.field("Termination Grace Period", `${metadata.deletionGracePeriodSeconds}s`);
  } else page.field("Status", status.phase ?? "");
  if (status.reason) page.field("Reason", status.reason);
  if (status.message) page.field("Message", status.message);
  const profile = spec.securityContext?.seccompProfile;
  if (!profile) return;
  page.field("SeccompProfile", profile.type);
  if (profile.type === "Localhost") page.field("LocalhostProfile", profile.localhostProfile);
}

function conditions(page: Page, { spec, status }: Pod): void {
  const found = status.conditions ?? [];
  if (spec.readinessGates?.length) {
    page.line(0, "Readiness Gates:");
    page.line(1, "Type\tStatus");
    for (const { conditionType } of spec.readinessGates)
      page.line(1, `${conditionType} \t${found.find(({ type }) => type === conditionType)?.status ?? "<none>"} `);
  }
  if (!found.length) return;
  page.line(0, "Conditions:");
  page.line(1, "Type\tStatus");
  for (const { type, status: value } of found) page.line(1, `${type} \t${value} `);
}

/** Where pods may go. */
function placement(page: Page, spec: Spec, indent = ""): void {
  if (!indent) {
    page.labels("Node-Selectors", spec.nodeSelector);
    page.list("Tolerations", tolerationTexts(spec));
    spread(page, spec, indent);
  } else {
    spread(page, spec, indent);
    if (spec.priorityClassName) page.field("Priority Class Name", spec.priorityClassName, 1);
    page.labels("  Node-Selectors", spec.nodeSelector);
    page.list("  Tolerations", tolerationTexts(spec));
  }
}

const tolerationTexts = ({ tolerations }: Spec): readonly string[] =>
  (tolerations ?? [])
    .toSorted((a, b) => ((a.key ?? "") < (b.key ?? "") ? -1 : (a.key ?? "") > (b.key ?? "") ? 1 : 0))
    .map(({ key = "", value, effect, operator, tolerationSeconds }) => {
      const base = `${key}${value ? `=${value}` : ""}${effect ? `:${effect}` : ""}`;
      const any = operator === "Exists" && !value ? `${base ? " " : ""}op=Exists` : "";
      return `${base}${any}${tolerationSeconds === undefined ? "" : ` for ${tolerationSeconds}s`}`;
    });

function spread(page: Page, { topologySpreadConstraints }: Spec, indent: string): void {
  const lines = (topologySpreadConstraints ?? [])
    .toSorted((a, b) => (a.topologyKey < b.topologyKey ? -1 : 1))
    .map(({ topologyKey, whenUnsatisfiable, maxSkew, labelSelector }) => {
      const selector = labelSelector ? ` for selector ${labelSelectorFrom(labelSelector)}` : "";
      return `${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${selector}`;
    });
  if (lines.length) page.list("Topology Spread Constraints", lines, indent);
}

export function controlledBy(page: Page, { metadata }: KubeObject): void {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  if (owner) page.field("Controlled By", `${owner.kind}/${owner.name}`);
}

export type Template = NonNullable<Deployment["spec"]["template"]>;

export function describeTemplate(page: Page, template: Template | undefined): void {
  page.line(0, "Pod Template:");
  if (!template) {
    page.line(1, "<unset>");
    return;
  }
  const { metadata, spec } = template as { readonly metadata?: Pod["metadata"]; readonly spec: Spec };
  page.labels("  Labels", metadata?.labels);
  if (Object.keys(metadata?.annotations ?? {}).length) page.annotations("  Annotations", metadata?.annotations);
  if (spec.serviceAccountName) page.field("Service Account", spec.serviceAccountName, 1);
  if (spec.initContainers?.length)
    describeContainers(page, { title: "Init Containers", containers: spec.initContainers, indent: "  " });
  describeContainers(page, { title: "Containers", containers: spec.containers ?? [], indent: "  " });
  describeVolumes(page, spec.volumes, "  ");
  placement(page, spec, "  ");
}
