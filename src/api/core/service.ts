import type { Service } from "../generated/core-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { labelName } from "../validation/names.ts";
import { dropTypeDependent, keepAllocated, normalizeClusterIps } from "./service-addresses.ts";
import { defaultService } from "./service-defaults.ts";
import { servicePrinter } from "./service-printer.ts";
import { validateService, validateServiceStatus, validateServiceUpdate } from "./validation/service.ts";
import { serviceWarnings } from "./warnings/service-warnings.ts";

const asService = (object: Draft | KubeObject): Service => object as unknown as Service;

/** Names elsewhere have no endpoints that traffic could be kept to; upstream hides the field when it is read. */
function dropMeaningless({ spec }: Service): void {
  if (spec.type === "ExternalName") delete spec.internalTrafficPolicy;
}

export const service = defineKind({
  group: "",
  version: "v1",
  kind: "Service",
  plural: "services",
  shortNames: ["svc"],
  categories: ["all"],
  namespaced: true,
  type: "core/v1.Service",
  strategy: {
    nameRule: labelName,
    defaults: defaultService,
    prepareForCreate(object) {
      normalizeClusterIps(asService(object));
      dropMeaningless(asService(object));
    },
    prepareForUpdate(object, old) {
      keepAllocated(asService(object), asService(old));
      normalizeClusterIps(asService(object), asService(old));
      dropTypeDependent(asService(object), asService(old));
      dropMeaningless(asService(object));
    },
    validate: (object) => validateService(asService(object)),
    validateUpdate: (object, old) => validateServiceUpdate(asService(object), asService(old)),
    warnings: (object) => serviceWarnings(asService(object)),
    allowCreateOnUpdate: true,
    returnsDeleted: true,
  },
  selectableFields: {
    "spec.clusterIP": (object) => asService(object).spec.clusterIP ?? "",
    "spec.type": (object) => asService(object).spec.type ?? "",
  },
  status: {
    verbs: ["get", "patch", "update"],
    validateUpdate: (object, old) => validateServiceStatus(asService(object), asService(old)),
  },
  printer: servicePrinter,
  foreignSubresources: {
    proxy: {
      verbs: ["create", "delete", "get", "patch", "update"],
      kind: { group: "", version: "v1", kind: "ServiceProxyOptions" },
    },
  },
});
