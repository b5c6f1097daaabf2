import { defineKind } from "../kind.ts";

export const podTemplate = defineKind({
  group: "",
  version: "v1",
  kind: "PodTemplate",
  plural: "podtemplates",
  namespaced: true,
  type: "core/v1.PodTemplate",
});
