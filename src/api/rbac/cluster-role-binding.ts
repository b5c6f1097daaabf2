import { defineKind } from "../kind.ts";

export const clusterRoleBinding = defineKind({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRoleBinding",
  plural: "clusterrolebindings",
  namespaced: false,
  type: "rbac/v1.ClusterRoleBinding",
});
