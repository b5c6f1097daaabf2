import { defineKind } from "../kind.ts";

export const horizontalPodAutoscalerV1 = defineKind({
  group: "autoscaling",
  version: "v1",
  kind: "HorizontalPodAutoscaler",
  plural: "horizontalpodautoscalers",
  shortNames: ["hpa"],
  categories: ["all"],
  namespaced: true,
  type: "autoscaling/v1.HorizontalPodAutoscaler",
  status: true,
});
