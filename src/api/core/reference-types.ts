/** The types of core/v1 (reference), in the notation that schema/notation.ts reads. */
export const coreReferenceTypes = {
  groupVersion: "core/v1",
  text: `
LocalObjectReference atomic
  name 1 string
NodeSelector atomic
  nodeSelectorTerms 1 []NodeSelectorTerm always atomic required
NodeSelectorRequirement
  key 1 string always required
  operator 2 string always enum(DoesNotExist,Exists,Gt,In,Lt,NotIn) required
  values 3 []string atomic
NodeSelectorTerm atomic
  matchExpressions 1 []NodeSelectorRequirement atomic
  matchFields 2 []NodeSelectorRequirement atomic
ObjectReference atomic
  kind 1 string
  namespace 2 string
  name 3 string
  uid 4 string
  apiVersion 5 string
  resourceVersion 6 string
  fieldPath 7 string
SecretReference atomic
  name 1 string
  namespace 2 string
TopologySelectorLabelRequirement
  key 1 string always required
  values 2 []string always atomic required
TopologySelectorTerm atomic
  matchLabelExpressions 1 []TopologySelectorLabelRequirement atomic
TypedLocalObjectReference atomic
  apiGroup 1 *string always
  kind 2 string always required
  name 3 string always required
TypedObjectReference
  apiGroup 1 *string always
  kind 2 string always required
  name 3 string always required
  namespace 4 *string
`,
};
