/** Validation of `metadata`, the same for every kind (apimachinery's `api/validation`). */
import type { ObjectMeta, OwnerReference } from "../object.ts";
import { deepEqual } from "../object.ts";
import { type FieldError, type Path, sortedKeys } from "./field-error.ts";
import { isLabelValue, isQualifiedName, labelName, type NameRule } from "./names.ts";

export const immutableText = "field is immutable";

export function validateObjectMeta(
  meta: ObjectMeta,
  namespaced: boolean,
  nameRule: NameRule,
  path: Path,
): FieldError[] {
  const errors: FieldError[] = [];
  if (meta.generateName) {
    for (const fault of nameRule(meta.generateName, true))
      errors.push(path.child("generateName").invalid(meta.generateName, fault));
  }
  if (!meta.name) errors.push(path.child("name").required("name or generateName is required"));
  else for (const fault of nameRule(meta.name)) errors.push(path.child("name").invalid(meta.name, fault));
  if (namespaced) {
    if (!meta.namespace) errors.push(path.child("namespace").required());
    else
      for (const fault of labelName(meta.namespace))
        errors.push(path.child("namespace").invalid(meta.namespace, fault));
  } else if (meta.namespace) errors.push(path.child("namespace").forbidden("not allowed on this type"));
  errors.push(...validateCommon(meta, path));
  return errors;
}

function validateCommon(meta: ObjectMeta, path: Path): FieldError[] {
  return [
    ...(meta.generation !== undefined && meta.generation < 0
      ? [path.child("generation").invalid(meta.generation, "must be greater than or equal to 0")]
      : []),
    ...validateLabels(meta.labels, path.child("labels")),
    ...validateAnnotations(meta.annotations, path.child("annotations")),
    ...validateOwnerReferences(meta.ownerReferences ?? [], path.child("ownerReferences")),
    ...validateFinalizers(meta.finalizers ?? [], path.child("finalizers")),
  ];
}

export function validateLabels(labels: Readonly<Record<string, string>> | undefined, path: Path): FieldError[] {
  return sortedKeys(labels).flatMap((key) => [
    ...validateLabelName(key, path),
    ...isLabelValue(labels?.[key] ?? "").map((fault) => path.invalid(labels?.[key], fault)),
  ]);
}

export const validateLabelName = (key: string, path: Path): FieldError[] =>
  isQualifiedName(key).map((fault) => path.invalid(key, fault));

const annotationsLimit = 256 * 1024;

export function validateAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  path: Path,
): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const key of sortedKeys(annotations)) {
    // Upper case is allowed in the prefix of an annotation.
    for (const fault of isQualifiedName(key.toLowerCase())) errors.push(path.invalid(key, fault));
    size += key.length + (annotations?.[key] ?? "").length;
  }
  if (size > annotationsLimit) errors.push(path.tooLong(annotationsLimit));
  return errors;
}

/** Upstream leaves the index out of these paths. */
function validateOwnerReferences(refs: readonly OwnerReference[], path: Path): FieldError[] {
  const errors: FieldError[] = [];
  let controller = "";
  for (const ref of refs) {
    const parts = ref.apiVersion.split("/");
    const version = parts.length > 2 ? "" : parts.at(-1);
    if (!version) errors.push(path.child("apiVersion").invalid(ref.apiVersion, "version must not be empty"));
    for (const field of ["kind", "name", "uid"] as const)
      if (!ref[field]) errors.push(path.child(field).invalid(ref[field], "must not be empty"));
    if (ref.apiVersion === "v1" && ref.kind === "Event")
      errors.push(path.invalid(shownReference(ref), "/v1, Kind=Event is disallowed from being an owner"));
    if (!ref.controller) continue;
    const name = `${ref.kind}/${ref.name}`;
    if (controller) {
      const why = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`;
      errors.push(path.invalid(refs.map(shownReference), why));
    } else controller = name;
  }
  return errors;
}

/** The fields in the order in which upstream writes them. */
const shownReference = ({ apiVersion, kind, name, uid, controller, blockOwnerDeletion }: OwnerReference): object => ({
  apiVersion,
  kind,
  name,
  uid,
  controller,
  blockOwnerDeletion,
});

export function validateFinalizers(finalizers: readonly string[], path: Path): FieldError[] {
  const errors: FieldError[] = [];
  let [orphans, deletes] = [false, false];
  for (const finalizer of finalizers) {
    for (const fault of isQualifiedName(finalizer)) errors.push(path.invalid(finalizer, fault));
    if (finalizer === "orphan") orphans = true;
    if (finalizer === "foregroundDeletion") deletes = true;
  }
  if (orphans && deletes)
    errors.push(path.invalid(finalizers, "finalizer orphan and foregroundDeletion cannot be both set"));
  return errors;
}

const standardFinalizers = ["kubernetes", "orphan", "foregroundDeletion"];

/** Built-in kinds want a prefix before the names of finalizers that are not Kubernetes' own. */
export function validateFinalizerNames(finalizers: readonly string[] | undefined, path: Path): FieldError[] {
  const wrong = "name is neither a standard finalizer name nor is it fully qualified";
  return (finalizers ?? []).flatMap((name, i) =>
    name.includes("/") || standardFinalizers.includes(name) ? [] : [path.index(i).invalid(name, wrong)],
  );
}

/** What an update may not change in `metadata`. */
export function validateObjectMetaUpdate(meta: ObjectMeta, old: Readonly<ObjectMeta>, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  if (old.deletionTimestamp) {
    const added = (meta.finalizers ?? []).filter((f) => !old.finalizers?.includes(f));
    if (added.length) {
      errors.push(
        path
          .child("finalizers")
          .forbidden(
            `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((f) => JSON.stringify(f)).join(", ")}}`,
          ),
      );
    }
  }
  const same = (field: keyof ObjectMeta): void => {
    if (!deepEqual(meta[field], old[field])) errors.push(path.child(field).invalid(meta[field] ?? "", immutableText));
  };
  if (!meta.resourceVersion) errors.push(path.child("resourceVersion").invalid("", "must be specified for an update"));
  if ((meta.generation ?? 0) < (old.generation ?? 0))
    errors.push(path.child("generation").invalid(meta.generation ?? 0, "must not be decremented"));
  same("name");
  same("namespace");
  same("uid");
  same("creationTimestamp");
  same("deletionTimestamp");
  same("deletionGracePeriodSeconds");
  errors.push(...validateCommon(meta, path));
  return errors;
}
