import { defineKind } from "../kind.ts";
import { asTemplate, fillRequests } from "./device-defaults.ts";
import { resourceClaimTemplatePrinter } from "./resource-printers.ts";
import { validateSpecUpdate, validateTemplate } from "./validation/claim.ts";

export const resourceClaimTemplate = defineKind({
  group: "resource.k8s.io",
  version: "v1",
  kind: "ResourceClaimTemplate",
  plural: "resourceclaimtemplates",
  namespaced: true,
  type: "resource/v1.ResourceClaimTemplate",
  strategy: {
    defaults: (object) => fillRequests(asTemplate(object).spec?.spec?.devices),
    validate: (object) => validateTemplate(asTemplate(object)),
    validateUpdate: (object, old) =>
      validateSpecUpdate("resource/v1.ResourceClaimTemplateSpec", asTemplate(object), asTemplate(old)),
    returnsDeleted: true,
  },
  printer: resourceClaimTemplatePrinter,
});
