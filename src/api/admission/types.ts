import type { TypeText } from "../schema/sources.ts";

/** The types of admission/v1, in the notation that schema/notation.ts reads. */
export const admissionTypes = {
  groupVersion: "admission/v1",
  text: `
AdmissionRequest
  uid 1 string always
  kind 2 GroupVersionKind always
  resource 3 GroupVersionResource always
  subResource 4 string
  requestKind 13 *GroupVersionKind
  requestResource 14 *GroupVersionResource
  requestSubResource 15 string
  name 5 string
  namespace 6 string
  operation 7 string always
  userInfo 8 authentication/v1.UserInfo always
  object 9 Raw
  oldObject 10 Raw
  dryRun 11 *bool
  options 12 Raw
AdmissionResponse
  uid 1 string always
  allowed 2 bool always
  status 3 *Status
  patch 4 bytes
  patchType 5 *string
  auditAnnotations 6 {}string
  warnings 7 []string
AdmissionReview kind
  request 1 *AdmissionRequest
  response 2 *AdmissionResponse
`,
};

/** What is known of the group, and not served. */
export const admissionUnserved: readonly TypeText[] = [
  {
    groupVersion: "admission/v1beta1",
    like: ["admission/v1"],
    text: "",
  },
];
