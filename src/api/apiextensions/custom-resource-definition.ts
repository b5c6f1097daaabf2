import { defineKind } from "../kind.ts";

export const customResourceDefinition = defineKind({
  group: "apiextensions.k8s.io",
  version: "v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  shortNames: ["crd", "crds"],
  categories: ["api-extensions"],
  namespaced: false,
  storageVersion: "v1beta1",
  type: "apiextensions/v1.CustomResourceDefinition",
  status: true,
});
