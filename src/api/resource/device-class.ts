import type { DeviceClass } from "../generated/resource-v1.ts";
import { defineKind } from "../kind.ts";
import { deviceClassPrinter } from "./resource-printers.ts";
import { validateClass } from "./validation/class.ts";

export const deviceClass = defineKind({
  group: "resource.k8s.io",
  version: "v1",
  kind: "DeviceClass",
  plural: "deviceclasses",
  namespaced: false,
  type: "resource/v1.DeviceClass",
  strategy: {
    generation: true,
    validate: (object) => validateClass(object as unknown as DeviceClass),
    returnsDeleted: true,
  },
  printer: deviceClassPrinter,
});
