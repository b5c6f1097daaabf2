import type { ResourceSlice } from "../generated/resource-v1.ts";
import { defineKind } from "../kind.ts";
import { resourceSlicePrinter } from "./resource-printers.ts";

export const resourceSlice = defineKind({
  group: "resource.k8s.io",
  version: "v1",
  kind: "ResourceSlice",
  plural: "resourceslices",
  namespaced: false,
  type: "resource/v1.ResourceSlice",
  selectableFields: {
    "spec.nodeName": (object) => (object as unknown as ResourceSlice).spec.nodeName ?? "",
    "spec.driver": (object) => (object as unknown as ResourceSlice).spec.driver,
  },
  printer: resourceSlicePrinter,
});
