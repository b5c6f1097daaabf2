import { defineKind } from "../kind.ts";

export const binding = defineKind({
  group: "",
  version: "v1",
  kind: "Binding",
  plural: "bindings",
  namespaced: true,
  verbs: ["create"],
  type: "core/v1.Binding",
  virtual: true,
});
