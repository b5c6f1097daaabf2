import type { ResourceSlice } from "../generated/resource-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { resourceSlicePrinter } from "./resource-printers.ts";
import { validateSlice } from "./validation/slice.ts";

const asSlice = (object: Draft | KubeObject): ResourceSlice => object as unknown as ResourceSlice;

export const resourceSlice = defineKind({
  group: "resource.k8s.io",
  version: "v1",
  kind: "ResourceSlice",
  plural: "resourceslices",
  namespaced: false,
  type: "resource/v1.ResourceSlice",
  strategy: {
    generation: true,
    prepareForCreate(object) {
      for (const { taints } of asSlice(object).spec.devices ?? [])
        for (const taint of taints ?? []) taint.timeAdded ??= object.metadata.creationTimestamp;
    },
    validate: (object) => validateSlice(asSlice(object)),
    validateUpdate: (object, old) => validateSlice(asSlice(object), asSlice(old)),
    returnsDeleted: true,
  },
  selectableFields: {
    "spec.nodeName": (object) => asSlice(object).spec.nodeName ?? "",
    "spec.driver": (object) => asSlice(object).spec.driver,
  },
  printer: resourceSlicePrinter,
});
