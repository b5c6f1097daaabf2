import { defineKind } from "../kind.ts";

export const role = defineKind({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "Role",
  plural: "roles",
  namespaced: true,
  type: "rbac/v1.Role",
});
