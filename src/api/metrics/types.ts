/** The types of metrics/v1beta1, in the notation that schema/notation.ts reads. */
export const metricsTypes = {
  groupVersion: "metrics/v1beta1",
  text: `
ContainerMetrics
  name 1 string always required
  usage 2 {}Quantity always required
Duration
  duration 1 int64
NodeMetrics kind
  metadata 1 ObjectMeta
  timestamp 2 Time always required
  window 3 Duration always required
  usage 4 {}Quantity always required
PodMetrics kind
  metadata 1 ObjectMeta
  timestamp 2 Time always required
  window 3 Duration always required
  containers 4 []ContainerMetrics always required atomic
`,
};
