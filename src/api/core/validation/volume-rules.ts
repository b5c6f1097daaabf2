/** The rule of every kind of volume, in upstream's order: of several sources the first counts. */
import type { Volume } from "../../generated/core-v1.ts";
import type { ObjectMeta } from "../../generated/meta-v1.ts";
import { quantityOf } from "../../quantity.ts";
import { checkOneOf, report } from "../../validation/checks.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import { isDns1123Subdomain } from "../../validation/names.ts";
import { validateClaimTemplate } from "./claim-spec.ts";
import { checkDescendingPath, checkNoBacksteps } from "./paths.ts";
import {
  validateConfigMapVolume,
  validateDownwardVolume,
  validateProjectedVolume,
  validateSecretVolume,
} from "./projected.ts";
import {
  checkPartition,
  requireFields,
  validateAzureDisk,
  validateCsi,
  validateFc,
  validateFlex,
  validateFlocker,
  validateIscsi,
  validateQuobyte,
  validateStorageOs,
} from "./volume-sources.ts";

export interface VolumeContext {
  /** The metadata of a pod; templates have none. */
  readonly podMeta?: Readonly<ObjectMeta> | undefined;
}

/** Where the volume stands that holds the source. */
interface Place extends VolumeContext {
  readonly volume: Volume;
  readonly volumePath: Path;
}
type Check<Source> = (errors: FieldError[], source: Source, path: Path, place: Place) => void;
type SourceField = Exclude<keyof Volume, "name">;

export interface VolumeRule {
  readonly field: SourceField;
  /** What upstream calls the field when it is one too many. */
  readonly surplusName: string;
  readonly check: (errors: FieldError[], volume: Volume, path: Path, context: VolumeContext) => void;
}

function rule<F extends SourceField>(
  field: F,
  check: Check<NonNullable<Volume[F]>>,
  names: { readonly at?: string; readonly surplus?: string } = {},
): VolumeRule {
  return {
    field,
    surplusName: names.surplus ?? field,
    check: (errors, volume, path, context) =>
      check(errors, volume[field] as NonNullable<Volume[F]>, path.child(names.at ?? field), {
        ...context,
        volume,
        volumePath: path,
      }),
  };
}

/** A rule that asks for fields and no more. */
const requires = <F extends SourceField>(
  field: F,
  ...needed: readonly (keyof NonNullable<Volume[F]> & string)[]
): VolumeRule =>
  rule(field, (errors, source, path) => requireFields(errors, source as object, needed as never[], path));

export const pullPolicies = ["Always", "IfNotPresent", "Never"];
const hostPathTypes = [
  "",
  "BlockDevice",
  "CharDevice",
  "Directory",
  "DirectoryOrCreate",
  "File",
  "FileOrCreate",
  "Socket",
];

export const volumeRules: readonly VolumeRule[] = [
  rule("emptyDir", (errors, { sizeLimit }, path) => {
    if (quantityOf(sizeLimit).nanos < 0n)
      errors.push(path.child("sizeLimit").forbidden("SizeLimit field must be a valid resource quantity"));
  }),
  rule("hostPath", (errors, source, path) => {
    if (!source.path) {
      errors.push(path.child("path").required());
      return;
    }
    checkNoBacksteps(errors, path.child("path"), source.path);
    if (source.type !== undefined && !hostPathTypes.includes(source.type))
      errors.push(path.child("type").notSupported(source.type, hostPathTypes));
  }),
  rule("gitRepo", (errors, source, path) => {
    requireFields(errors, source, ["repository"], path);
    checkDescendingPath(errors, path.child("directory"), source.directory ?? "");
  }),
  rule(
    "gcePersistentDisk",
    (errors, source, path) => {
      requireFields(errors, source, ["pdName"], path);
      checkPartition(errors, source.partition, path);
    },
    { at: "persistentDisk" },
  ),
  rule("awsElasticBlockStore", (errors, source, path) => {
    requireFields(errors, source, ["volumeID"], path);
    checkPartition(errors, source.partition, path);
  }),
  rule("secret", validateSecretVolume),
  rule("nfs", (errors, source, path) => {
    requireFields(errors, source, ["server", "path"], path);
    if (!source.path.startsWith("/")) errors.push(path.child("path").invalid(source.path, "must be an absolute path"));
  }),
  rule("iscsi", validateIscsi),
  requires("glusterfs", "endpoints", "path"),
  rule("flocker", validateFlocker),
  requires("persistentVolumeClaim", "claimName"),
  requires("rbd", "monitors", "image"),
  rule("cinder", (errors, source, path) => {
    requireFields(errors, source, ["volumeID"], path);
    if (source.secretRef && !source.secretRef.name) errors.push(path.child("secretRef", "name").required());
  }),
  rule("cephfs", (errors, source, path) => requireFields(errors, source, ["monitors"], path), { surplus: "cephFS" }),
  rule("quobyte", validateQuobyte),
  rule("downwardAPI", validateDownwardVolume, { surplus: "downwarAPI" }),
  rule("fc", validateFc),
  rule("flexVolume", validateFlex),
  rule("configMap", validateConfigMapVolume),
  requires("azureFile", "secretName", "shareName"),
  requires("vsphereVolume", "volumePath"),
  requires("photonPersistentDisk", "pdID"),
  requires("portworxVolume", "volumeID"),
  rule("azureDisk", validateAzureDisk),
  rule("storageos", validateStorageOs),
  rule("projected", validateProjectedVolume),
  requires("scaleIO", "gateway", "system", "volumeName"),
  rule("csi", validateCsi),
  rule("ephemeral", (errors, { volumeClaimTemplate }, path, { podMeta, volume, volumePath }) => {
    if (!volumeClaimTemplate) errors.push(path.child("volumeClaimTemplate").required());
    else validateClaimTemplate(errors, volumeClaimTemplate, path.child("volumeClaimTemplate"));
    if (!podMeta?.name || !volume.name) return;
    const claim = `${podMeta.name}-${volume.name}`;
    const faults = isDns1123Subdomain(claim).map((fault) => `PVC name ${JSON.stringify(claim)}: ${fault}`);
    report(errors, volumePath.child("name"), volume.name, faults);
  }),
  rule("image", (errors, source, path, { podMeta }) => {
    if (podMeta && !source.reference) errors.push(path.child("reference").required());
    checkOneOf(errors, path.child("pullPolicy"), source.pullPolicy, pullPolicies);
  }),
];
