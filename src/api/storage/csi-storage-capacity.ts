import { defineKind } from "../kind.ts";

export const csiStorageCapacity = defineKind({
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSIStorageCapacity",
  plural: "csistoragecapacities",
  namespaced: true,
  type: "storage/v1.CSIStorageCapacity",
});
