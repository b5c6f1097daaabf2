import { defineKind } from "../kind.ts";

export const tokenReview = defineKind({
  group: "authentication.k8s.io",
  version: "v1",
  kind: "TokenReview",
  plural: "tokenreviews",
  namespaced: false,
  verbs: ["create"],
  type: "authentication/v1.TokenReview",
  virtual: true,
});
