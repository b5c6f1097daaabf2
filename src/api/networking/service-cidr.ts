import { defineKind } from "../kind.ts";
import { serviceCidrPrinter } from "./networking-printers.ts";

export const serviceCidr = defineKind({
  group: "networking.k8s.io",
  version: "v1",
  kind: "ServiceCIDR",
  plural: "servicecidrs",
  namespaced: false,
  type: "networking/v1.ServiceCIDR",
  status: true,
  printer: serviceCidrPrinter,
});
