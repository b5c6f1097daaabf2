/** Descriptions of services, endpoints and ingresses. */

import type { Ingress, IngressBackend } from "../../api/generated/networking-v1.ts";
import type { Shared } from "../../api/object.ts";
import { formatLabels } from "../../api/printing/columns.ts";
import type { EndpointSlice, Endpoints, Service } from "../../client/kinds.ts";
import type { Describer, Surroundings } from "./describer.ts";
import { describeEvents } from "./events.ts";
import { orNone, type Page } from "./page.ts";

const slicesOf = async (
  around: Surroundings,
  namespace: string | undefined,
  service: string,
): Promise<readonly EndpointSlice[]> =>
  (await around.list(
    "endpointslices.discovery.k8s.io",
    namespace,
    `kubernetes.io/service-name=${service}`,
  )) as unknown as readonly EndpointSlice[];

/** The first three ready addresses of a port, and how many more there are. */
export function endpointText(slices: readonly EndpointSlice[], port: string): string {
  if (!slices.length) return "<none>";
  const all = slices.flatMap(({ ports, endpoints }) => {
    const ready = (endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false)
      .map(({ addresses }) => addresses?.[0] ?? "");
    if (!ports?.length) return ready;
    return ports
      .filter(({ name }) => (name ?? "") === port)
      .flatMap((one) =>
        ready.map((address) => (address.includes(":") ? `[${address}]:${one.port}` : `${address}:${one.port}`)),
      );
  });
  const shown = all.slice(0, 3).join(",");
  return all.length > 3 ? `${shown} + ${all.length - 3} more...` : shown;
}

export const describeService: Describer = async (page, object, around) => {
  const { metadata, spec, status } = object as unknown as Service;
  page.head(metadata);
  page.labels("Labels", metadata.labels);
  page.annotations("Annotations", metadata.annotations);
  page.field("Selector", formatLabels(spec?.selector));
  page.field("Type", spec?.type ?? "");
  if (spec?.ipFamilyPolicy) page.field("IP Family Policy", spec.ipFamilyPolicy);
  page.field("IP Families", orNone((spec?.ipFamilies ?? []).join(",")));
  page.field("IP", spec?.clusterIP ?? "");
  page.field("IPs", orNone((spec?.clusterIPs ?? []).join(",")));
  if (spec?.externalIPs?.length) page.field("External IPs", spec.externalIPs.join(","));
  if (spec?.loadBalancerIP) page.field("Desired LoadBalancer IP", spec.loadBalancerIP);
  if (spec?.externalName) page.field("External Name", spec.externalName);
  const ingress = status?.loadBalancer?.ingress ?? [];
  if (ingress.length)
    page.field(
      "LoadBalancer Ingress",
      ingress.map(({ ip, ipMode, hostname }) => (ip ? `${ip}${ipMode ? ` (${ipMode})` : ""}` : hostname)).join(", "),
    );
  await ports(page, object as unknown as Service, around);
  page.field("Session Affinity", spec?.sessionAffinity ?? "");
  if (spec?.externalTrafficPolicy) page.field("External Traffic Policy", spec.externalTrafficPolicy);
  if (spec?.internalTrafficPolicy) page.field("Internal Traffic Policy", spec.internalTrafficPolicy);
  if (spec?.healthCheckNodePort) page.field("HealthCheck NodePort", spec.healthCheckNodePort);
  if (spec?.loadBalancerSourceRanges?.length)
    page.field("LoadBalancer Source Ranges", spec.loadBalancerSourceRanges.join(","));
  if (spec?.trafficDistribution) page.field("Traffic Distribution", spec.trafficDistribution);
  await describeEvents(page, object, around);
};

async function ports(page: Page, { metadata, spec }: Service, around: Surroundings): Promise<void> {
  if (!spec?.ports?.length) return;
  const slices = await slicesOf(around, metadata.namespace, metadata.name ?? "");
  for (const { name, port, protocol, targetPort, appProtocol, nodePort } of spec.ports) {
    const shown = name || "<unset>";
    page.field("Port", `${shown}\t${port}/${protocol}`);
    page.field("TargetPort", `${targetPort ?? 0}/${protocol}`);
    if (appProtocol) page.field("AppProtocol", appProtocol);
    if (nodePort) page.field("NodePort", `${shown}\t${nodePort}/${protocol}`);
    page.field("Endpoints", endpointText(slices, name ?? ""));
  }
}

export const describeEndpoints: Describer = async (page, object, around) => {
  const { metadata, subsets } = object as unknown as Endpoints;
  page.head(metadata);
  page.labels("Labels", metadata.labels);
  page.annotations("Annotations", metadata.annotations);
  page.line(0, "Subsets:");
  for (const { addresses, notReadyAddresses, ports: list } of subsets ?? []) {
    page.field("Addresses", orNone((addresses ?? []).map(({ ip }) => ip).join(",")), 1);
    page.field("NotReadyAddresses", orNone((notReadyAddresses ?? []).map(({ ip }) => ip).join(",")), 1);
    if (list?.length) {
      page.line(1, "Ports:");
      page.line(2, "Name\tPort\tProtocol");
      page.line(2, "----\t----\t--------");
      for (const { name, port, protocol } of list) page.line(2, `${name || "<unset>"}\t${port}\t${protocol}`);
    }
    page.line(0, "");
  }
  await describeEvents(page, object, around);
};

export const describeIngress: Describer = async (page, object, around) => {
  const { metadata, spec, status } = object as unknown as Shared<Ingress>;
  const { namespace } = metadata;
  page.field("Name", metadata.name);
  page.labels("Labels", metadata.labels);
  page.field("Namespace", namespace);
  page.field(
    "Address",
    (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? "").join(","),
  );
  page.field("Ingress Class", spec?.ingressClassName ?? "<none>");
  const toAll = spec?.defaultBackend ? await backendText(spec.defaultBackend, namespace, around) : "<default>";
  page.field("Default backend", toAll);
  if (spec?.tls?.length) {
    page.line(0, "TLS:");
    for (const { secretName, hosts } of spec.tls)
      page.line(
        1,
        secretName ? `${secretName} terminates ${(hosts ?? []).join(",")}` : `SNI routes ${(hosts ?? []).join(",")}`,
      );
  }
  page.line(0, "Rules:");
  page.line(1, "Host\tPath\tBackends");
  page.line(1, "----\t----\t--------");
  const rules = (spec?.rules ?? []).filter(({ http }) => http);
  for (const { host, http } of rules) {
    page.line(1, `${host || "*"}\t`);
    for (const { path, backend } of http?.paths ?? [])
      page.line(2, `\t${path ?? ""} \t${await backendText(backend, namespace, around)}`);
  }
  if (!rules.length) page.line(1, `*\t*\t${toAll}`);
  page.annotations("Annotations", metadata.annotations);
  await describeEvents(page, object, around);
};

async function backendText(
  { service, resource }: Shared<IngressBackend>,
  namespace: string | undefined,
  around: Surroundings,
): Promise<string> {
  if (resource) return `APIGroup: ${resource.apiGroup ?? "<none>"}, Kind: ${resource.kind}, Name: ${resource.name}`;
  if (!service) return "";
  const text = `${service.name}:${service.port?.number ?? service.port?.name ?? ""}`;
  try {
    const found = (await around.get("services", namespace, service.name)) as unknown as Service;
    const port = (found.spec?.ports ?? []).find((p) =>
      service.port?.number ? p.port === service.port.number : p.name === service.port?.name,
    );
    return `${text} (${endpointText(await slicesOf(around, namespace, service.name), port?.name ?? "")})`;
  } catch (error) {
    return `${text} (<error: ${error instanceof Error ? error.message : error}>)`;
  }
}
