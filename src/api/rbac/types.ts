import type { TypeText } from "../schema/sources.ts";

/** The types of rbac/v1, in the notation that schema/notation.ts reads. */
export const rbacTypes = {
  groupVersion: "rbac/v1",
  text: `
AggregationRule
  clusterRoleSelectors 1 []LabelSelector atomic
ClusterRole kind
  metadata 1 ObjectMeta
  rules 2 []PolicyRule always atomic
  aggregationRule 3 *AggregationRule
ClusterRoleBinding kind
  metadata 1 ObjectMeta
  subjects 2 []Subject atomic
  roleRef 3 RoleRef always required
PolicyRule
  verbs 1 []string always atomic required
  apiGroups 2 []string atomic
  resources 3 []string atomic
  resourceNames 4 []string atomic
  nonResourceURLs 5 []string atomic
Role kind
  metadata 1 ObjectMeta
  rules 2 []PolicyRule always atomic
RoleBinding kind
  metadata 1 ObjectMeta
  subjects 2 []Subject atomic
  roleRef 3 RoleRef always required
RoleRef atomic
  apiGroup 1 string always
  kind 2 string always required
  name 3 string always required
Subject atomic
  kind 1 string always required
  apiGroup 2 string
  name 3 string always required
  namespace 4 string
`,
};

/** What is known of the group, and not served. */
export const rbacUnserved: readonly TypeText[] = [
  {
    groupVersion: "rbac/v1beta1",
    like: ["rbac/v1"],
    text: `
RoleRef
  apiGroup 1 string always
  kind 2 string always required
  name 3 string always required
Subject
  kind 1 string always required
  apiGroup 2 string
  name 3 string always required
  namespace 4 string
`,
  },
  {
    groupVersion: "rbac/v1alpha1",
    like: ["rbac/v1beta1"],
    text: `
PolicyRule like
  apiGroups 3 []string atomic
  resources 4 []string atomic
  resourceNames 5 []string atomic
  nonResourceURLs 6 []string atomic
Subject like
  -apiGroup
  apiVersion 2 string
`,
  },
];
