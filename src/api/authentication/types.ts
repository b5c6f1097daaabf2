import type { TypeText } from "../schema/sources.ts";

/** The types of authentication/v1, in the notation that schema/notation.ts reads. */
export const authenticationTypes = {
  groupVersion: "authentication/v1",
  text: `
BoundObjectReference
  kind 1 string
  apiVersion 2 string
  name 3 string
  uid 4 string
SelfSubjectReview kind
  metadata 1 ObjectMeta
  status 2 SelfSubjectReviewStatus
SelfSubjectReviewStatus
  userInfo 1 UserInfo
TokenRequest kind
  metadata 1 ObjectMeta
  spec 2 TokenRequestSpec always
  status 3 TokenRequestStatus
TokenRequestSpec
  audiences 1 []string always atomic
  expirationSeconds 4 *int64 always
  boundObjectRef 3 *BoundObjectReference always
TokenRequestStatus
  token 1 string always
  expirationTimestamp 2 Time always
TokenReview kind
  metadata 1 ObjectMeta
  spec 2 TokenReviewSpec always required
  status 3 TokenReviewStatus
TokenReviewSpec
  token 1 string required
  audiences 2 []string atomic
TokenReviewStatus
  authenticated 1 bool
  user 2 UserInfo
  audiences 4 []string atomic
  error 3 string
UserInfo
  username 1 string
  uid 2 string
  groups 3 []string atomic
  extra 4 {}[]string
`,
};

/** What is known of the group, and not served. */
export const authenticationUnserved: readonly TypeText[] = [
  {
    groupVersion: "authentication/v1beta1",
    like: ["authentication/v1"],
    text: `
- BoundObjectReference TokenRequest TokenRequestSpec TokenRequestStatus
SelfSubjectReviewStatus
  userInfo 1 authentication/v1.UserInfo
`,
  },
  {
    groupVersion: "authentication/v1alpha1",
    text: `
SelfSubjectReview like authentication/v1beta1
SelfSubjectReviewStatus like authentication/v1beta1
`,
  },
];
