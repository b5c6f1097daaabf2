import { defineKind } from "../kind.ts";

export const event = defineKind({
  group: "",
  version: "v1",
  kind: "Event",
  plural: "events",
  shortNames: ["ev"],
  namespaced: true,
  type: "core/v1.Event",
});
