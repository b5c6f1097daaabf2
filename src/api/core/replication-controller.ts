import { defineKind } from "../kind.ts";

export const replicationController = defineKind({
  group: "",
  version: "v1",
  kind: "ReplicationController",
  plural: "replicationcontrollers",
  shortNames: ["rc"],
  categories: ["all"],
  namespaced: true,
  type: "core/v1.ReplicationController",
  status: true,
});
