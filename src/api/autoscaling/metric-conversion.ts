/**
 * Metrics in the words of autoscaling/v1, which has no fields for them and keeps them in annotations. The fields stand in
 * the order in which upstream writes them.
 */
import type {
  CrossVersionObjectReference,
  MetricIdentifier,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from "../generated/autoscaling-v2.ts";

type Selector = MetricIdentifier["selector"];

/** The sources of a metric, of its target as of its current value: each kind has its own name for the amounts. */
interface OldMetric {
  readonly type: string;
  readonly object?: {
    readonly target: CrossVersionObjectReference;
    readonly metricName: string;
    readonly selector?: Selector;
    readonly averageValue?: string | undefined;
    readonly targetValue?: string;
    readonly currentValue?: string;
  };
  readonly pods?: { readonly metricName: string; readonly selector?: Selector } & OldAmounts;
  readonly resource?: { readonly name: string } & OldAmounts;
  readonly containerResource?: { readonly name: string; readonly container: string } & OldAmounts;
  readonly external?: { readonly metricName: string; readonly metricSelector?: Selector } & OldAmounts;
}
interface OldAmounts {
  readonly targetAverageUtilization?: number | undefined;
  readonly targetAverageValue?: string | undefined;
  readonly targetValue?: string | undefined;
  readonly currentAverageUtilization?: number | undefined;
  readonly currentAverageValue?: string | undefined;
  readonly currentValue?: string | undefined;
}
export type OldMetricSpec = OldMetric;
export type OldMetricStatus = OldMetric;

export function toOldSpec({ type, object, pods, resource, containerResource, external }: MetricSpec): OldMetricSpec {
  const ofResource = ({ target }: { target: MetricTarget }): OldAmounts => ({
    targetAverageUtilization: target.averageUtilization,
    targetAverageValue: target.averageValue,
  });
  return {
    type,
    ...(object && {
      object: {
        target: object.describedObject,
        metricName: object.metric.name,
        targetValue: object.target.value ?? "0",
        selector: object.metric.selector,
        averageValue: object.target.averageValue,
      },
    }),
    ...(pods && {
      pods: {
        metricName: pods.metric.name,
        targetAverageValue: pods.target.averageValue ?? "0",
        selector: pods.metric.selector,
      },
    }),
    ...(resource && { resource: { name: resource.name, ...ofResource(resource) } }),
    ...(containerResource && {
      containerResource: {
        name: containerResource.name,
        ...ofResource(containerResource),
        container: containerResource.container,
      },
    }),
    ...(external && {
      external: {
        metricName: external.metric.name,
        metricSelector: external.metric.selector,
        targetValue: external.target.value,
        targetAverageValue: external.target.averageValue,
      },
    }),
  };
}

export function toOldStatus(status: MetricStatus): OldMetricStatus {
  const { type, object, pods, resource, containerResource, external } = status;
  const ofResource = ({ current }: { current: MetricValueStatus }): OldAmounts => ({
    currentAverageUtilization: current.averageUtilization,
    currentAverageValue: current.averageValue ?? "0",
  });
  return {
    type,
    ...(object && {
      object: {
        target: object.describedObject,
        metricName: object.metric.name,
        currentValue: object.current.value ?? "0",
        selector: object.metric.selector,
        averageValue: object.current.averageValue,
      },
    }),
    ...(pods && {
      pods: {
        metricName: pods.metric.name,
        currentAverageValue: pods.current.averageValue ?? "0",
        selector: pods.metric.selector,
      },
    }),
    ...(resource && { resource: { name: resource.name, ...ofResource(resource) } }),
    ...(containerResource && {
      containerResource: {
        name: containerResource.name,
        ...ofResource(containerResource),
        container: containerResource.container,
      },
    }),
    ...(external && {
      external: {
        metricName: external.metric.name,
        metricSelector: external.metric.selector,
        currentValue: external.current.value ?? "0",
        currentAverageValue: external.current.averageValue,
      },
    }),
  };
}

const isZero = (amount: string | undefined): boolean => !amount || amount === "0";

const identifier = (name: string, selector: Selector): MetricIdentifier => ({ name, ...(selector && { selector }) });

/** Absent amounts are left out. */
function amounts({ value, averageValue, averageUtilization }: MetricValueStatus): MetricValueStatus {
  return {
    ...(value !== undefined && { value }),
    ...(averageValue !== undefined && { averageValue }),
    ...(averageUtilization !== undefined && { averageUtilization }),
  };
}

export function fromOldSpec(old: OldMetricSpec): MetricSpec {
  const { type, object, pods, resource, containerResource, external } = old;
  const ofResource = (source: OldAmounts): MetricTarget => ({
    type: source.targetAverageUtilization === undefined ? "AverageValue" : "Utilization",
    ...amounts({ averageValue: source.targetAverageValue, averageUtilization: source.targetAverageUtilization }),
  });
  return {
    type,
    ...(object && {
      object: {
        describedObject: object.target,
        target: {
          type: object.averageValue === undefined ? "Value" : "AverageValue",
          ...amounts({
            value: object.averageValue !== undefined && isZero(object.targetValue) ? undefined : object.targetValue,
            averageValue: object.averageValue,
          }),
        },
        metric: identifier(object.metricName, object.selector),
      },
    }),
    ...(pods && {
      pods: {
        metric: identifier(pods.metricName, pods.selector),
        target: { type: "AverageValue", averageValue: pods.targetAverageValue ?? "0" },
      },
    }),
    ...(resource && { resource: { name: resource.name, target: ofResource(resource) } }),
    ...(containerResource && {
      containerResource: {
        name: containerResource.name,
        target: ofResource(containerResource),
        container: containerResource.container,
      },
    }),
    ...(external && {
      external: {
        metric: identifier(external.metricName, external.metricSelector),
        target: {
          type: external.targetValue === undefined ? "AverageValue" : "Value",
          ...amounts({ value: external.targetValue, averageValue: external.targetAverageValue }),
        },
      },
    }),
  };
}

export function fromOldStatus(old: OldMetricStatus): MetricStatus {
  const { type, object, pods, resource, containerResource, external } = old;
  const ofResource = (source: OldAmounts): MetricValueStatus =>
    amounts({
      averageValue: source.currentAverageValue ?? "0",
      averageUtilization: source.currentAverageUtilization,
    });
  return {
    type,
    ...(object && {
      object: {
        metric: identifier(object.metricName, object.selector),
        current: amounts({ value: object.currentValue ?? "0", averageValue: object.averageValue }),
        describedObject: object.target,
      },
    }),
    ...(pods && {
      pods: {
        metric: identifier(pods.metricName, pods.selector),
        current: { averageValue: pods.currentAverageValue ?? "0" },
      },
    }),
    ...(resource && { resource: { name: resource.name, current: ofResource(resource) } }),
    ...(containerResource && {
      containerResource: {
        name: containerResource.name,
        current: ofResource(containerResource),
        container: containerResource.container,
      },
    }),
    ...(external && {
      external: {
        metric: identifier(external.metricName, external.metricSelector),
        current: amounts({ value: external.currentValue ?? "0", averageValue: external.currentAverageValue }),
      },
    }),
  };
}
