import { defineKind } from "../kind.ts";
import { csiDriverPrinter } from "./storage-printers.ts";

export const csiDriver = defineKind({
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSIDriver",
  plural: "csidrivers",
  namespaced: false,
  type: "storage/v1.CSIDriver",
  printer: csiDriverPrinter,
});
