import { defineKind } from "../kind.ts";
import { networkPolicyPrinter } from "./networking-printers.ts";

export const networkPolicy = defineKind({
  group: "networking.k8s.io",
  version: "v1",
  kind: "NetworkPolicy",
  plural: "networkpolicies",
  shortNames: ["netpol"],
  namespaced: true,
  type: "networking/v1.NetworkPolicy",
  printer: networkPolicyPrinter,
});
