/** HorizontalPodAutoscalers between autoscaling/v1 and autoscaling/v2: what v1 cannot say is kept in its annotations. */

import type { HorizontalPodAutoscaler as OldAutoscaler } from "../generated/autoscaling-v1.ts";
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerBehavior,
  HPAScalingRules,
  MetricSpec,
} from "../generated/autoscaling-v2.ts";
import type { Draft, KubeObject } from "../object.ts";
import { parseJson } from "../schema/json-text.ts";
import {
  fromOldSpec,
  fromOldStatus,
  type OldMetricSpec,
  type OldMetricStatus,
  toOldSpec,
  toOldStatus,
} from "./metric-conversion.ts";

const prefix = "autoscaling.alpha.kubernetes.io/";
const kept = ["metrics", "current-metrics", "conditions", "behavior", "scale-down-tolerance", "scale-up-tolerance"];

const isCpuUse = ({ type, resource }: MetricSpec): boolean =>
  type === "Resource" && resource?.name === "cpu" && resource.target.averageUtilization !== undefined;

export const cpuUse = (averageUtilization: number): MetricSpec => ({
  type: "Resource",
  resource: { name: "cpu", target: { type: "Utilization", averageUtilization } },
});

export function toV2(object: KubeObject): Draft {
  const { apiVersion, kind, metadata, spec, status } = object as unknown as OldAutoscaler;
  const read = <T>(name: string): T | undefined => parsed<T>(metadata.annotations?.[prefix + name]);
  const { targetCPUUtilizationPercentage: cpu, ...sameSpec } = spec;
  const { currentCPUUtilizationPercentage: usedCpu, ...sameStatus } = status;
  const metrics = [
    ...(read<OldMetricSpec[]>("metrics") ?? []).map(fromOldSpec),
    ...(cpu === undefined ? [] : [cpuUse(cpu)]),
  ];
  const behavior = behaviorFrom(read<InternalBehavior>("behavior"));
  const current = read<OldMetricStatus[]>("current-metrics")?.map(fromOldStatus);
  const ofCpu = usedCpu === undefined ? null : [{ type: "Resource", resource: cpuStatus(usedCpu) }];
  const conditions = read<HorizontalPodAutoscaler["status"]["conditions"]>("conditions");
  const made: HorizontalPodAutoscaler = {
    apiVersion,
    kind,
    metadata: { ...metadata },
    spec: { ...sameSpec, ...(metrics.length && { metrics }), ...(behavior && { behavior }) },
    status: { ...sameStatus, currentMetrics: current ?? ofCpu, ...(conditions && { conditions }) },
  };
  dropAnnotations(made);
  return made as unknown as Draft;
}

const cpuStatus = (averageUtilization: number) => ({ name: "cpu", current: { averageUtilization } });

export function fromV2(object: KubeObject): KubeObject {
  const { apiVersion, kind, metadata, spec, status } = object as unknown as HorizontalPodAutoscaler;
  const { metrics = [], behavior, ...sameSpec } = spec;
  const { currentMetrics, conditions, ...sameStatus } = status;
  const made: OldAutoscaler = {
    ...(apiVersion && { apiVersion: "autoscaling/v1" }),
    ...(kind && { kind }),
    metadata: { ...metadata },
    spec: { ...sameSpec },
    status: { ...sameStatus, currentReplicas: sameStatus.currentReplicas ?? 0 },
  };
  const cpu = metrics.find(isCpuUse)?.resource?.target.averageUtilization;
  if (cpu !== undefined) made.spec.targetCPUUtilizationPercentage = cpu;
  const used = currentMetrics?.findLast(
    ({ type, resource }) =>
      type === "Resource" && resource?.name === "cpu" && resource.current.averageUtilization !== undefined,
  )?.resource?.current.averageUtilization;
  if (used !== undefined) made.status.currentCPUUtilizationPercentage = used;
  dropAnnotations(made);
  const keep = (name: string, value: unknown): void => {
    made.metadata.annotations = { ...made.metadata.annotations, [prefix + name]: JSON.stringify(value) };
  };
  const others = metrics.filter((metric) => !isCpuUse(metric));
  if (others.length) keep("metrics", others.map(toOldSpec));
  if (currentMetrics?.length) keep("current-metrics", currentMetrics.map(toOldStatus));
  if (behavior) keep("behavior", internalBehavior(behavior));
  if (conditions?.length)
    keep(
      "conditions",
      conditions.map(({ type, status, lastTransitionTime = null, reason, message }) => ({
        type,
        status,
        lastTransitionTime,
        reason: reason || undefined,
        message: message || undefined,
      })),
    );
  return made as unknown as KubeObject;
}

/** What is no JSON counts as not there. */
function parsed<T>(text: string | undefined): T | undefined {
  if (!text) return undefined;
  try {
    return (parseJson(text) as T | null) ?? undefined;
  } catch {
    return undefined;
  }
}

function dropAnnotations(object: { metadata: { annotations?: Record<string, string> | undefined } }): void {
  const { annotations } = object.metadata;
  if (!annotations) return;
  const rest = Object.entries(annotations).filter(
    ([key]) => !(key.startsWith(prefix) && kept.includes(key.slice(prefix.length))),
  );
  if (rest.length) object.metadata.annotations = Object.fromEntries(rest);
  else delete object.metadata.annotations;
}

/** Upstream keeps the behavior by the names of its Go fields. */
interface InternalRules {
  readonly StabilizationWindowSeconds: number | null;
  readonly SelectPolicy: string | null;
  readonly Policies:
    | readonly { readonly Type: string; readonly Value: number; readonly PeriodSeconds: number }[]
    | null;
  readonly Tolerance: string | null;
}
interface InternalBehavior {
  readonly ScaleUp: InternalRules | null;
  readonly ScaleDown: InternalRules | null;
}

function internalBehavior({ scaleUp, scaleDown }: HorizontalPodAutoscalerBehavior): InternalBehavior {
  const rules = (of: HPAScalingRules): InternalRules => ({
    StabilizationWindowSeconds: of.stabilizationWindowSeconds ?? null,
    SelectPolicy: of.selectPolicy ?? null,
    Policies:
      of.policies?.map(({ type, value, periodSeconds }) => ({
        Type: type,
        Value: value,
        PeriodSeconds: periodSeconds,
      })) ?? null,
    Tolerance: of.tolerance ?? null,
  });
  return { ScaleUp: scaleUp ? rules(scaleUp) : null, ScaleDown: scaleDown ? rules(scaleDown) : null };
}

function behaviorFrom(internal: InternalBehavior | undefined): HorizontalPodAutoscalerBehavior | undefined {
  if (!internal?.ScaleUp && !internal?.ScaleDown) return undefined;
  const rules = (of: InternalRules): HPAScalingRules => ({
    ...(of.StabilizationWindowSeconds != null && { stabilizationWindowSeconds: of.StabilizationWindowSeconds }),
    ...(of.SelectPolicy != null && { selectPolicy: of.SelectPolicy }),
    ...(of.Policies && {
      policies: of.Policies.map(({ Type, Value, PeriodSeconds }) => ({
        type: Type,
        value: Value,
        periodSeconds: PeriodSeconds,
      })),
    }),
    ...(of.Tolerance != null && { tolerance: of.Tolerance }),
  });
  return {
    ...(internal.ScaleUp && { scaleUp: rules(internal.ScaleUp) }),
    ...(internal.ScaleDown && { scaleDown: rules(internal.ScaleDown) }),
  };
}
