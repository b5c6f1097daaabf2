import { defineKind } from "../kind.ts";

export const limitRange = defineKind({
  group: "",
  version: "v1",
  kind: "LimitRange",
  plural: "limitranges",
  shortNames: ["limits"],
  namespaced: true,
  type: "core/v1.LimitRange",
});
