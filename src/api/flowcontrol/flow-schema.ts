import type { FlowSchema } from "../generated/flowcontrol-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { flowSchemaPrinter } from "./flow-printers.ts";
import { validateFixedSchema } from "./validation/fixed.ts";
import { validateFlowSchema, validateFlowStatus } from "./validation/flow-schema.ts";

const asSchema = (object: Draft | KubeObject): FlowSchema => object as unknown as FlowSchema;
const usualPrecedence = 1000;

export const flowSchema = defineKind({
  group: "flowcontrol.apiserver.k8s.io",
  version: "v1",
  kind: "FlowSchema",
  plural: "flowschemas",
  namespaced: false,
  type: "flowcontrol/v1.FlowSchema",
  strategy: {
    defaults(object) {
      const { spec } = asSchema(object);
      if (spec) spec.matchingPrecedence ||= usualPrecedence;
    },
    validate: (object) => validateFlowSchema(asSchema(object)),
    validateUpdate: (object, old) => [
      ...validateFlowSchema(asSchema(object)),
      ...validateFixedSchema(asSchema(object), asSchema(old)),
    ],
    generation: true,
  },
  status: { verbs: ["get", "patch", "update"], validateUpdate: (object) => validateFlowStatus(asSchema(object)) },
  printer: flowSchemaPrinter,
});
