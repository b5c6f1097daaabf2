/** Volumes and claims that use what should no longer be used. */
import type { PersistentVolume, PersistentVolumeClaim } from "../../generated/core-v1.ts";
import { milliValue } from "../../quantity.ts";
import { Path } from "../../validation/field-error.ts";
import { warningsForTerm } from "./node-labels.ts";

const classAnnotation = "volume.beta.kubernetes.io/storage-class";
const annotations = {
  [classAnnotation]: 'deprecated since v1.8; use "storageClassName" attribute instead',
  "volume.beta.kubernetes.io/mount-options": 'deprecated since v1.31; use "mountOptions" attribute instead',
};
const sources = {
  cephfs: ["cephfs", "v1.28", "v1.31"],
  photonPersistentDisk: ["photonPersistentDisk", "v1.11", "v1.16"],
  scaleIO: ["scaleIO", "v1.16", "v1.22"],
  storageos: ["storageOS", "v1.22", "v1.25"],
  glusterfs: ["glusterfs", "v1.25", "v1.26"],
  rbd: ["rbd", "v1.28", "v1.31"],
} as const;

export function volumeWarnings({ metadata, spec }: PersistentVolume): string[] {
  const warnings: string[] = [];
  for (const [key, why] of Object.entries(annotations))
    if (metadata.annotations?.[key] !== undefined) warnings.push(`metadata.annotations[${key}]: ${why}`);
  if (spec.persistentVolumeReclaimPolicy === "Recycle")
    warnings.push(
      "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.",
    );
  const path = new Path("spec").child("nodeAffinity", "required", "nodeSelectorTerms");
  spec.nodeAffinity?.required?.nodeSelectorTerms?.forEach((term, i) => {
    warnings.push(...warningsForTerm(term, false, path.index(i)));
  });
  for (const [field, [name, since, gone]] of Object.entries(sources))
    if (spec[field as keyof typeof sources])
      warnings.push(`spec.${name}: deprecated in ${since}, non-functional in ${gone}+`);
  return warnings;
}

export function claimWarnings({ metadata, spec }: PersistentVolumeClaim): string[] {
  const warnings: string[] = [];
  if (metadata.annotations?.[classAnnotation] !== undefined)
    warnings.push(`metadata.annotations[${classAnnotation}]: ${annotations[classAnnotation]}`);
  for (const list of ["requests", "limits"] as const) {
    const amount = spec.resources?.[list]?.storage;
    if (milliValue(amount) % 1000n !== 0n)
      warnings.push(
        `spec.resources.${list}[storage]: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`,
      );
  }
  return warnings;
}
