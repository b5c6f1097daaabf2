import { defineKind } from "../kind.ts";
import { ingressClassPrinter } from "./networking-printers.ts";

export const ingressClass = defineKind({
  group: "networking.k8s.io",
  version: "v1",
  kind: "IngressClass",
  plural: "ingressclasses",
  namespaced: false,
  type: "networking/v1.IngressClass",
  printer: ingressClassPrinter,
});
