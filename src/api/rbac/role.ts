import type { Role } from "../generated/rbac-v1.ts";
import { defineKind } from "../kind.ts";
import { pathSegmentName } from "../validation/names.ts";
import { validateRules } from "./validation/rules.ts";

export const role = defineKind({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "Role",
  plural: "roles",
  namespaced: true,
  type: "rbac/v1.Role",
  strategy: {
    nameRule: pathSegmentName,
    validate: (object) => validateRules((object as unknown as Role).rules, true),
    allowCreateOnUpdate: true,
  },
});
