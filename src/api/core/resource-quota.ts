import { defineKind } from "../kind.ts";

export const resourceQuota = defineKind({
  group: "",
  version: "v1",
  kind: "ResourceQuota",
  plural: "resourcequotas",
  shortNames: ["quota"],
  namespaced: true,
  type: "core/v1.ResourceQuota",
  status: true,
});
