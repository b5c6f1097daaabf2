/** EndpointSlices: upstream's pkg/apis/discovery/validation. */
import { validateEndpointIp } from "../../core/validation/endpoint-ip.ts";
import { portProtocols } from "../../core/validation/service.ts";
import type { Endpoint, EndpointHints, EndpointPort, EndpointSlice } from "../../generated/discovery-v1.ts";
import { deepEqual } from "../../object.ts";
import { checkOneOf, report } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { parseAddress, validateCanonicalIp, validateIp } from "../../validation/ip.ts";
import { isDns1123Label, isDns1123Subdomain, isLabelValue, isQualifiedName } from "../../validation/names.ts";
import { immutableText } from "../../validation/object-meta.ts";

const maxAddresses = 100;
const maxPorts = 20000;
const maxEndpoints = 1000;
const maxHints = 8;

export function validateSlice(slice: EndpointSlice, old?: EndpointSlice): FieldError[] {
  const errors: FieldError[] = [];
  checkOneOf(errors, new Path("addressType"), slice.addressType, ["FQDN", "IPv4", "IPv6"]);
  validatePorts(errors, slice.ports ?? [], new Path("ports"));
  if (!old || !deepEqual(slice.endpoints, old.endpoints))
    validateEndpoints(errors, slice.endpoints ?? [], slice.addressType, new Path("endpoints"));
  if (old && slice.addressType !== old.addressType)
    errors.push(new Path("addressType").invalid(slice.addressType, immutableText));
  return errors;
}

function validatePorts(errors: FieldError[], ports: readonly EndpointPort[], path: Path): void {
  if (ports.length > maxPorts) {
    errors.push(path.tooMany(ports.length, maxPorts));
    return;
  }
  const names = new Set<string>();
  ports.forEach(({ name = "", protocol, appProtocol }, i) => {
    const at = path.index(i);
    if (name) report(errors, at.child("name"), name, isDns1123Label(name));
    if (names.has(name)) errors.push(at.child("name").duplicate(name));
    names.add(name);
    if (protocol === undefined) errors.push(at.child("protocol").required());
    else if (!portProtocols.includes(protocol)) errors.push(at.child("protocol").notSupported(protocol, portProtocols));
    if (appProtocol !== undefined) report(errors, at.child("appProtocol"), appProtocol, isQualifiedName(appProtocol));
  });
}

function validateEndpoints(errors: FieldError[], endpoints: readonly Endpoint[], type: string, path: Path): void {
  if (endpoints.length > maxEndpoints) {
    errors.push(path.tooMany(endpoints.length, maxEndpoints));
    return;
  }
  endpoints.forEach(({ addresses, nodeName, hostname, hints }, i) => {
    const at = path.index(i);
    validateAddresses(errors, addresses ?? [], type, at.child("addresses"));
    if (nodeName !== undefined) report(errors, at.child("nodeName"), nodeName, isDns1123Subdomain(nodeName));
    if (hostname !== undefined) report(errors, at.child("hostname"), hostname, isDns1123Label(hostname));
    if (hints) validateHints(errors, hints, at.child("hints"));
  });
}

function validateAddresses(errors: FieldError[], addresses: readonly string[], type: string, path: Path): void {
  if (!addresses.length) errors.push(path.required("must contain at least 1 address"));
  else if (addresses.length > maxAddresses) errors.push(path.tooMany(addresses.length, maxAddresses));
  addresses.forEach((address, i) => {
    const at = path.index(i);
    if (type === "FQDN") validateDomain(errors, address, at);
    if (type !== "IPv4" && type !== "IPv6") return;
    const before = errors.length;
    if (type === "IPv4") validateIp(errors, at, address);
    else validateCanonicalIp(errors, at, address);
    if (errors.length > before) return;
    if (parseAddress(address)?.family !== Number(type.slice(-1)))
      errors.push(path.invalid(address, `must be an ${type} address`));
    validateEndpointIp(errors, address, at);
  });
}

function validateDomain(errors: FieldError[], name: string, path: Path): void {
  if (!name) {
    errors.push(path.required());
    return;
  }
  const domain = name.replace(/\.$/, "");
  const labels = domain.split(".");
  const faults = isDns1123Subdomain(domain);
  if (faults.length) errors.push(path.invalid(domain, faults.join(",")));
  else if (labels.length < 2)
    errors.push(path.invalid(domain, "should be a domain with at least two segments separated by dots"));
  else
    for (const label of labels) {
      const wrong = isDns1123Label(label);
      if (wrong.length) errors.push(path.invalid(label, wrong.join(",")));
    }
}

function validateHints(errors: FieldError[], { forZones = [], forNodes = [] }: EndpointHints, path: Path): void {
  const zones = path.child("forZones");
  if (forZones.length > maxHints) {
    errors.push(zones.tooMany(forZones.length, maxHints));
    return;
  }
  validateHintNames(errors, forZones, zones, isLabelValue);
  const nodes = path.child("forNodes");
  if (forNodes.length > maxHints) errors.push(nodes.tooMany(forNodes.length, maxHints));
  else validateHintNames(errors, forNodes, nodes, isDns1123Subdomain);
}

function validateHintNames(
  errors: FieldError[],
  hints: readonly { readonly name: string }[],
  path: Path,
  rule: (name: string) => readonly string[],
): void {
  hints.forEach(({ name }, i) => {
    const at = path.index(i).child("name");
    if (hints.findIndex((hint) => hint.name === name) < i) errors.push(at.duplicate(name));
    report(errors, at, name, rule(name));
  });
}
