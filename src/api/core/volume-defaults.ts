/** What the sources of volumes are filled with (upstream's `pkg/apis/core/v1/defaults.go`). */
import type { DownwardAPIVolumeFile, ProjectedVolumeSource, Volume } from "../generated/core-v1.ts";
import { defaultPullPolicy } from "./image-reference.ts";
import { roundResources } from "./resource-defaults.ts";

const readableMode = 0o644;

export function defaultVolumes(volumes: readonly Volume[] | undefined): void {
  for (const volume of volumes ?? []) defaultVolume(volume);
}

function defaultVolume(volume: Volume): void {
  if (Object.keys(volume).every((key) => key === "name")) volume.emptyDir = {};
  if (volume.image) volume.image.pullPolicy ||= defaultPullPolicy(volume.image.reference);
  if (volume.hostPath) volume.hostPath.type ??= "";
  if (volume.secret) volume.secret.defaultMode ??= readableMode;
  if (volume.configMap) volume.configMap.defaultMode ??= readableMode;
  if (volume.downwardAPI) {
    volume.downwardAPI.defaultMode ??= readableMode;
    defaultFiles(volume.downwardAPI.items);
  }
  if (volume.projected) defaultProjection(volume.projected);
  const claim = volume.ephemeral?.volumeClaimTemplate?.spec;
  if (claim) {
    claim.volumeMode ??= "Filesystem";
    roundResources(claim.resources?.limits);
    roundResources(claim.resources?.requests);
  }
}

function defaultFiles(files: readonly DownwardAPIVolumeFile[] | undefined): void {
  for (const { fieldRef } of files ?? []) if (fieldRef) fieldRef.apiVersion ||= "v1";
}

function defaultProjection(projected: ProjectedVolumeSource): void {
  projected.defaultMode ??= readableMode;
  for (const source of projected.sources ?? []) {
    defaultFiles(source.downwardAPI?.items);
    if (source.serviceAccountToken) source.serviceAccountToken.expirationSeconds ??= 3600;
  }
}
