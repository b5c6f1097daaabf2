import { defineKind } from "../kind.ts";

export const endpointSlice = defineKind({
  group: "discovery.k8s.io",
  version: "v1",
  kind: "EndpointSlice",
  plural: "endpointslices",
  namespaced: true,
  type: "discovery/v1.EndpointSlice",
});
