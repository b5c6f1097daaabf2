import { defineKind } from "../kind.ts";

export const selfSubjectRulesReview = defineKind({
  group: "authorization.k8s.io",
  version: "v1",
  kind: "SelfSubjectRulesReview",
  plural: "selfsubjectrulesreviews",
  namespaced: false,
  verbs: ["create"],
  type: "authorization/v1.SelfSubjectRulesReview",
  virtual: true,
});
