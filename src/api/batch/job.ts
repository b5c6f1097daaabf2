import { defineKind } from "../kind.ts";

export const job = defineKind({
  group: "batch",
  version: "v1",
  kind: "Job",
  plural: "jobs",
  categories: ["all"],
  namespaced: true,
  type: "batch/v1.Job",
  status: true,
});
