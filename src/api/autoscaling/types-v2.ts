/** The types of autoscaling/v2, in the notation that schema/notation.ts reads. */
export const autoscalingTypesV2 = {
  groupVersion: "autoscaling/v2",
  text: `
ContainerResourceMetricSource
  name 1 string always required
  target 2 MetricTarget always required
  container 3 string always required
ContainerResourceMetricStatus
  name 1 string always required
  current 2 MetricValueStatus always required
  container 3 string always required
CrossVersionObjectReference
  kind 1 string always required
  name 2 string always required
  apiVersion 3 string
ExternalMetricSource
  metric 1 MetricIdentifier always required
  target 2 MetricTarget always required
ExternalMetricStatus
  metric 1 MetricIdentifier always required
  current 2 MetricValueStatus always required
HPAScalingPolicy
  type 1 string always required
  value 2 int32 always required
  periodSeconds 3 int32 always required
HPAScalingRules
  stabilizationWindowSeconds 3 *int32
  selectPolicy 1 *string
  policies 2 []HPAScalingPolicy atomic keepEmpty
  tolerance 4 *Quantity
HorizontalPodAutoscaler kind
  metadata 1 ObjectMeta
  spec 2 HorizontalPodAutoscalerSpec required
  status 3 HorizontalPodAutoscalerStatus
HorizontalPodAutoscalerBehavior
  scaleUp 1 *HPAScalingRules
  scaleDown 2 *HPAScalingRules
HorizontalPodAutoscalerCondition
  type 1 string always required
  status 2 string always required
  lastTransitionTime 3 Time
  reason 4 string
  message 5 string
HorizontalPodAutoscalerSpec
  scaleTargetRef 1 CrossVersionObjectReference always required
  minReplicas 2 *int32
  maxReplicas 3 int32 always required
  metrics 4 []MetricSpec atomic
  behavior 5 *HorizontalPodAutoscalerBehavior
HorizontalPodAutoscalerStatus
  observedGeneration 1 *int64
  lastScaleTime 2 *Time
  currentReplicas 3 int32
  desiredReplicas 4 int32 always required
  currentMetrics 5 []MetricStatus always atomic
  conditions 6 []HorizontalPodAutoscalerCondition map(type) merge(type)
MetricIdentifier
  name 1 string always required
  selector 2 *LabelSelector
MetricSpec
  type 1 string always required
  object 2 *ObjectMetricSource
  pods 3 *PodsMetricSource
  resource 4 *ResourceMetricSource
  containerResource 7 *ContainerResourceMetricSource
  external 5 *ExternalMetricSource
MetricStatus
  type 1 string always required
  object 2 *ObjectMetricStatus
  pods 3 *PodsMetricStatus
  resource 4 *ResourceMetricStatus
  containerResource 7 *ContainerResourceMetricStatus
  external 5 *ExternalMetricStatus
MetricTarget
  type 1 string always required
  value 2 *Quantity
  averageValue 3 *Quantity
  averageUtilization 4 *int32
MetricValueStatus
  value 1 *Quantity
  averageValue 2 *Quantity
  averageUtilization 3 *int32
ObjectMetricSource
  describedObject 1 CrossVersionObjectReference always required
  target 2 MetricTarget always required
  metric 3 MetricIdentifier always required
ObjectMetricStatus
  metric 1 MetricIdentifier always required
  current 2 MetricValueStatus always required
  describedObject 3 CrossVersionObjectReference always required
PodsMetricSource
  metric 1 MetricIdentifier always required
  target 2 MetricTarget always required
PodsMetricStatus
  metric 1 MetricIdentifier always required
  current 2 MetricValueStatus always required
ResourceMetricSource
  name 1 string always required
  target 2 MetricTarget always required
ResourceMetricStatus
  name 1 string always required
  current 2 MetricValueStatus always required
`,
};
