import { defineKind } from "../kind.ts";

export const apiService = defineKind({
  group: "apiregistration.k8s.io",
  version: "v1",
  kind: "APIService",
  plural: "apiservices",
  categories: ["api-extensions"],
  namespaced: false,
  type: "apiregistration/v1.APIService",
  status: true,
});
