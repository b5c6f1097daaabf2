import { defineKind } from "../kind.ts";

export const endpoints = defineKind({
  group: "",
  version: "v1",
  kind: "Endpoints",
  plural: "endpoints",
  shortNames: ["ep"],
  namespaced: true,
  type: "core/v1.Endpoints",
});
