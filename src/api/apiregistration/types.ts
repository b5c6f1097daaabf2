import type { TypeText } from "../schema/sources.ts";

/** The types of apiregistration/v1, in the notation that schema/notation.ts reads. */
export const apiregistrationTypes = {
  groupVersion: "apiregistration/v1",
  text: `
APIService kind
  metadata 1 ObjectMeta
  spec 2 APIServiceSpec
  status 3 APIServiceStatus
APIServiceCondition
  type 1 string always required
  status 2 string always required
  lastTransitionTime 3 Time
  reason 4 string
  message 5 string
APIServiceSpec
  service 1 *ServiceReference
  group 2 string
  version 3 string
  insecureSkipTLSVerify 4 bool
  caBundle 5 bytes atomic
  groupPriorityMinimum 7 int32 always required
  versionPriority 8 int32 always required
APIServiceStatus
  conditions 1 []APIServiceCondition map(type) merge(type)
ServiceReference
  namespace 1 string
  name 2 string
  port 3 *int32
`,
};

/** What is known of the group, and not served. */
export const apiregistrationUnserved: readonly TypeText[] = [
  {
    groupVersion: "apiregistration/v1beta1",
    like: ["apiregistration/v1"],
    text: "",
  },
];
