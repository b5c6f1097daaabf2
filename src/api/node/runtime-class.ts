import { defineKind } from "../kind.ts";
import { runtimeClassPrinter } from "./runtime-class-printer.ts";

export const runtimeClass = defineKind({
  group: "node.k8s.io",
  version: "v1",
  kind: "RuntimeClass",
  plural: "runtimeclasses",
  namespaced: false,
  type: "node/v1.RuntimeClass",
  printer: runtimeClassPrinter,
});
