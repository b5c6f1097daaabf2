import { defineKind } from "../kind.ts";
import { ingressPrinter } from "./networking-printers.ts";

export const ingress = defineKind({
  group: "networking.k8s.io",
  version: "v1",
  kind: "Ingress",
  plural: "ingresses",
  shortNames: ["ing"],
  namespaced: true,
  type: "networking/v1.Ingress",
  status: true,
  printer: ingressPrinter,
});
