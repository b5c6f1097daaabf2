import type { HorizontalPodAutoscaler, HPAScalingRules } from "../generated/autoscaling-v2.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { autoscalerPrinter } from "./autoscaler-printer.ts";
import { cpuUse } from "./conversion.ts";
import { validateAutoscaler, validateAutoscalerStatus } from "./validation/autoscaler.ts";

const asAutoscaler = (object: Draft | KubeObject): HorizontalPodAutoscaler =>
  object as unknown as HorizontalPodAutoscaler;
const usualCpuUse = 80;
const percent = { type: "Percent", value: 100, periodSeconds: 15 };
/** As autoscalers behaved before they could be told. */
const usualUp = (): HPAScalingRules => ({
  stabilizationWindowSeconds: 0,
  selectPolicy: "Max",
  policies: [{ type: "Pods", value: 4, periodSeconds: 15 }, { ...percent }],
});
const usualDown = (): HPAScalingRules => ({ selectPolicy: "Max", policies: [{ ...percent }] });

function defaults(object: Draft): void {
  const { spec } = asAutoscaler(object);
  if (!spec) return;
  spec.minReplicas ??= 1;
  if (!spec.metrics?.length) spec.metrics = [cpuUse(usualCpuUse)];
  if (!spec.behavior) return;
  const { scaleUp, scaleDown } = spec.behavior;
  spec.behavior = { scaleUp: { ...usualUp(), ...scaleUp }, scaleDown: { ...usualDown(), ...scaleDown } };
}

export const horizontalPodAutoscaler = defineKind({
  group: "autoscaling",
  version: "v2",
  kind: "HorizontalPodAutoscaler",
  plural: "horizontalpodautoscalers",
  shortNames: ["hpa"],
  categories: ["all"],
  namespaced: true,
  type: "autoscaling/v2.HorizontalPodAutoscaler",
  strategy: {
    defaults,
    validate: (object) => validateAutoscaler(asAutoscaler(object)),
    validateUpdate: (object, old) => validateAutoscaler(asAutoscaler(object), asAutoscaler(old)),
  },
  status: {
    verbs: ["get", "patch", "update"],
    validateUpdate: (object) => validateAutoscalerStatus(asAutoscaler(object)),
  },
  printer: autoscalerPrinter,
});
