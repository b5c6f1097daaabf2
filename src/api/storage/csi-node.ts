import type { CSINode } from "../generated/storage-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { csiNodePrinter } from "./storage-printers.ts";
import { validateCsiNode, validateCsiNodeUpdate } from "./validation/drivers.ts";

const asNode = (object: Draft | KubeObject): CSINode => object as unknown as CSINode;

export const csiNode = defineKind({
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSINode",
  plural: "csinodes",
  namespaced: false,
  type: "storage/v1.CSINode",
  strategy: {
    validate: (object) => validateCsiNode(asNode(object)),
    validateUpdate: (object, old) => validateCsiNodeUpdate(asNode(object), asNode(old)),
    allowUnconditionalUpdate: false,
    returnsDeleted: true,
  },
  printer: csiNodePrinter,
});
