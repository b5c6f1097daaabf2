import type { CSIStorageCapacity } from "../generated/storage-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { validateStorageCapacity, validateStorageCapacityUpdate } from "./validation/drivers.ts";

const asCapacity = (object: Draft | KubeObject): CSIStorageCapacity => object as unknown as CSIStorageCapacity;

export const csiStorageCapacity = defineKind({
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSIStorageCapacity",
  plural: "csistoragecapacities",
  namespaced: true,
  type: "storage/v1.CSIStorageCapacity",
  strategy: {
    validate: (object) => validateStorageCapacity(asCapacity(object)),
    validateUpdate: (object, old) => validateStorageCapacityUpdate(asCapacity(object), asCapacity(old)),
    allowUnconditionalUpdate: false,
  },
});
