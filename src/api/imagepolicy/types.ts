import type { TypeText } from "../schema/sources.ts";

/** The types of imagepolicy, in the notation that schema/notation.ts reads; none of them is served. */
export const imagepolicyUnserved: readonly TypeText[] = [
  {
    groupVersion: "imagepolicy/v1alpha1",
    text: `
ImageReview kind
  metadata 1 ObjectMeta
  spec 2 ImageReviewSpec always
  status 3 ImageReviewStatus
ImageReviewContainerSpec
  image 1 string
ImageReviewSpec
  containers 1 []ImageReviewContainerSpec atomic
  annotations 2 {}string
  namespace 3 string
ImageReviewStatus
  allowed 1 bool always
  reason 2 string
  auditAnnotations 3 {}string
`,
  },
];
