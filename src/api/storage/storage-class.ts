import { deprecatedLabel } from "../core/warnings/node-labels.ts";
import type { StorageClass } from "../generated/storage-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { Path } from "../validation/field-error.ts";
import { storageClassPrinter } from "./storage-printers.ts";
import { validateStorageClass, validateStorageClassUpdate } from "./validation/classes.ts";

const asClass = (object: Draft | KubeObject): StorageClass => object as unknown as StorageClass;

function warnings(object: KubeObject): string[] {
  const path = new Path("allowedTopologies");
  return (asClass(object).allowedTopologies ?? []).flatMap(({ matchLabelExpressions = [] }, i) =>
    matchLabelExpressions.flatMap(({ key }, j) => {
      const why = deprecatedLabel(key);
      return why ? [`${path.index(i).child("matchLabelExpressions").index(j).child("key")}: ${why}`] : [];
    }),
  );
}

export const storageClass = defineKind({
  group: "storage.k8s.io",
  version: "v1",
  kind: "StorageClass",
  plural: "storageclasses",
  shortNames: ["sc"],
  namespaced: false,
  type: "storage/v1.StorageClass",
  strategy: {
    defaults(object) {
      asClass(object).reclaimPolicy ??= "Delete";
      asClass(object).volumeBindingMode ??= "Immediate";
    },
    validate: (object) => validateStorageClass(asClass(object)),
    validateUpdate: (object, old) => validateStorageClassUpdate(asClass(object), asClass(old)),
    warnings,
    returnsDeleted: true,
  },
  printer: storageClassPrinter,
});
