/** How the kinds of networking.k8s.io are shown. */
import { loadBalancerAddresses } from "../core/service-printer.ts";
import type {
  Ingress,
  IngressClass,
  IngressClassParametersReference,
  IngressRule,
  IPAddress,
  NetworkPolicy,
  ParentReference,
  ServiceCIDR,
} from "../generated/networking-v1.ts";
import type { Printer } from "../kind.ts";
import { text } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";
import { formatLabelSelector } from "../selectors.ts";

export const ingressPrinter: Printer = {
  columns: [
    nameColumn,
    text("Class", "The name of the IngressClass resource that should be used for additional configuration"),
    text("Hosts", "Hosts that incoming requests are matched against before the ingress rule"),
    text("Address", "Address is a list containing ingress points for the load-balancer"),
    text("Ports", "Ports of TLS configurations that open"),
    ageColumn,
  ],
  cells(object, now) {
    const { metadata, spec, status } = object as unknown as Ingress;
    return [
      metadata.name ?? "",
      spec.ingressClassName ?? "<none>",
      hosts(spec.rules ?? []),
      loadBalancerAddresses(status.loadBalancer ?? {}).join(","),
      spec.tls?.length ? "80, 443" : "80",
      age(metadata.creationTimestamp, now),
    ];
  },
};

function hosts(rules: readonly IngressRule[]): string {
  const named = rules.map(({ host }) => host ?? "").filter(Boolean);
  if (!named.length) return "*";
  const more = rules.length - 3;
  return named.slice(0, 3).join(",") + (more > 0 ? ` + ${more} more...` : "");
}

export const ingressClassPrinter: Printer = {
  columns: [
    nameColumn,
    text("Controller", "Controller that is responsible for handling this class"),
    text("Parameters", "A reference to a resource with additional parameters"),
    ageColumn,
  ],
  cells(object, now) {
    const { metadata, spec } = object as unknown as IngressClass;
    const isDefault = metadata.annotations?.["ingressclass.kubernetes.io/is-default-class"] === "true";
    return [
      isDefault ? `${metadata.name} (default)` : (metadata.name ?? ""),
      spec.controller ?? "",
      parameters(spec.parameters),
      age(metadata.creationTimestamp, now),
    ];
  },
};

function parameters(of: IngressClassParametersReference | undefined): string {
  if (!of) return "<none>";
  return `${of.kind}${of.apiGroup === undefined ? "" : `.${of.apiGroup}`}/${of.name}`;
}

export const networkPolicyPrinter: Printer = {
  columns: [
    nameColumn,
    text(
      "Pod-Selector",
      "podSelector selects the pods to which this NetworkPolicy object applies. The array of rules is applied to any pods selected by this field. An empty selector matches all pods in the policy's namespace. Multiple network policies can select the same set of pods. In this case, the ingress rules for each are combined additively. This field is optional. If it is not specified, it defaults to an empty selector.",
    ),
    ageColumn,
  ],
  cells(object, now) {
    const { metadata, spec } = object as unknown as NetworkPolicy;
    return [metadata.name ?? "", formatLabelSelector(spec.podSelector), age(metadata.creationTimestamp, now)];
  },
};
export const serviceCidrPrinter: Printer = {
  columns: [
    nameColumn,
    text(
      "CIDRs",
      'CIDRs defines the IP blocks in CIDR notation (e.g. "192.168.0.0/24" or "2001:db8::/64") from which to assign service cluster IPs. Max of two CIDRs is allowed, one of each IP family. This field is immutable.',
    ),
    ageColumn,
  ],
  cells(object, now) {
    const { metadata, spec } = object as unknown as ServiceCIDR;
    return [metadata.name ?? "", (spec.cidrs ?? []).join(","), age(metadata.creationTimestamp, now)];
  },
};
export const ipAddressPrinter: Printer = {
  columns: [
    nameColumn,
    text(
      "ParentRef",
      "ParentRef references the resource that an IPAddress is attached to. An IPAddress must reference a parent object.",
    ),
  ],
  cells(object, now) {
    const { metadata, spec } = object as unknown as IPAddress;
    return [metadata.name ?? "", parent(spec.parentRef), age(metadata.creationTimestamp, now)];
  },
};

function parent(of: ParentReference | undefined): string {
  if (!of) return "<none>";
  const resource = (of.group ? `${of.resource}.${of.group}` : (of.resource ?? "")).toLowerCase();
  return [resource, ...(of.namespace ? [of.namespace] : []), of.name].join("/");
}
