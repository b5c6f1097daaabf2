import { defineKind } from "../kind.ts";
import { flowSchemaPrinter } from "./flow-printers.ts";

export const flowSchema = defineKind({
  group: "flowcontrol.apiserver.k8s.io",
  version: "v1",
  kind: "FlowSchema",
  plural: "flowschemas",
  namespaced: false,
  type: "flowcontrol/v1.FlowSchema",
  status: true,
  printer: flowSchemaPrinter,
});
