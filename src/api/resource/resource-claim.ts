import { defineKind } from "../kind.ts";
import { asClaim, fillRequests } from "./device-defaults.ts";
import { resourceClaimPrinter } from "./resource-printers.ts";
import { validateClaim, validateClaimStatus, validateSpecUpdate } from "./validation/claim.ts";

export const resourceClaim = defineKind({
  group: "resource.k8s.io",
  version: "v1",
  kind: "ResourceClaim",
  plural: "resourceclaims",
  namespaced: true,
  type: "resource/v1.ResourceClaim",
  strategy: {
    defaults: (object) => fillRequests(asClaim(object).spec?.devices),
    validate: (object) => validateClaim(asClaim(object)),
    validateUpdate: (object, old) => validateSpecUpdate("resource/v1.ResourceClaimSpec", asClaim(object), asClaim(old)),
    returnsDeleted: true,
  },
  status: {
    verbs: ["get", "patch", "update"],
    validateUpdate: (object, old) => validateClaimStatus(asClaim(object), asClaim(old)),
  },
  printer: resourceClaimPrinter,
});
