import type { TypeText } from "../schema/sources.ts";

/** The types of storagemigration, in the notation that schema/notation.ts reads; none of them is served. */
export const storagemigrationUnserved: readonly TypeText[] = [
  {
    groupVersion: "storagemigration/v1beta1",
    text: `
StorageVersionMigration kind
  metadata 1 ObjectMeta
  spec 2 StorageVersionMigrationSpec
  status 3 StorageVersionMigrationStatus
StorageVersionMigrationSpec
  resource 1 GroupResource always required
StorageVersionMigrationStatus
  conditions 1 []Condition map(type) merge(type)
  resourceVersion 2 string
`,
  },
];
