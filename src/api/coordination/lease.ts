import type { Lease } from "../generated/coordination-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { text } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";
import { checkNonNegative } from "../validation/checks.ts";
import { type FieldError, Path } from "../validation/field-error.ts";

const asLease = (object: Draft | KubeObject): Lease => object as unknown as Lease;

/** Coordinated leader election is switched off (as by default in upstream's). */
function dropGated(object: Draft): void {
  const { spec } = asLease(object);
  delete spec?.strategy;
  delete spec?.preferredHolder;
}

function validate(object: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  const { leaseDurationSeconds, leaseTransitions } = asLease(object).spec;
  const path = new Path("spec");
  if (leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0)
    errors.push(path.child("leaseDurationSeconds").invalid(leaseDurationSeconds, "must be greater than 0"));
  checkNonNegative(errors, path.child("leaseTransitions"), leaseTransitions);
  return errors;
}

export const lease = defineKind({
  group: "coordination.k8s.io",
  version: "v1",
  kind: "Lease",
  plural: "leases",
  namespaced: true,
  type: "coordination/v1.Lease",
  strategy: {
    prepareForCreate: dropGated,
    prepareForUpdate: dropGated,
    validate,
    allowCreateOnUpdate: true,
    allowUnconditionalUpdate: false,
  },
  printer: {
    columns: [
      nameColumn,
      text(
        "Holder",
        "holderIdentity contains the identity of the holder of a current lease. If Coordinated Leader Election is used, the holder identity must be equal to the elected LeaseCandidate.metadata.name field.",
      ),
      ageColumn,
    ],
    cells(object, now) {
      const { metadata, spec } = asLease(object);
      return [metadata.name ?? "", spec.holderIdentity ?? "", age(metadata.creationTimestamp, now)];
    },
  },
});
