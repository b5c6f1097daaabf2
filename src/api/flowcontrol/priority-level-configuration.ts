import { defineKind } from "../kind.ts";
import { priorityLevelPrinter } from "./flow-printers.ts";

export const priorityLevelConfiguration = defineKind({
  group: "flowcontrol.apiserver.k8s.io",
  version: "v1",
  kind: "PriorityLevelConfiguration",
  plural: "prioritylevelconfigurations",
  namespaced: false,
  type: "flowcontrol/v1.PriorityLevelConfiguration",
  status: true,
  printer: priorityLevelPrinter,
});
