/**
 * Fields whose feature gates are off by default in v1.36: they vanish silently from what clients write
 * (upstream's `DropDisabledPodFields`).
 */
import type { Container, ContainerStatus, EphemeralContainer, PodSpec, PodStatus } from "../generated/core-v1.ts";

/** ClusterTrustBundleProjection, PodCertificateRequest, GenericWorkload, ContainerStopSignals. */
export function dropGatedFields(spec: PodSpec | undefined): void {
  if (!spec) return;
  for (const { projected } of spec.volumes ?? []) {
    for (const source of projected?.sources ?? []) {
      delete source.clusterTrustBundle;
      delete source.podCertificate;
    }
  }
  delete spec.schedulingGroup;
  for (const container of spec.initContainers ?? []) dropStopSignal(container);
  for (const container of spec.containers ?? []) dropStopSignal(container);
  for (const container of spec.ephemeralContainers ?? []) dropStopSignal(container);
}

function dropStopSignal(container: Container | EphemeralContainer): void {
  const { lifecycle } = container;
  if (lifecycle?.stopSignal === undefined) return;
  delete lifecycle.stopSignal;
  if (!lifecycle.preStop && !lifecycle.postStart) delete container.lifecycle;
}

/** ImageVolumeWithDigest, DRANodeAllocatableResources. */
export function dropGatedStatus(status: PodStatus): void {
  delete status.nodeAllocatableResourceClaimStatuses;
  for (const one of status.containerStatuses ?? []) dropVolumeStatus(one);
  for (const one of status.initContainerStatuses ?? []) dropVolumeStatus(one);
  for (const one of status.ephemeralContainerStatuses ?? []) dropVolumeStatus(one);
}

function dropVolumeStatus({ volumeMounts }: ContainerStatus): void {
  for (const mount of volumeMounts ?? []) delete mount.volumeStatus;
}
