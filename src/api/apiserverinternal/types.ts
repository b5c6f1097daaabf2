import type { TypeText } from "../schema/sources.ts";

/** The types of apiserverinternal, in the notation that schema/notation.ts reads; none of them is served. */
export const apiserverinternalUnserved: readonly TypeText[] = [
  {
    groupVersion: "apiserverinternal/v1alpha1",
    text: `
ServerStorageVersion
  apiServerID 1 string required
  encodingVersion 2 string required
  decodableVersions 3 []string set required
  servedVersions 4 []string set
StorageVersion kind
  metadata 1 ObjectMeta required
  spec 2 StorageVersionSpec always
  status 3 StorageVersionStatus always
StorageVersionCondition
  type 1 string always required
  status 2 string always required
  observedGeneration 3 int64
  lastTransitionTime 4 Time
  reason 5 string always required
  message 6 string required
StorageVersionSpec
StorageVersionStatus
  storageVersions 1 []ServerStorageVersion map(apiServerID)
  commonEncodingVersion 2 *string
  conditions 3 []StorageVersionCondition map(type)
`,
  },
];
