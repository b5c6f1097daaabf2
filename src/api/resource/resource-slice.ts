import { defineKind } from "../kind.ts";
import { resourceSlicePrinter } from "./resource-printers.ts";

export const resourceSlice = defineKind({
  group: "resource.k8s.io",
  version: "v1",
  kind: "ResourceSlice",
  plural: "resourceslices",
  namespaced: false,
  type: "resource/v1.ResourceSlice",
  printer: resourceSlicePrinter,
});
