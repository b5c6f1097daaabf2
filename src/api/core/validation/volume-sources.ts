/** Volumes of networks, clouds and drivers. */
import type {
  AzureDiskVolumeSource,
  CSIVolumeSource,
  FCVolumeSource,
  FlexVolumeSource,
  FlockerVolumeSource,
  ISCSIVolumeSource,
  QuobyteVolumeSource,
  StorageOSVolumeSource,
} from "../../generated/core-v1.ts";
import { checkSupported, report } from "../../validation/checks.ts";
import { type FieldError, type Path, sortedKeys } from "../../validation/field-error.ts";
import { inRange, isDns1123Label, isDns1123Subdomain } from "../../validation/names.ts";

/** Asks for those of `names` that are missing or empty. */
export function requireFields<T extends object>(
  errors: FieldError[],
  source: T,
  names: readonly (keyof T & string)[],
  path: Path,
): void {
  for (const name of names) {
    const value = source[name];
    if (!value || (Array.isArray(value) && !value.length)) errors.push(path.child(name).required());
  }
}

export function checkPartition(errors: FieldError[], partition: number | undefined, path: Path): void {
  if (partition !== undefined && (partition < 0 || partition > 255))
    errors.push(path.child("partition").invalid(partition, inRange(1, 255)));
}

const iqn = /iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/;
const initiatorForms = { iqn, eui: /^eui.[A-Za-z0-9]{16}$/, naa: /^naa.[A-Za-z0-9]{32}$/ };

export function isInitiator(name: string): boolean {
  const form = Object.entries(initiatorForms).find(([prefix]) => name.startsWith(prefix))?.[1];
  return form?.test(name) ?? false;
}

function checkInitiator(errors: FieldError[], name: string, path: Path): void {
  const form = Object.entries(initiatorForms).find(([prefix]) => name.startsWith(prefix))?.[1];
  if (!form) errors.push(path.invalid(name, "must be valid format starting with iqn, eui, or naa"));
  else if (!form.test(name)) errors.push(path.invalid(name, "must be valid format"));
}

export function validateIscsi(errors: FieldError[], source: ISCSIVolumeSource, path: Path): void {
  if (!source.targetPortal) errors.push(path.child("targetPortal").required());
  if (!source.iqn) errors.push(path.child("iqn").required());
  else checkInitiator(errors, source.iqn, path.child("iqn"));
  if (source.lun < 0 || source.lun > 255) errors.push(path.child("lun").invalid(source.lun, inRange(0, 255)));
  if ((source.chapAuthDiscovery || source.chapAuthSession) && !source.secretRef)
    errors.push(path.child("secretRef").required());
  if (source.initiatorName !== undefined) checkInitiator(errors, source.initiatorName, path.child("initiatorname"));
}

export function validateFc(errors: FieldError[], { targetWWNs, wwids, lun }: FCVolumeSource, path: Path): void {
  const at = path.child("targetWWNs");
  if (!targetWWNs?.length && !wwids?.length)
    errors.push(at.required("must specify either targetWWNs or wwids, but not both"));
  if (targetWWNs?.length && wwids?.length)
    errors.push(at.invalid(targetWWNs, "targetWWNs and wwids can not be specified simultaneously"));
  if (!targetWWNs?.length) return;
  if (lun === undefined) errors.push(path.child("lun").required("lun is required if targetWWNs is specified"));
  else if (lun < 0 || lun > 255) errors.push(path.child("lun").invalid(lun, inRange(0, 255)));
}

const pairs = "must be a host:port pair or multiple pairs separated by commas";

export function validateQuobyte(errors: FieldError[], source: QuobyteVolumeSource, path: Path): void {
  if (!source.registry) errors.push(path.child("registry").required(pairs));
  else if ((source.tenant?.length ?? 0) >= 65)
    errors.push(path.child("tenant").required("must be a UUID and may not exceed a length of 64 characters"));
  else {
    for (const pair of source.registry.split(",")) {
      if (!/^(?:[^:[\]]*|\[[^[\]]*\]):[^:]*$/.test(pair))
        errors.push(path.child("registry").invalid(source.registry, pairs));
    }
  }
  if (!source.volume) errors.push(path.child("volume").required());
}

export function validateFlocker(errors: FieldError[], source: FlockerVolumeSource, path: Path): void {
  const { datasetName = "", datasetUUID = "" } = source;
  if (!datasetName && !datasetUUID) errors.push(path.required("one of datasetName and datasetUUID is required"));
  if (datasetName && datasetUUID)
    errors.push(path.invalid("resource", "datasetName and datasetUUID can not be specified simultaneously"));
  if (datasetName.includes("/")) errors.push(path.child("datasetName").invalid(datasetName, "must not contain '/'"));
}

export function validateFlex(errors: FieldError[], source: FlexVolumeSource, path: Path): void {
  if (!source.driver) errors.push(path.child("driver").required());
  for (const option of sortedKeys(source.options)) {
    const namespace = `.${(option.split("/", 1)[0] ?? "").toLowerCase()}`;
    if (namespace.endsWith(".kubernetes.io") || namespace.endsWith(".k8s.io")) {
      errors.push(
        path.child("options").key(option).invalid(option, "kubernetes.io and k8s.io namespaces are reserved"),
      );
    }
  }
}

const managedDisk = "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}";
const blobDisk = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd";

export function validateAzureDisk(errors: FieldError[], source: AzureDiskVolumeSource, path: Path): void {
  requireFields(errors, source, ["diskName", "diskURI"], path);
  checkSupported(errors, path.child("cachingMode"), source.cachingMode, ["None", "ReadOnly", "ReadWrite"]);
  checkSupported(errors, path.child("kind"), source.kind, ["Dedicated", "Managed", "Shared"]);
  const { kind, diskURI } = source;
  if (kind === "Managed" && !diskURI.startsWith("/subscriptions/"))
    errors.push(path.child("diskURI").notSupported(diskURI, [managedDisk]));
  if (kind !== undefined && kind !== "Managed" && !diskURI.startsWith("https://"))
    errors.push(path.child("diskURI").notSupported(diskURI, [blobDisk]));
}

export function validateStorageOs(errors: FieldError[], source: StorageOSVolumeSource, path: Path): void {
  const { volumeName, volumeNamespace, secretRef } = source;
  if (!volumeName) errors.push(path.child("volumeName").required());
  else report(errors, path.child("volumeName"), volumeName, isDns1123Label(volumeName));
  if (volumeNamespace) report(errors, path.child("volumeNamespace"), volumeNamespace, isDns1123Label(volumeNamespace));
  if (secretRef && !secretRef.name) errors.push(path.child("secretRef", "name").required());
}

export function validateCsiDriverName(errors: FieldError[], name: string, path: Path): void {
  if (!name) {
    errors.push(path.required());
    return;
  }
  if (name.length > 63) errors.push(path.tooLong(63));
  report(errors, path, name, isDns1123Subdomain(name.toLowerCase()));
}

export function validateCsi(errors: FieldError[], { driver, nodePublishSecretRef }: CSIVolumeSource, path: Path): void {
  validateCsiDriverName(errors, driver, path.child("driver"));
  if (!nodePublishSecretRef) return;
  const name = nodePublishSecretRef.name ?? "";
  if (!name) errors.push(path.child("nodePublishSecretRef", "name").required());
  else report(errors, path.child("name"), name, isDns1123Subdomain(name));
}
