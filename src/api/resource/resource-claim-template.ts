import { defineKind } from "../kind.ts";
import { resourceClaimTemplatePrinter } from "./resource-printers.ts";

export const resourceClaimTemplate = defineKind({
  group: "resource.k8s.io",
  version: "v1",
  kind: "ResourceClaimTemplate",
  plural: "resourceclaimtemplates",
  namespaced: true,
  type: "resource/v1.ResourceClaimTemplate",
  printer: resourceClaimTemplatePrinter,
});
