import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from "../generated/core-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { roundResources } from "./resource-defaults.ts";
import { validateClaim, validateClaimStatus, validateClaimUpdate } from "./validation/persistent-volume-claim.ts";
import { persistentVolumeClaimPrinter } from "./volume-printers.ts";
import { claimWarnings } from "./warnings/volume-warnings.ts";

const asClaim = (object: Draft | KubeObject): PersistentVolumeClaim => object as unknown as PersistentVolumeClaim;

/** Of the two fields for the same, what one says stands in both; a source that the older one never knew is dropped. */
function joinSources(spec: PersistentVolumeClaimSpec, old?: PersistentVolumeClaimSpec): void {
  if (spec.dataSourceRef?.namespace && !old?.dataSourceRef) delete spec.dataSourceRef; // across namespaces: switched off
  const { dataSource: source, dataSourceRef: ref } = spec;
  if (source && !ref) {
    const known =
      (source.kind === "PersistentVolumeClaim" && !source.apiGroup) ||
      (source.kind === "VolumeSnapshot" && source.apiGroup === "snapshot.storage.k8s.io");
    if (known || old?.dataSource || old?.dataSourceRef) spec.dataSourceRef = { ...source };
    else delete spec.dataSource;
  } else if (ref && !source && !ref.namespace) {
    const { namespace: _, ...local } = ref;
    spec.dataSource = local;
  }
}

export const persistentVolumeClaim = defineKind({
  group: "",
  version: "v1",
  kind: "PersistentVolumeClaim",
  plural: "persistentvolumeclaims",
  shortNames: ["pvc"],
  namespaced: true,
  type: "core/v1.PersistentVolumeClaim",
  strategy: {
    defaults(object) {
      const { spec, status } = asClaim(object);
      if (status) {
        status.phase ||= "Pending";
        roundResources(status.capacity);
        roundResources(status.allocatedResources);
      }
      if (!spec) return;
      spec.volumeMode ??= "Filesystem";
      roundResources(spec.resources?.limits);
      roundResources(spec.resources?.requests);
    },
    prepareForCreate(object) {
      asClaim(object).status = { phase: "Pending" };
      joinSources(asClaim(object).spec);
    },
    prepareForUpdate: (object, old) => joinSources(asClaim(object).spec, asClaim(old).spec),
    validate: (object) => validateClaim(asClaim(object)),
    validateUpdate: (object, old) => validateClaimUpdate(asClaim(object), asClaim(old)),
    warnings: (object) => claimWarnings(asClaim(object)),
    returnsDeleted: true,
  },
  status: {
    verbs: ["get", "patch", "update"],
    validateUpdate: (object) => validateClaimStatus(asClaim(object)),
  },
  printer: persistentVolumeClaimPrinter,
});
