import type { VolumeAttributesClass } from "../generated/storage-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { volumeAttributesClassPrinter } from "./storage-printers.ts";
import { validateAttributesClass, validateAttributesClassUpdate } from "./validation/classes.ts";

const asClass = (object: Draft | KubeObject): VolumeAttributesClass => object as unknown as VolumeAttributesClass;

export const volumeAttributesClass = defineKind({
  group: "storage.k8s.io",
  version: "v1",
  kind: "VolumeAttributesClass",
  plural: "volumeattributesclasses",
  shortNames: ["vac"],
  namespaced: false,
  type: "storage/v1.VolumeAttributesClass",
  strategy: {
    validate: (object) => validateAttributesClass(asClass(object)),
    validateUpdate: (object, old) => validateAttributesClassUpdate(asClass(object), asClass(old)),
    returnsDeleted: true,
  },
  printer: volumeAttributesClassPrinter,
});
