import { defineKind } from "../kind.ts";
import { componentStatusPrinter } from "./component-status-printer.ts";

export const componentStatus = defineKind({
  group: "",
  version: "v1",
  kind: "ComponentStatus",
  plural: "componentstatuses",
  shortNames: ["cs"],
  namespaced: false,
  verbs: ["get", "list"],
  type: "core/v1.ComponentStatus",
  deprecation: "v1 ComponentStatus is deprecated in v1.19+",
  printer: componentStatusPrinter,
});
