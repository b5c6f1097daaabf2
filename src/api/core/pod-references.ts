/** The objects that a pod's spec names: what its node must be able to read, and what a mirror pod may not have. */
import type { Container, Pod, PodSpec, Volume } from "../generated/core-v1.ts";
import type { Shared } from "../object.ts";

type Spec = Shared<PodSpec>;
type AnyContainer = Pick<Shared<Container>, "env" | "envFrom">;

const containersOf = (spec: Spec): readonly AnyContainer[] => [
  ...(spec.initContainers ?? []),
  ...(spec.containers ?? []),
  ...(spec.ephemeralContainers ?? []),
];

const named = (names: readonly (string | undefined)[]): string[] => [...new Set(names.filter((n): n is string => !!n))];

export function secretsOf(spec: Spec): string[] {
  return named([
    ...(spec.imagePullSecrets ?? []).map((r) => r.name),
    ...containersOf(spec).flatMap(({ env, envFrom }) => [
      ...(envFrom ?? []).map((from) => from.secretRef?.name),
      ...(env ?? []).map((e) => e.valueFrom?.secretKeyRef?.name),
    ]),
    ...(spec.volumes ?? []).flatMap(secretsOfVolume),
  ]);
}

const secretsOfVolume = (v: Shared<Volume>): (string | undefined)[] => [
  v.azureFile?.secretName,
  v.cephfs?.secretRef?.name,
  v.cinder?.secretRef?.name,
  v.flexVolume?.secretRef?.name,
  ...(v.projected?.sources ?? []).map((source) => source.secret?.name),
  v.rbd?.secretRef?.name,
  v.secret?.secretName,
  v.scaleIO?.secretRef?.name,
  v.iscsi?.secretRef?.name,
  v.storageos?.secretRef?.name,
  v.csi?.nodePublishSecretRef?.name,
];

export function configMapsOf(spec: Spec): string[] {
  return named([
    ...containersOf(spec).flatMap(({ env, envFrom }) => [
      ...(envFrom ?? []).map((from) => from.configMapRef?.name),
      ...(env ?? []).map((e) => e.valueFrom?.configMapKeyRef?.name),
    ]),
    ...(spec.volumes ?? []).flatMap((v) => [
      v.configMap?.name,
      ...(v.projected?.sources ?? []).map((source) => source.configMap?.name),
    ]),
  ]);
}

/** The claim behind a volume; one that is made for the pod alone is named after both. */
export const claimOf = (podName: string, volume: Shared<Volume>): string | undefined =>
  volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral ? `${podName}-${volume.name}` : undefined);

/** The names of the resource claims a pod uses, as far as they are known. */
export function resourceClaimsOf({ spec, status }: Shared<Pod>): string[] {
  const made = new Map((status?.resourceClaimStatuses ?? []).map((s) => [s.name, s.resourceClaimName]));
  return named([
    ...(spec.resourceClaims ?? []).map((claim) => claim.resourceClaimName ?? made.get(claim.name)),
    status?.extendedResourceClaimStatus?.resourceClaimName,
  ]);
}

/** The kind of object of the API that a pod cannot run without, if there is one. */
export function apiReferenceOf({ spec }: Shared<Pod>): string | undefined {
  if (spec.serviceAccountName) return "serviceaccounts";
  if (secretsOf(spec).length) return "secrets";
  if (configMapsOf(spec).length) return "configmaps";
  if (spec.resourceClaims?.length) return "resourceclaims";
  for (const volume of spec.volumes ?? []) {
    const found = ofVolume(volume);
    if (found) return found;
  }
  return undefined;
}

function ofVolume(v: Shared<Volume>): string | undefined {
  if (v.configMap) return "configmaps (via configmap volumes)";
  if (v.secret) return "secrets (via secret volumes)";
  if (v.csi) return "csidrivers (via CSI volumes)";
  if (v.glusterfs) return "endpoints (via glusterFS volumes)";
  if (v.persistentVolumeClaim) return "persistentvolumeclaims";
  if (v.ephemeral) return "persistentvolumeclaims (via ephemeral volumes)";
  if (v.azureFile) return "secrets (via azureFile volumes)";
  for (const source of v.projected?.sources ?? []) {
    if (source.configMap) return "configmaps (via projected volumes)";
    if (source.secret) return "secrets (via projected volumes)";
    if (source.serviceAccountToken) return "serviceaccounts (via projected volumes)";
    if (source.clusterTrustBundle) return "clustertrustbundles";
    if (source.podCertificate) return "podcertificates";
  }
  return undefined;
}
