/** The types of autoscaling/v1, in the notation that schema/notation.ts reads. */
export const autoscalingTypesV1 = {
  groupVersion: "autoscaling/v1",
  text: `
CrossVersionObjectReference atomic
  kind 1 string always required
  name 2 string always required
  apiVersion 3 string
HorizontalPodAutoscaler kind
  metadata 1 ObjectMeta
  spec 2 HorizontalPodAutoscalerSpec required
  status 3 HorizontalPodAutoscalerStatus
HorizontalPodAutoscalerSpec
  scaleTargetRef 1 CrossVersionObjectReference always required
  minReplicas 2 *int32
  maxReplicas 3 int32 always required
  targetCPUUtilizationPercentage 4 *int32
HorizontalPodAutoscalerStatus
  observedGeneration 1 *int64
  lastScaleTime 2 *Time
  currentReplicas 3 int32 always required
  desiredReplicas 4 int32 always required
  currentCPUUtilizationPercentage 5 *int32
Scale kind
  metadata 1 ObjectMeta
  spec 2 ScaleSpec
  status 3 ScaleStatus
ScaleSpec
  replicas 1 int32 default=0
ScaleStatus
  replicas 1 int32 always required
  selector 2 string
`,
};
