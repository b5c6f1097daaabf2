import { defineKind } from "../kind.ts";
import { Path } from "../validation/field-error.ts";
import { pathSegmentName } from "../validation/names.ts";
import { apiServicePrinter } from "./api-service-printer.ts";

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
      const available = {
        ...{ type: "Available", status: "True", lastTransitionTime: object.metadata.creationTimestamp },
        ...{ reason: "Local", message: "Local APIServices are always available" },
      };
      object.status = { conditions: [available] };
    },
    validate(object) {
      const { group = "", version } = (object as { spec?: { group?: string; version?: string } }).spec ?? {};
      const wanted = `${version}.${group}`;
      if (object.metadata.name === wanted) return [];
      const why = 'must be `spec.version+"."+spec.group`';
      return [
        new Path("metadata").child("name").invalid(object.metadata.name ?? "", `${why}: ${JSON.stringify(wanted)}`),
      ];
    },
  },
  type: "apiregistration/v1.APIService",
  status: true,
  printer: apiServicePrinter,
});
