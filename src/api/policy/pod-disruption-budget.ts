import { defineKind } from "../kind.ts";

export const podDisruptionBudget = defineKind({
  group: "policy",
  version: "v1",
  kind: "PodDisruptionBudget",
  plural: "poddisruptionbudgets",
  shortNames: ["pdb"],
  namespaced: true,
  type: "policy/v1.PodDisruptionBudget",
  status: true,
});
