import type { IPAddress } from "../generated/networking-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { type FieldError, Path } from "../validation/field-error.ts";
import { validateCanonicalIp } from "../validation/ip.ts";
import { ipAddressPrinter } from "./networking-printers.ts";
import { validateIpAddress, validateIpAddressUpdate } from "./validation/service-ranges.ts";

const asAddress = (object: Draft | KubeObject): IPAddress => object as unknown as IPAddress;

/** It is named as the address that it is. */
function addressName(name: string): string[] {
  const errors: FieldError[] = [];
  const path = new Path("name");
  validateCanonicalIp(errors, path, name);
  const { length } = path.invalid(name, "").detailText;
  return errors.map(({ detailText }) => detailText.slice(length + 2));
}

export const ipAddress = defineKind({
  group: "networking.k8s.io",
  version: "v1",
  kind: "IPAddress",
  plural: "ipaddresses",
  shortNames: ["ip"],
  namespaced: false,
  type: "networking/v1.IPAddress",
  strategy: {
    nameRule: addressName,
    validate: (object) => validateIpAddress(asAddress(object)),
    validateUpdate: (object, old) => validateIpAddressUpdate(asAddress(object), asAddress(old)),
  },
  printer: ipAddressPrinter,
});
