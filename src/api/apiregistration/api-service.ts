import { defineKind } from "../kind.ts";
import { apiServicePrinter } from "./api-service-printer.ts";

export const apiService = defineKind({
  group: "apiregistration.k8s.io",
  version: "v1",
  kind: "APIService",
  plural: "apiservices",
  categories: ["api-extensions"],
  namespaced: false,
  type: "apiregistration/v1.APIService",
  status: true,
  printer: apiServicePrinter,
});
