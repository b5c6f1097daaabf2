import { defineKind } from "../kind.ts";

export const localSubjectAccessReview = defineKind({
  group: "authorization.k8s.io",
  version: "v1",
  kind: "LocalSubjectAccessReview",
  plural: "localsubjectaccessreviews",
  namespaced: true,
  verbs: ["create"],
  type: "authorization/v1.LocalSubjectAccessReview",
  virtual: true,
});
