import type { TypeText } from "../schema/sources.ts";

/** The types of authorization/v1, in the notation that schema/notation.ts reads. */
export const authorizationTypes = {
  groupVersion: "authorization/v1",
  text: `
FieldSelectorAttributes
  rawSelector 1 string
  requirements 2 []FieldSelectorRequirement atomic
LabelSelectorAttributes
  rawSelector 1 string
  requirements 2 []LabelSelectorRequirement atomic
LocalSubjectAccessReview kind
  metadata 1 ObjectMeta
  spec 2 SubjectAccessReviewSpec always required
  status 3 SubjectAccessReviewStatus
NonResourceAttributes
  path 1 string
  verb 2 string
NonResourceRule
  verbs 1 []string always atomic required
  nonResourceURLs 2 []string atomic
ResourceAttributes
  namespace 1 string
  verb 2 string
  group 3 string
  version 4 string
  resource 5 string
  subresource 6 string
  name 7 string
  fieldSelector 8 *FieldSelectorAttributes
  labelSelector 9 *LabelSelectorAttributes
ResourceRule
  verbs 1 []string always atomic required
  apiGroups 2 []string atomic
  resources 3 []string atomic
  resourceNames 4 []string atomic
SelfSubjectAccessReview kind
  metadata 1 ObjectMeta
  spec 2 SelfSubjectAccessReviewSpec always required
  status 3 SubjectAccessReviewStatus
SelfSubjectAccessReviewSpec
  resourceAttributes 1 *ResourceAttributes
  nonResourceAttributes 2 *NonResourceAttributes
SelfSubjectRulesReview kind
  metadata 1 ObjectMeta
  spec 2 SelfSubjectRulesReviewSpec always required
  status 3 SubjectRulesReviewStatus
SelfSubjectRulesReviewSpec
  namespace 1 string
SubjectAccessReview kind
  metadata 1 ObjectMeta
  spec 2 SubjectAccessReviewSpec always required
  status 3 SubjectAccessReviewStatus
SubjectAccessReviewSpec
  resourceAttributes 1 *ResourceAttributes
  nonResourceAttributes 2 *NonResourceAttributes
  user 3 string
  groups 4 []string atomic
  extra 5 {}[]string
  uid 6 string
SubjectAccessReviewStatus
  allowed 1 bool always required
  denied 4 bool
  reason 2 string
  evaluationError 3 string
SubjectRulesReviewStatus
  resourceRules 1 []ResourceRule always atomic required
  nonResourceRules 2 []NonResourceRule always atomic required
  incomplete 3 bool always required
  evaluationError 4 string
`,
};

/** What is known of the group, and not served. */
export const authorizationUnserved: readonly TypeText[] = [
  {
    groupVersion: "authorization/v1beta1",
    like: ["authorization/v1"],
    text: `
- FieldSelectorAttributes LabelSelectorAttributes
ResourceAttributes like
  fieldSelector 8 *authorization/v1.FieldSelectorAttributes
  labelSelector 9 *authorization/v1.LabelSelectorAttributes
SubjectAccessReviewSpec like
  -groups
  group 4 []string atomic
`,
  },
];
