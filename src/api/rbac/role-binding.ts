import { defineKind } from "../kind.ts";
import { bindingPrinter, bindingStrategy } from "./bindings.ts";

export const roleBinding = defineKind({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "RoleBinding",
  plural: "rolebindings",
  namespaced: true,
  type: "rbac/v1.RoleBinding",
  strategy: bindingStrategy(true),
  printer: bindingPrinter(
    "RoleRef can reference a Role in the current namespace or a ClusterRole in the global namespace. If the RoleRef cannot be resolved, the Authorizer must return an error.",
    "roleBinding",
  ),
});
