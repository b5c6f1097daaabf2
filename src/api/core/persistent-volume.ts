import { rfc3339 } from "../../base/clock.ts";
import type { PersistentVolume } from "../generated/core-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { roundResources } from "./resource-defaults.ts";
import { validateVolume, validateVolumeUpdate } from "./validation/persistent-volume.ts";
import { persistentVolumePrinter } from "./volume-printers.ts";
import { volumeWarnings } from "./warnings/volume-warnings.ts";

const asVolume = (object: Draft | KubeObject): PersistentVolume => object as unknown as PersistentVolume;

/** When a phase began is told by whoever sets it, else by the server. */
function timePhase(object: Draft, old: KubeObject, nowMs: number): void {
  const volume = asVolume(object);
  const { status: before, spec } = asVolume(old);
  const { status } = volume;
  volume.spec = spec;
  const told = status.lastPhaseTransitionTime;
  if (status.phase !== before.phase) {
    if (!told || told === before.lastPhaseTransitionTime) status.lastPhaseTransitionTime = rfc3339(nowMs);
  } else if (!told && before.lastPhaseTransitionTime) status.lastPhaseTransitionTime = before.lastPhaseTransitionTime;
}

export const persistentVolume = defineKind({
  group: "",
  version: "v1",
  kind: "PersistentVolume",
  plural: "persistentvolumes",
  shortNames: ["pv"],
  namespaced: false,
  type: "core/v1.PersistentVolume",
  strategy: {
    defaults(object) {
      const { spec, status } = asVolume(object);
      if (status) status.phase ||= "Pending";
      if (!spec) return;
      spec.persistentVolumeReclaimPolicy ||= "Retain";
      spec.volumeMode ??= "Filesystem";
      if (spec.hostPath) spec.hostPath.type ??= "";
      roundResources(spec.capacity);
    },
    prepareForCreate(object) {
      asVolume(object).status = { phase: "Pending", lastPhaseTransitionTime: object.metadata.creationTimestamp };
    },
    validate: (object) => validateVolume(asVolume(object)),
    validateUpdate: (object, old) => validateVolumeUpdate(asVolume(object), asVolume(old)),
    warnings: (object) => volumeWarnings(asVolume(object)),
    returnsDeleted: true,
  },
  status: { verbs: ["get", "patch", "update"], prepareForUpdate: timePhase },
  printer: persistentVolumePrinter,
});
