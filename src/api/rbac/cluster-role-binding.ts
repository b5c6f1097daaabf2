import { defineKind } from "../kind.ts";
import { bindingPrinter, bindingStrategy } from "./bindings.ts";

export const clusterRoleBinding = defineKind({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRoleBinding",
  plural: "clusterrolebindings",
  namespaced: false,
  type: "rbac/v1.ClusterRoleBinding",
  strategy: bindingStrategy(false),
  printer: bindingPrinter(
    "RoleRef can only reference a ClusterRole in the global namespace. If the RoleRef cannot be resolved, the Authorizer must return an error.",
    "clusterRoleBinding",
  ),
});
