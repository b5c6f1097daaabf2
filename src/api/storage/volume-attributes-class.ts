import { defineKind } from "../kind.ts";
import { volumeAttributesClassPrinter } from "./storage-printers.ts";

export const volumeAttributesClass = defineKind({
  group: "storage.k8s.io",
  version: "v1",
  kind: "VolumeAttributesClass",
  plural: "volumeattributesclasses",
  shortNames: ["vac"],
  namespaced: false,
  type: "storage/v1.VolumeAttributesClass",
  printer: volumeAttributesClassPrinter,
});
