import { defineKind } from "../kind.ts";

export const statefulSet = defineKind({
  group: "apps",
  version: "v1",
  kind: "StatefulSet",
  plural: "statefulsets",
  shortNames: ["sts"],
  categories: ["all"],
  namespaced: true,
  type: "apps/v1.StatefulSet",
  status: true,
});
