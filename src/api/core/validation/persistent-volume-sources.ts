/** The sources of a PersistentVolume, in upstream's order: the first one counts. */
import type {
  CSIPersistentVolumeSource,
  ISCSIPersistentVolumeSource,
  PersistentVolumeSpec,
  SecretReference,
  StorageOSPersistentVolumeSource,
  Volume,
} from "../../generated/core-v1.ts";
import { report } from "../../validation/checks.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import { inRange, isDns1123Label, isDns1123Subdomain, labelName } from "../../validation/names.ts";
import { checkNoBacksteps } from "./paths.ts";
import { volumeRules } from "./volume-rules.ts";
import { isInitiator, requireFields, validateCsiDriverName, validateFlex } from "./volume-sources.ts";

interface Place {
  readonly volumeName: string;
  readonly specPath: Path;
  readonly nodeAffinity: boolean;
}
type Check = (errors: FieldError[], spec: PersistentVolumeSpec, place: Place) => void;

export const sourceFields = [
  "hostPath",
  "gcePersistentDisk",
  "awsElasticBlockStore",
  "glusterfs",
  "flocker",
  "nfs",
  "rbd",
  "quobyte",
  "cephfs",
  "iscsi",
  "cinder",
  "fc",
  "flexVolume",
  "azureFile",
  "vsphereVolume",
  "photonPersistentDisk",
  "portworxVolume",
  "azureDisk",
  "scaleIO",
  "local",
  "storageos",
  "csi",
] as const;
type SourceField = (typeof sourceFields)[number];

function own<F extends SourceField>(
  field: F,
  check: (errors: FieldError[], source: NonNullable<PersistentVolumeSpec[F]>, path: Path, place: Place) => void,
): Check {
  return (errors, spec, place) =>
    check(errors, spec[field] as NonNullable<PersistentVolumeSpec[F]>, place.specPath.child(field), place);
}

/** Those that differ from the sources of the same name that pods have; the others are the same. */
const ownChecks: Readonly<Partial<Record<SourceField, Check>>> = {
  glusterfs: own("glusterfs", (errors, source, path) => {
    requireFields(errors, source, ["endpoints", "path"], path);
    const { endpointsNamespace: namespace } = source;
    const at = path.child("endpointsNamespace");
    if (namespace === "")
      errors.push(at.invalid(namespace, "if the endpointnamespace is set, it must be a valid namespace name"));
    else if (namespace !== undefined) report(errors, at, namespace, labelName(namespace));
  }),
  rbd: own("rbd", (errors, source, path) => requireFields(errors, source, ["monitors", "image"], path)),
  iscsi: own("iscsi", validateIscsi),
  cinder: own("cinder", (errors, source, path) => {
    requireFields(errors, source, ["volumeID"], path);
    if (source.secretRef) requireFields(errors, source.secretRef, ["name", "namespace"], path.child("secretRef"));
  }),
  flexVolume: own("flexVolume", (errors, source, path) => validateFlex(errors, source, path)),
  azureFile: own("azureFile", (errors, source, path) => {
    requireFields(errors, source, ["secretName", "shareName"], path);
    if (source.secretNamespace === "") errors.push(path.child("secretNamespace").required());
  }),
  scaleIO: own("scaleIO", (errors, source, path) =>
    requireFields(errors, source, ["gateway", "system", "volumeName"], path),
  ),
  local: own("local", (errors, source, path, { specPath, nodeAffinity }) => {
    if (source.path) checkNoBacksteps(errors, path.child("path"), source.path);
    else errors.push(path.child("path").required());
    if (!nodeAffinity) errors.push(specPath.child("nodeAffinity").required("Local volume requires node affinity"));
  }),
  storageos: own("storageos", validateStorageOs),
  csi: own("csi", validateCsi),
};

export function validateSources(errors: FieldError[], spec: PersistentVolumeSpec, place: Place): void {
  const [first, ...more] = sourceFields.filter((field) => spec[field]);
  if (!first) {
    errors.push(place.specPath.required("must specify a volume type"));
    return;
  }
  const check = ownChecks[first];
  const rule = volumeRules.find(({ field }) => field === first);
  if (check) check(errors, spec, place);
  else rule?.check(errors, spec as unknown as Volume, place.specPath, {});
  for (const field of more)
    errors.push(
      place.specPath.child(field === "cephfs" ? "cephFS" : field).forbidden("may not specify more than 1 volume type"),
    );
}

function validateIscsi(
  errors: FieldError[],
  source: ISCSIPersistentVolumeSource,
  path: Path,
  { volumeName }: Place,
): void {
  const { targetPortal, initiatorName, iqn, lun, secretRef } = source;
  const why = "must be valid format";
  if (!targetPortal) errors.push(path.child("targetPortal").required());
  if (initiatorName !== undefined && `${volumeName}:${targetPortal}`.length > 64) {
    const long =
      "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.";
    errors.push(path.child("targetportal").invalid(targetPortal, long));
  }
  if (!iqn) errors.push(path.child("iqn").required());
  else if (!isInitiator(iqn)) errors.push(path.child("iqn").invalid(iqn, why));
  if (lun < 0 || lun > 255) errors.push(path.child("lun").invalid(lun, inRange(0, 255)));
  if ((source.chapAuthDiscovery || source.chapAuthSession) && !secretRef)
    errors.push(path.child("secretRef").required());
  if (secretRef && !secretRef.name) errors.push(path.child("secretRef", "name").required());
  if (initiatorName !== undefined && !isInitiator(initiatorName))
    errors.push(path.child("initiatorname").invalid(initiatorName, why));
}

function validateStorageOs(errors: FieldError[], source: StorageOSPersistentVolumeSource, path: Path): void {
  const { volumeName, volumeNamespace, secretRef } = source;
  if (!volumeName) errors.push(path.child("volumeName").required());
  else report(errors, path.child("volumeName"), volumeName, isDns1123Label(volumeName));
  if (volumeNamespace) report(errors, path.child("volumeNamespace"), volumeNamespace, isDns1123Label(volumeNamespace));
  if (secretRef) requireFields(errors, secretRef, ["name", "namespace"], path.child("secretRef"));
}

function validateCsi(errors: FieldError[], source: CSIPersistentVolumeSource, path: Path): void {
  validateCsiDriverName(errors, source.driver, path.child("driver"));
  if (!source.volumeHandle) errors.push(path.child("volumeHandle").required());
  const secrets = [
    "controllerPublishSecretRef",
    "controllerExpandSecretRef",
    "nodePublishSecretRef",
    "nodeExpandSecretRef",
  ] as const;
  for (const field of secrets) {
    const secret = source[field];
    if (secret) validateSecretReference(errors, secret, path.child(field));
  }
}

function validateSecretReference(errors: FieldError[], { name, namespace }: SecretReference, path: Path): void {
  if (name) report(errors, path.child("name"), name, isDns1123Subdomain(name));
  else errors.push(path.child("name").required());
  if (namespace) report(errors, path.child("namespace"), namespace, isDns1123Label(namespace));
  else errors.push(path.child("namespace").required());
}
