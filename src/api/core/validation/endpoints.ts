import type { EndpointAddress, EndpointPort, EndpointSubset } from "../../generated/core-v1.ts";
import { checkOneOf, report } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { validateIp } from "../../validation/ip.ts";
import { isDns1123Label, isDns1123Subdomain, isPortNumber, isQualifiedName } from "../../validation/names.ts";
import { validateEndpointIp } from "./endpoint-ip.ts";
import { portProtocols } from "./service.ts";

export function validateSubsets(subsets: readonly EndpointSubset[]): FieldError[] {
  const errors: FieldError[] = [];
  subsets.forEach(({ addresses = [], notReadyAddresses = [], ports = [] }, i) => {
    const path = new Path("subsets").index(i);
    if (!addresses.length && !notReadyAddresses.length)
      errors.push(path.required("must specify `addresses` or `notReadyAddresses`"));
    const each = (list: readonly EndpointAddress[], at: Path): void =>
      list.forEach((address, j) => {
        validateAddress(errors, address, at.index(j));
      });
    each(addresses, path.child("addresses"));
    each(notReadyAddresses, path.child("notReadyAddresses"));
    ports.forEach((port, j) => {
      validatePort(errors, port, ports.length > 1, path.child("ports").index(j));
    });
  });
  return errors;
}

function validateAddress(errors: FieldError[], { ip, hostname, nodeName }: EndpointAddress, path: Path): void {
  validateIp(errors, path.child("ip"), ip);
  if (hostname) report(errors, path.child("hostname"), hostname, isDns1123Label(hostname));
  if (nodeName !== undefined) report(errors, path.child("nodeName"), nodeName, isDns1123Subdomain(nodeName));
  validateEndpointIp(errors, ip, path.child("ip"));
}

function validatePort(errors: FieldError[], port: EndpointPort, named: boolean, path: Path): void {
  if (port.name) report(errors, path.child("name"), port.name, isDns1123Label(port.name));
  else if (named) errors.push(path.child("name").required());
  report(errors, path.child("port"), port.port, isPortNumber(port.port));
  checkOneOf(errors, path.child("protocol"), port.protocol, portProtocols);
  if (port.appProtocol !== undefined)
    report(errors, path.child("appProtocol"), port.appProtocol, isQualifiedName(port.appProtocol));
}
