import { defineKind } from "../kind.ts";
import { autoscalerPrinter } from "./autoscaler-printer.ts";
import { fromV2, toV2 } from "./conversion.ts";
import { horizontalPodAutoscaler } from "./horizontal-pod-autoscaler.ts";

export const horizontalPodAutoscalerV1 = defineKind({
  group: "autoscaling",
  version: "v1",
  kind: "HorizontalPodAutoscaler",
  plural: "horizontalpodautoscalers",
  shortNames: ["hpa"],
  categories: ["all"],
  namespaced: true,
  type: "autoscaling/v1.HorizontalPodAutoscaler",
  storedAs: { kind: horizontalPodAutoscaler, toStored: toV2, fromStored: fromV2 },
  status: horizontalPodAutoscaler.objectSubresources.status ?? true,
  printer: { ...autoscalerPrinter, cells: (object, now) => autoscalerPrinter.cells(toV2(object), now) },
});
