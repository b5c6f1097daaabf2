import type { ClusterRole } from "../generated/rbac-v1.ts";
import { defineKind } from "../kind.ts";
import { pathSegmentName } from "../validation/names.ts";
import { validateAggregation, validateRules } from "./validation/rules.ts";

export const clusterRole = defineKind({
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRole",
  plural: "clusterroles",
  namespaced: false,
  type: "rbac/v1.ClusterRole",
  strategy: {
    nameRule: pathSegmentName,
    validate(object) {
      const { rules, aggregationRule } = object as unknown as ClusterRole;
      return [...validateRules(rules, false), ...validateAggregation(aggregationRule)];
    },
    allowCreateOnUpdate: true,
  },
});
