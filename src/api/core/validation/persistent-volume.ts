import { own } from "../../../base/own.ts";
import type { NodeSelector, PersistentVolume, PersistentVolumeSpec } from "../../generated/core-v1.ts";
import { deepEqual } from "../../object.ts";
import { quantityOf, wholeValue } from "../../quantity.ts";
import { checkSupported, report } from "../../validation/checks.ts";
import { difference } from "../../validation/difference.ts";
import { type FieldError, Path, sortedKeys } from "../../validation/field-error.ts";
import { isDns1123Subdomain } from "../../validation/names.ts";
import { immutableText } from "../../validation/object-meta.ts";
import { validateNodeSelector } from "./affinity.ts";
import { checkAccessModes, volumeModes } from "./claim-spec.ts";
import { internalNodeSelectorTerm } from "./internal-form.ts";
import { sourceFields, validateSources } from "./persistent-volume-sources.ts";

const specPath = new Path("spec");
const mountOptions = "volume.beta.kubernetes.io/mount-options";
/** Sources without a say in how they are mounted. */
const unmountable = [
  "hostPath",
  "flocker",
  "fc",
  "flexVolume",
  "portworxVolume",
  "scaleIO",
  "local",
  "storageos",
  "csi",
];

function validateOnce(errors: FieldError[], { metadata, spec }: PersistentVolume): void {
  checkAccessModes(errors, spec.accessModes ?? [], specPath.child("accessModes"), "");
  validateCapacity(errors, spec, specPath.child("capacity"));
  const policy = spec.persistentVolumeReclaimPolicy || undefined;
  checkSupported(errors, specPath.child("persistentVolumeReclaimPolicy"), policy, ["Delete", "Recycle", "Retain"]);
  const required = specPath.child("nodeAffinity", "required");
  if (spec.nodeAffinity?.required) validateNodeSelector(errors, spec.nodeAffinity.required, required);
  else if (spec.nodeAffinity) errors.push(required.required("must specify required node constraints"));
  const nodeAffinity = Boolean(spec.nodeAffinity);
  validateSources(errors, spec, { volumeName: metadata.name ?? "", specPath, nodeAffinity });
  if (policy === "Recycle" && isRoot(spec.hostPath?.path)) {
    const why = "may not be 'recycle' for a hostPath mount of '/'";
    errors.push(specPath.child("persistentVolumeReclaimPolicy").forbidden(why));
  }
  if (spec.storageClassName)
    report(
      errors,
      specPath.child("storageClassName"),
      spec.storageClassName,
      isDns1123Subdomain(spec.storageClassName),
    );
  checkSupported(errors, specPath.child("volumeMode"), spec.volumeMode, volumeModes);
  validateAttributesClass(errors, spec);
}

/** The spec of a volume that no object holds: one of a driver, and little beside. */
export function validateInlineVolume(errors: FieldError[], spec: PersistentVolumeSpec, path: Path): void {
  const context = "in the context of inline volumes";
  const forbid = (field: string, why: string): unknown => errors.push(path.child(field).forbidden(`${why} ${context}`));
  if (spec.claimRef) forbid("claimRef", "may not be specified");
  if (Object.keys(spec.capacity ?? {}).length) forbid("capacity", "may not be specified");
  if (!spec.csi) errors.push(path.child("csi").required(`has to be specified ${context}`));
  checkAccessModes(errors, spec.accessModes ?? [], path.child("accessModes"), "");
  const { persistentVolumeReclaimPolicy: policy, volumeMode, storageClassName } = spec;
  if (policy && policy !== "Retain") forbid("persistentVolumeReclaimPolicy", "may only be Retain");
  if (spec.nodeAffinity) forbid("nodeAffinity", "may not be specified");
  validateSources(errors, spec, { volumeName: "", specPath: path, nodeAffinity: false });
  if (storageClassName) forbid("storageClassName", "may not be specified");
  if (volumeMode !== undefined && volumeMode !== "Filesystem")
    forbid("volumeMode", "may not specify volumeMode other than Filesystem");
}

/** A path that leads back to where all paths begin. */
const isRoot = (path: string | undefined): boolean =>
  path?.startsWith("/") === true &&
  path.split("/").reduce((depth, part) => {
    if (part === "..") return Math.max(depth - 1, 0);
    return part && part !== "." ? depth + 1 : depth;
  }, 0) === 0;

function validateCapacity(errors: FieldError[], { capacity }: PersistentVolumeSpec, path: Path): void {
  const names = sortedKeys(capacity);
  if (!names.length) errors.push(path.required());
  if (names.length !== 1 || names[0] !== "storage") errors.push(path.notSupported(capacity, ["storage"]));
  for (const name of names) {
    const amount = capacity?.[name] ?? "0";
    const at = path.key(name);
    if (wholeValue(amount) < 0n) errors.push(at.invalid(wholeValue(amount), "must be a valid resource quantity"));
    if (quantityOf(amount).nanos <= 0n) errors.push(at.invalid(amount, "must be greater than zero"));
  }
}

function validateAttributesClass(
  errors: FieldError[],
  { volumeAttributesClassName: name, csi }: PersistentVolumeSpec,
): void {
  if (name === undefined) return;
  const path = specPath.child("volumeAttributesClassName");
  if (name) report(errors, path, name, isDns1123Subdomain(name));
  else errors.push(path.required("an empty string is disallowed"));
  if (!csi) errors.push(specPath.child("csi").required("has to be specified when using volumeAttributesClassName"));
}

function validateMountOptions(errors: FieldError[], { metadata, spec }: PersistentVolume): void {
  const source = sourceFields.find((field) => spec[field]);
  if (metadata.annotations?.[mountOptions] === undefined || (source && !unmountable.includes(source))) return;
  const path = new Path("metadata").child("annotations", mountOptions);
  errors.push(path.forbidden("may not specify mount options for this volume type"));
}

export function validateVolume(volume: PersistentVolume): FieldError[] {
  const errors: FieldError[] = [];
  validateOnce(errors, volume);
  validateMountOptions(errors, volume);
  return errors;
}

export function validateVolumeUpdate(volume: PersistentVolume, old: PersistentVolume): FieldError[] {
  const errors = validateVolume(volume);
  validateOnce(errors, volume); // upstream looks twice, too
  const [now, before] = [sourceOf(volume.spec), sourceOf(old.spec)];
  if (before.csi && now.csi && !before.csi.controllerExpandSecretRef) {
    const { controllerExpandSecretRef: _, ...csi } = now.csi;
    now.csi = csi; // it may be set once
  }
  if (!deepEqual(now, before)) {
    const why = `spec.persistentvolumesource is immutable after creation\n${difference(before, now)}`;
    errors.push(specPath.child("persistentvolumesource").forbidden(why));
  }
  if (volume.spec.volumeMode !== old.spec.volumeMode)
    errors.push(new Path("volumeMode").invalid(volume.spec.volumeMode, immutableText));
  validateAffinityUpdate(errors, volume.spec, old.spec);
  if (old.spec.volumeAttributesClassName !== undefined && volume.spec.volumeAttributesClassName === undefined)
    errors.push(specPath.child("volumeAttributesClassName").forbidden("update from non-nil value to nil is forbidden"));
  return errors;
}

const sourceOf = (spec: PersistentVolumeSpec): Partial<PersistentVolumeSpec> =>
  Object.fromEntries(sourceFields.flatMap((field) => (spec[field] ? [[field, spec[field]]] : [])));

const youngerLabels: Readonly<Record<string, string>> = {
  "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
  "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
  "beta.kubernetes.io/os": "kubernetes.io/os",
  "beta.kubernetes.io/arch": "kubernetes.io/arch",
  "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
};

function validateAffinityUpdate(errors: FieldError[], now: PersistentVolumeSpec, before: PersistentVolumeSpec): void {
  if (!before.nodeAffinity) return;
  const { required: wanted } = now.nodeAffinity ?? {};
  const { required: had } = before.nodeAffinity;
  if (deepEqual(wanted, had) || deepEqual(renewed(wanted), renewed(had))) return;
  const terms = (wanted?.nodeSelectorTerms ?? []).map(internalNodeSelectorTerm);
  const shown = now.nodeAffinity ? { Required: wanted ? { NodeSelectorTerms: terms } : null } : null;
  const why = `${immutableText}, except for updating from beta label to GA`;
  errors.push(new Path("nodeAffinity").invalid(shown, why));
}

/** With the names that labels have today. */
const renewed = (selector: NodeSelector | undefined): unknown =>
  JSON.parse(JSON.stringify(selector ?? null), (_, value: unknown) =>
    typeof value === "object" && value !== null && "key" in value
      ? { ...value, key: own(youngerLabels, String(value.key)) ?? value.key }
      : value,
  );
