import { defineKind } from "../kind.ts";

export const daemonSet = defineKind({
  group: "apps",
  version: "v1",
  kind: "DaemonSet",
  plural: "daemonsets",
  shortNames: ["ds"],
  categories: ["all"],
  namespaced: true,
  type: "apps/v1.DaemonSet",
  status: true,
});
