/** Volumes in the description of a pod or of a template of pods. */
import { quantityOf } from "../../api/quantity.ts";
import type { Pod } from "../../client/kinds.ts";
import { goPrint } from "../output/custom-columns.ts";
import type { Page } from "./page.ts";

type Volume = NonNullable<Pod["spec"]["volumes"]>[number];

export function describeVolumes(page: Page, volumes: readonly Volume[] | null | undefined, indent = ""): void {
  if (!volumes?.length) {
    page.line(0, `${indent}Volumes:\t<none>`);
    return;
  }
  page.line(0, `${indent}Volumes:`);
  for (const volume of volumes) {
    page.line(1, `${indent ? " " : ""}${volume.name}:`);
    describeVolume(page, volume);
  }
}

function describeVolume(page: Page, volume: Volume): void {
  const rows = (...pairs: readonly (readonly [string, unknown])[]): void => {
    for (const [name, value] of pairs) page.field(name, value, 2);
  };
  const {
    hostPath,
    emptyDir,
    secret,
    configMap,
    projected,
    persistentVolumeClaim: claim,
    downwardAPI,
    nfs,
    csi,
    image,
  } = volume;
  if (hostPath) {
    rows(
      ["Type", "HostPath (bare host directory volume)"],
      ["Path", hostPath.path],
      ["HostPathType", hostPath.type ?? "<none>"],
    );
  } else if (emptyDir) {
    const limit = emptyDir.sizeLimit && quantityOf(emptyDir.sizeLimit).nanos > 0n ? emptyDir.sizeLimit : "<unset>";
    rows(
      ["Type", "EmptyDir (a temporary directory that shares a pod's lifetime)"],
      ["Medium", emptyDir.medium ?? ""],
      ["SizeLimit", limit],
    );
  } else if (secret) {
    rows(
      ["Type", "Secret (a volume populated by a Secret)"],
      ["SecretName", secret.secretName],
      ["Optional", secret.optional ?? false],
    );
  } else if (configMap) {
    rows(
      ["Type", "ConfigMap (a volume populated by a ConfigMap)"],
      ["Name", configMap.name],
      ["Optional", configMap.optional ?? false],
    );
  } else if (projected) {
    rows(["Type", "Projected (a volume that contains injected data from multiple sources)"]);
    describeSources(page, projected);
  } else if (claim) {
    const type = "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)";
    rows(["Type", type], ["ClaimName", claim.claimName], ["ReadOnly", claim.readOnly ?? false]);
  } else if (downwardAPI) {
    rows(["Type", "DownwardAPI (a volume populated by information about the pod)"]);
    page.line(2, "Items:");
    for (const { fieldRef, resourceFieldRef, path } of downwardAPI.items ?? [])
      page.line(3, `${fieldRef?.fieldPath ?? resourceFieldRef?.resource} -> ${path}`);
  } else if (nfs) {
    rows(
      ["Type", "NFS (an NFS mount that lasts the lifetime of a pod)"],
      ["Server", nfs.server],
      ["Path", nfs.path],
      ["ReadOnly", nfs.readOnly ?? false],
    );
  } else if (csi) {
    rows(
      ["Type", "CSI (a Container Storage Interface (CSI) volume source)"],
      ["Driver", csi.driver],
      ["FSType", csi.fsType ?? ""],
      ["ReadOnly", csi.readOnly ?? false],
    );
    page.labels("    VolumeAttributes", csi.volumeAttributes);
  } else if (image) {
    rows(
      ["Type", "Image (a container image or OCI artifact)"],
      ["Reference", image.reference ?? ""],
      ["PullPolicy", image.pullPolicy ?? ""],
    );
  } else if (volume.ephemeral) {
    rows(["Type", "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)"]);
    const { metadata, spec } = volume.ephemeral.volumeClaimTemplate ?? {};
    rows(["StorageClass", spec?.storageClassName ?? ""], ["Volume", spec?.volumeName ?? ""]);
    page.labels("    Labels", metadata?.labels);
    page.annotations("    Annotations", metadata?.annotations);
    rows(["Capacity", ""], ["Access Modes", ""]);
    if (spec?.volumeMode) rows(["VolumeMode", spec.volumeMode]);
  } else describeOther(page, volume);
}

function describeSources(page: Page, { sources }: NonNullable<Volume["projected"]>): void {
  for (const { secret, downwardAPI, configMap, serviceAccountToken } of sources ?? []) {
    if (secret) {
      page.field("SecretName", secret.name, 2);
      page.field("Optional", secret.optional ?? false, 2);
    } else if (downwardAPI) page.field("DownwardAPI", true, 2);
    else if (configMap) {
      page.field("ConfigMapName", configMap.name, 2);
      page.field("Optional", configMap.optional ?? false, 2);
    } else if (serviceAccountToken) page.field("TokenExpirationSeconds", serviceAccountToken.expirationSeconds, 2);
  }
}

/** Kinds of volumes of clouds and network storage: their fields as they are. */
function describeOther(page: Page, volume: Volume): void {
  const [kind, source] = Object.entries(volume).find(([key]) => key !== "name") ?? [];
  if (!kind || typeof source !== "object" || source === null) {
    page.line(1, "<unknown>");
    return;
  }
  const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
  page.field("Type", capital(kind), 2);
  for (const [key, value] of Object.entries(source)) page.field(capital(key), goPrint(value), 2);
}
