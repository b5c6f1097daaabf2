import type { ServiceCIDR } from "../generated/networking-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { serviceCidrPrinter } from "./networking-printers.ts";
import { validateServiceCidr, validateServiceCidrUpdate } from "./validation/service-ranges.ts";

const asCidr = (object: Draft | KubeObject): ServiceCIDR => object as unknown as ServiceCIDR;

export const serviceCidr = defineKind({
  group: "networking.k8s.io",
  version: "v1",
  kind: "ServiceCIDR",
  plural: "servicecidrs",
  namespaced: false,
  type: "networking/v1.ServiceCIDR",
  status: true,
  strategy: {
    validate: (object) => validateServiceCidr(asCidr(object)),
    validateUpdate: (object, old) => validateServiceCidrUpdate(asCidr(object), asCidr(old)),
  },
  printer: serviceCidrPrinter,
});
