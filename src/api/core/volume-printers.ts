/** How volumes and claims are shown. */
import type { PersistentVolume, PersistentVolumeClaim } from "../generated/core-v1.ts";
import type { ObjectMeta } from "../generated/meta-v1.ts";
import type { Printer } from "../kind.ts";
import { text, wide } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";

const shortModes = { ReadWriteOnce: "RWO", ReadOnlyMany: "ROX", ReadWriteMany: "RWX", ReadWriteOncePod: "RWOP" };

/** `RWO,RWX`, always in the same order. */
export const accessModesText = (modes: readonly string[] = []): string =>
  Object.entries(shortModes)
    .filter(([mode]) => modes.includes(mode))
    .map(([, short]) => short)
    .join(",");

/** The class, told by an annotation in old times. */
const className = ({ annotations }: ObjectMeta, name: string | undefined): string =>
  annotations?.["volume.beta.kubernetes.io/storage-class"] ?? name ?? "";

export const persistentVolumePrinter: Printer = {
  columns: [
    nameColumn,
    text(
      "Capacity",
      "capacity is the description of the persistent volume's resources and capacity. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#capacity",
    ),
    text(
      "Access Modes",
      "accessModes contains all ways the volume can be mounted. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#access-modes",
    ),
    text(
      "Reclaim Policy",
      "persistentVolumeReclaimPolicy defines what happens to a persistent volume when released from its claim. Valid options are Retain (default for manually created PersistentVolumes), Delete (default for dynamically provisioned PersistentVolumes), and Recycle (deprecated). Recycle must be supported by the volume plugin underlying this PersistentVolume. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#reclaiming",
    ),
    text(
      "Status",
      "phase indicates if a volume is available, bound to a claim, or released by a claim. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#phase",
    ),
    text(
      "Claim",
      "claimRef is part of a bi-directional binding between PersistentVolume and PersistentVolumeClaim. Expected to be non-nil when bound. claim.VolumeName is the authoritative bind between PV and PVC. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#binding",
    ),
    text("StorageClass", "StorageClass of the pv"),
    text("VolumeAttributesClass", "VolumeAttributesClass of the pv"),
    text(
      "Reason",
      "reason is a brief CamelCase string that describes any failure and is meant for machine parsing and tidy display in the CLI.",
    ),
    ageColumn,
    wide(
      "VolumeMode",
      "volumeMode defines if a volume is intended to be used with a formatted filesystem or to remain in raw block state. Value of Filesystem is implied when not included in spec.",
    ),
  ],
  cells(object, now) {
    const { metadata, spec, status } = object as unknown as PersistentVolume;
    const claim = spec.claimRef;
    return [
      metadata.name ?? "",
      spec.capacity?.storage ?? "0",
      accessModesText(spec.accessModes),
      spec.persistentVolumeReclaimPolicy ?? "",
      metadata.deletionTimestamp ? "Terminating" : (status.phase ?? ""),
      claim ? `${claim.namespace ?? ""}/${claim.name ?? ""}` : "",
      className(metadata, spec.storageClassName),
      spec.volumeAttributesClassName ?? "<unset>",
      status.reason ?? "",
      age(metadata.creationTimestamp, now),
      spec.volumeMode ?? "<unset>",
    ];
  },
};
export const persistentVolumeClaimPrinter: Printer = {
  columns: [
    nameColumn,
    text("Status", "phase represents the current phase of PersistentVolumeClaim."),
    text("Volume", "volumeName is the binding reference to the PersistentVolume backing this claim."),
    text("Capacity", "capacity represents the actual resources of the underlying volume."),
    text(
      "Access Modes",
      "accessModes contains the actual access modes the volume backing the PVC has. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#access-modes-1",
    ),
    text("StorageClass", "StorageClass of the pvc"),
    text("VolumeAttributesClass", "VolumeAttributesClass of the pvc"),
    ageColumn,
    wide(
      "VolumeMode",
      "volumeMode defines what type of volume is required by the claim. Value of Filesystem is implied when not included in claim spec.",
    ),
  ],
  cells(object, now) {
    const { metadata, spec, status } = object as unknown as PersistentVolumeClaim;
    const bound = Boolean(spec.volumeName);
    return [
      metadata.name ?? "",
      metadata.deletionTimestamp ? "Terminating" : (status.phase ?? ""),
      spec.volumeName ?? "",
      bound ? (status.capacity?.storage ?? "0") : "",
      bound ? accessModesText(status.accessModes) : "",
      className(metadata, spec.storageClassName),
      spec.volumeAttributesClassName ?? "<unset>",
      age(metadata.creationTimestamp, now),
      spec.volumeMode ?? "<unset>",
    ];
  },
};
