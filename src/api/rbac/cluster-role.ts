import { defineKind } from "../kind.ts";

export const clusterRole = defineKind({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRole",
  plural: "clusterroles",
  namespaced: false,
  type: "rbac/v1.ClusterRole",
});
