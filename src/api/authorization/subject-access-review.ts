import { defineKind } from "../kind.ts";

export const subjectAccessReview = defineKind({
  group: "authorization.k8s.io",
  version: "v1",
  kind: "SubjectAccessReview",
  plural: "subjectaccessreviews",
  namespaced: false,
  verbs: ["create"],
  type: "authorization/v1.SubjectAccessReview",
  virtual: true,
});
