import { defineKind } from "../kind.ts";
import { deviceClassPrinter } from "./resource-printers.ts";

export const deviceClass = defineKind({
  group: "resource.k8s.io",
  version: "v1",
  kind: "DeviceClass",
  plural: "deviceclasses",
  namespaced: false,
  type: "resource/v1.DeviceClass",
  printer: deviceClassPrinter,
});
