/** The types of scheduling/v1, in the notation that schema/notation.ts reads. */
export const schedulingTypes = {
  groupVersion: "scheduling/v1",
  text: `
PriorityClass kind
  metadata 1 ObjectMeta
  value 2 int32 always default=0
  globalDefault 3 bool
  description 4 string
  preemptionPolicy 5 *string enum(Never,PreemptLowerPriority)
`,
};
