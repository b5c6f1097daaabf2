import { defineKind } from "../kind.ts";

export const lease = defineKind({
  group: "coordination.k8s.io",
  version: "v1",
  kind: "Lease",
  plural: "leases",
  namespaced: true,
  type: "coordination/v1.Lease",
});
