import { defineKind } from "../kind.ts";
import { resourceClaimPrinter } from "./resource-printers.ts";

export const resourceClaim = defineKind({
  group: "resource.k8s.io",
  version: "v1",
  kind: "ResourceClaim",
  plural: "resourceclaims",
  namespaced: true,
  type: "resource/v1.ResourceClaim",
  status: true,
  printer: resourceClaimPrinter,
});
