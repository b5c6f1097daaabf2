import { defineKind } from "../kind.ts";

export const horizontalPodAutoscaler = defineKind({
  group: "autoscaling",
  version: "v2",
  kind: "HorizontalPodAutoscaler",
  plural: "horizontalpodautoscalers",
  shortNames: ["hpa"],
  categories: ["all"],
  namespaced: true,
  type: "autoscaling/v2.HorizontalPodAutoscaler",
  status: true,
});
