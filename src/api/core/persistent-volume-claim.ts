import { defineKind } from "../kind.ts";
import { persistentVolumeClaimPrinter } from "./volume-printers.ts";

export const persistentVolumeClaim = defineKind({
  group: "",
  version: "v1",
  kind: "PersistentVolumeClaim",
  plural: "persistentvolumeclaims",
  shortNames: ["pvc"],
  namespaced: true,
  type: "core/v1.PersistentVolumeClaim",
  status: true,
  printer: persistentVolumeClaimPrinter,
});
