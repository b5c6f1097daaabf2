import { defineKind } from "../kind.ts";

export const replicaSet = defineKind({
  group: "apps",
  version: "v1",
  kind: "ReplicaSet",
  plural: "replicasets",
  shortNames: ["rs"],
  categories: ["all"],
  namespaced: true,
  type: "apps/v1.ReplicaSet",
  status: true,
});
