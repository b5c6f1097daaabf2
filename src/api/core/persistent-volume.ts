import { defineKind } from "../kind.ts";
import { persistentVolumePrinter } from "./volume-printers.ts";

export const persistentVolume = defineKind({
  group: "",
  version: "v1",
  kind: "PersistentVolume",
  plural: "persistentvolumes",
  shortNames: ["pv"],
  namespaced: false,
  type: "core/v1.PersistentVolume",
  status: true,
  printer: persistentVolumePrinter,
});
