import { defineKind } from "../kind.ts";
import { storageClassPrinter } from "./storage-printers.ts";

export const storageClass = defineKind({
  group: "storage.k8s.io",
  version: "v1",
  kind: "StorageClass",
  plural: "storageclasses",
  shortNames: ["sc"],
  namespaced: false,
  type: "storage/v1.StorageClass",
  printer: storageClassPrinter,
});
