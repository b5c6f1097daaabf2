import { defineKind } from "../kind.ts";

export const eventsEvent = defineKind({
  group: "events.k8s.io",
  version: "v1",
  kind: "Event",
  plural: "events",
  shortNames: ["ev"],
  namespaced: true,
  type: "events/v1.Event",
});
