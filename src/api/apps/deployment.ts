import { defineKind } from "../kind.ts";

export const deployment = defineKind({
  group: "apps",
  version: "v1",
  kind: "Deployment",
  plural: "deployments",
  shortNames: ["deploy"],
  categories: ["all"],
  namespaced: true,
  type: "apps/v1.Deployment",
  status: true,
});
