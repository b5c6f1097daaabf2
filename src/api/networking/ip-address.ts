import { defineKind } from "../kind.ts";
import { ipAddressPrinter } from "./networking-printers.ts";

export const ipAddress = defineKind({
  group: "networking.k8s.io",
  version: "v1",
  kind: "IPAddress",
  plural: "ipaddresses",
  shortNames: ["ip"],
  namespaced: false,
  type: "networking/v1.IPAddress",
  printer: ipAddressPrinter,
});
