import { defineKind } from "../kind.ts";

export const configMap = defineKind({
  group: "",
  version: "v1",
  kind: "ConfigMap",
  plural: "configmaps",
  shortNames: ["cm"],
  namespaced: true,
  type: "core/v1.ConfigMap",
});
