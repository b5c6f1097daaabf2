/** The types of node/v1, in the notation that schema/notation.ts reads. */
export const nodeTypes = {
  groupVersion: "node/v1",
  text: `
Overhead
  podFixed 1 {}Quantity
RuntimeClass kind
  metadata 1 ObjectMeta
  handler 2 string always required
  overhead 3 *Overhead
  scheduling 4 *Scheduling
Scheduling
  nodeSelector 1 {}string atomic
  tolerations 2 []core/v1.Toleration atomic
`,
};
