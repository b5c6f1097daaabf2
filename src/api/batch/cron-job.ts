import { defineKind } from "../kind.ts";

export const cronJob = defineKind({
  group: "batch",
  version: "v1",
  kind: "CronJob",
  plural: "cronjobs",
  shortNames: ["cj"],
  categories: ["all"],
  namespaced: true,
  type: "batch/v1.CronJob",
  status: true,
});
