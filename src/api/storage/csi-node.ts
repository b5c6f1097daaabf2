import { defineKind } from "../kind.ts";
import { csiNodePrinter } from "./storage-printers.ts";

export const csiNode = defineKind({
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSINode",
  plural: "csinodes",
  namespaced: false,
  type: "storage/v1.CSINode",
  printer: csiNodePrinter,
});
