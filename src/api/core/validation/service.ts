/** Services: `validateService` and its like in upstream's pkg/apis/core/validation. */
import type { Service, ServicePort, ServiceSpec } from "../../generated/core-v1.ts";
import { checkOneOf, checkSupported, report } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { parseAddress, validateIp } from "../../validation/ip.ts";
import { isDns1123Label, isDns1123Subdomain, isPortNumber, isQualifiedName } from "../../validation/names.ts";
import { validateLabels } from "../../validation/object-meta.ts";
import { isHeadless, isLoadBalancer, needsClusterIp, needsHealthCheckPort } from "../service-addresses.ts";
import { validateEndpointIp } from "./endpoint-ip.ts";
import { checkPort } from "./handlers.ts";
import { validateClusterIps, validateClusterIpsUpdate } from "./service-ips.ts";
import { validateLoadBalancer, validateLoadBalancerClass, validateTrafficPolicies } from "./service-traffic.ts";

export const topologyHints = "service.kubernetes.io/topology-aware-hints";
export const topologyMode = "service.kubernetes.io/topology-mode";
const specPath = new Path("spec");
const portsPath = specPath.child("ports");
const largestAffinitySeconds = 86400;
export const portProtocols = ["SCTP", "TCP", "UDP"];

export function validateService(service: Service, old?: Service): FieldError[] {
  const errors: FieldError[] = [];
  const { metadata, spec } = service;
  const { [topologyHints]: hints, [topologyMode]: mode } = metadata.annotations ?? {};
  if (hints !== undefined && mode !== undefined && hints !== mode) {
    const path = new Path("metadata").child("annotations").key(topologyMode);
    errors.push(path.invalid(mode, `must match annotations[${topologyHints}] when both are specified`));
  }
  validateType(errors, service);
  const names = new Set<string>();
  spec.ports?.forEach((port, i, all) => {
    validatePort(errors, port, all.length > 1, names, portsPath.index(i));
  });
  if (spec.selector) errors.push(...validateLabels(spec.selector, specPath.child("selector")));
  validateAffinity(errors, spec);
  validateClusterIps(errors, service, old);
  validateExternalIps(errors, spec.externalIPs ?? [], old?.spec.externalIPs ?? []);
  checkOneOf(errors, specPath.child("type"), spec.type, ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]);
  validatePortNumbers(errors, spec);
  validateLoadBalancer(errors, service, old);
  validateTrafficPolicies(errors, service);
  return errors;
}

export function validateServiceUpdate(service: Service, old: Service): FieldError[] {
  const errors: FieldError[] = [];
  validateClusterIpsUpdate(errors, service, old);
  if (isLoadBalancer(service) && isLoadBalancer(old) && service.spec.loadBalancerClass !== old.spec.loadBalancerClass)
    errors.push(specPath.child("loadBalancerClass").invalid(service.spec.loadBalancerClass, "may not change once set"));
  validateLoadBalancerClass(errors, service); // and again with the rest, as upstream does
  if (
    needsHealthCheckPort(service) &&
    needsHealthCheckPort(old) &&
    service.spec.healthCheckNodePort !== old.spec.healthCheckNodePort
  )
    errors.push(specPath.child("healthCheckNodePort").forbidden("field is immutable"));
  return [...errors, ...validateService(service, old)];
}

function validateType(errors: FieldError[], service: Service): void {
  const { spec } = service;
  const headless = isHeadless(service);
  if (!spec.ports?.length && !headless && needsClusterIp(service)) errors.push(portsPath.required());
  if (headless && (spec.type === "LoadBalancer" || spec.type === "NodePort"))
    errors.push(
      specPath.child("clusterIPs").index(0).invalid("None", `may not be set to 'None' for ${spec.type} services`),
    );
  if (needsClusterIp(service)) return;
  const forbid = (field: "clusterIPs" | "ipFamilies" | "ipFamilyPolicy"): void => {
    if (spec[field]?.length) errors.push(specPath.child(field).forbidden("may not be set for ExternalName services"));
  };
  forbid("clusterIPs");
  forbid("ipFamilies");
  forbid("ipFamilyPolicy");
  const path = specPath.child("externalName");
  const name = spec.externalName?.replace(/\.$/, "");
  if (name) report(errors, path, name, isDns1123Subdomain(name));
  else errors.push(path.required());
}

function validatePort(errors: FieldError[], port: ServicePort, named: boolean, names: Set<string>, path: Path): void {
  if (port.name) {
    report(errors, path.child("name"), port.name, isDns1123Label(port.name));
    if (names.has(port.name)) errors.push(path.child("name").duplicate(port.name));
    names.add(port.name);
  } else if (named) errors.push(path.child("name").required());
  report(errors, path.child("port"), port.port, isPortNumber(port.port));
  checkOneOf(errors, path.child("protocol"), port.protocol, portProtocols);
  checkPort(errors, port.targetPort ?? 0, path.child("targetPort"));
  if (port.appProtocol !== undefined)
    report(errors, path.child("appProtocol"), port.appProtocol, isQualifiedName(port.appProtocol));
}

function validateAffinity(errors: FieldError[], { sessionAffinity, sessionAffinityConfig }: ServiceSpec): void {
  checkOneOf(errors, specPath.child("sessionAffinity"), sessionAffinity, ["ClientIP", "None"]);
  const path = specPath.child("sessionAffinityConfig");
  const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (sessionAffinity === "ClientIP" && seconds !== undefined && (seconds <= 0 || seconds > largestAffinitySeconds)) {
    const why = `must be greater than 0 and less than ${largestAffinitySeconds}`;
    errors.push(path.child("clientIP", "timeoutSeconds").invalid(seconds, why));
  }
}

function validateExternalIps(errors: FieldError[], ips: readonly string[], known: readonly string[]): void {
  const path = specPath.child("externalIPs");
  ips.forEach((ip, i) => {
    const before = errors.length;
    validateIp(errors, path.index(i), ip, known);
    if (errors.length === before) validateEndpointIp(errors, ip, path.index(i));
  });
}

/** No number twice: neither of nodes nor of the service, by protocol. */
function validatePortNumbers(errors: FieldError[], { type, ports = [] }: ServiceSpec): void {
  if (type === "ClusterIP")
    ports.forEach(({ nodePort }, i) => {
      const path = portsPath.index(i).child("nodePort");
      if (nodePort) errors.push(path.forbidden("may not be used when `type` is 'ClusterIP'"));
    });
  eachRepeated(
    ports.map(({ nodePort, protocol }) => nodePort && `${protocol}/${nodePort}`),
    (i) => errors.push(portsPath.index(i).child("nodePort").duplicate(ports[i]?.nodePort)),
  );
  eachRepeated(
    ports.map(({ port, protocol }) => `${protocol}/${port}`),
    (i) => {
      const { port: Port, protocol: Protocol } = ports[i] as ServicePort;
      const shown = { Name: "", Protocol, AppProtocol: null, Port, TargetPort: 0, NodePort: 0 };
      errors.push(portsPath.index(i).duplicate(shown));
    },
  );
}

function eachRepeated(keys: readonly (string | number | undefined)[], found: (index: number) => void): void {
  keys.forEach((key, i) => {
    if (key && keys.indexOf(key) < i) found(i);
  });
}

export function validateServiceStatus(service: Service, old: Service): FieldError[] {
  const errors: FieldError[] = [];
  const ingress = service.status.loadBalancer?.ingress ?? [];
  const path = new Path("status").child("loadBalancer", "ingress");
  if (!isLoadBalancer(service) && ingress.length)
    return [path.forbidden("may only be used when `spec.type` is 'LoadBalancer'")];
  const known = (old.status.loadBalancer?.ingress ?? []).map(({ ip }) => ip ?? "");
  ingress.forEach(({ ip, ipMode, hostname }, i) => {
    const at = path.index(i);
    if (ip) validateIp(errors, at.child("ip"), ip, known);
    if (ipMode !== undefined && !ip)
      errors.push(at.child("ipMode").forbidden("may not be specified when `ip` is not set"));
    else checkSupported(errors, at.child("ipMode"), ipMode, ["Proxy", "VIP"]);
    if (!hostname) return;
    report(errors, at.child("hostname"), hostname, isDns1123Subdomain(hostname));
    if (parseAddress(hostname))
      errors.push(at.child("hostname").invalid(hostname, "must be a DNS name, not an IP address"));
  });
  return errors;
}
