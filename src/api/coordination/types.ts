import type { TypeText } from "../schema/sources.ts";

/** The types of coordination/v1, in the notation that schema/notation.ts reads. */
export const coordinationTypes = {
  groupVersion: "coordination/v1",
  text: `
Lease kind
  metadata 1 ObjectMeta
  spec 2 LeaseSpec
LeaseSpec
  holderIdentity 1 *string
  leaseDurationSeconds 2 *int32
  acquireTime 3 *MicroTime
  renewTime 4 *MicroTime
  leaseTransitions 5 *int32
  strategy 6 *string
  preferredHolder 7 *string
`,
};

/** What is known of the group, and not served. */
export const coordinationUnserved: readonly TypeText[] = [
  {
    groupVersion: "coordination/v1beta1",
    like: ["coordination/v1"],
    text: `
LeaseCandidate kind
  metadata 1 ObjectMeta
  spec 2 LeaseCandidateSpec required
LeaseCandidateSpec
  leaseName 1 string always required
  pingTime 2 *MicroTime
  renewTime 3 *MicroTime
  binaryVersion 4 string always required
  emulationVersion 5 string
  strategy 6 string required
`,
  },
  {
    groupVersion: "coordination/v1alpha2",
    text: `
LeaseCandidate like coordination/v1beta1
LeaseCandidateSpec like coordination/v1beta1
`,
  },
];
