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
