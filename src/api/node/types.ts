import type { TypeText } from "../schema/sources.ts";

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

/** What is known of the group, and not served. */
export const nodeUnserved: readonly TypeText[] = [
  {
    groupVersion: "node/v1beta1",
    like: ["node/v1"],
    text: "",
  },
  {
    groupVersion: "node/v1alpha1",
    like: ["node/v1beta1"],
    text: `
RuntimeClass kind
  metadata 1 ObjectMeta
  spec 2 RuntimeClassSpec always required
RuntimeClassSpec
  runtimeHandler 1 string always required
  overhead 2 *Overhead
  scheduling 3 *Scheduling
`,
  },
];
