import { defineKind } from "../kind.ts";

export const controllerRevision = defineKind({
  group: "apps",
  version: "v1",
  kind: "ControllerRevision",
  plural: "controllerrevisions",
  namespaced: true,
  type: "apps/v1.ControllerRevision",
});
