import type { APIService } from "../generated/apiregistration-v1.ts";
import { defineKind } from "../kind.ts";
import { pathSegmentName } from "../validation/names.ts";
import { apiServicePrinter } from "./api-service-printer.ts";
import { validateApiService } from "./validation.ts";

const local = (lastTransitionTime: unknown): object => ({
  ...{ type: "Available", status: "True", lastTransitionTime },
  ...{ reason: "Local", message: "Local APIServices are always available" },
});

export const apiService = defineKind({
  group: "apiregistration.k8s.io",
  version: "v1",
  kind: "APIService",
  plural: "apiservices",
  categories: ["api-extensions"],
  namespaced: false,
  strategy: {
    nameRule: pathSegmentName,
    // what the server serves itself is there
    prepareForCreate(object) {
      const { spec } = object as { spec?: { service?: object } };
      if (spec?.service) return;
      object.status = { conditions: [local(object.metadata.creationTimestamp)] };
    },
    defaults(object) {
      const { service } = (object as unknown as APIService).spec ?? {};
      if (service) service.port ??= 443;
    },
    prepareForUpdate(object, old) {
      const isLocal = (one: unknown): boolean => !(one as APIService).spec?.service;
      if (isLocal(object) && !isLocal(old)) object.status = { conditions: [local(object.metadata.creationTimestamp)] };
    },
    validate: (object) => validateApiService(object as unknown as APIService),
  },
  type: "apiregistration/v1.APIService",
  status: true,
  printer: apiServicePrinter,
});
