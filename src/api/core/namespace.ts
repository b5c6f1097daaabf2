import type { Namespace } from "../generated/core-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { text } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";
import { report } from "../validation/checks.ts";
import { type FieldError, Path } from "../validation/field-error.ts";
import { isQualifiedName, labelName } from "../validation/names.ts";
import { validateFinalizerNames } from "../validation/object-meta.ts";

const asNamespace = (object: Draft | KubeObject): Namespace => object as unknown as Namespace;
/** Every namespace has its name as a label, so that selectors can name it. */
const nameLabel = "kubernetes.io/metadata.name";
/** Holds a namespace until all in it is gone. */
const finalizer = "kubernetes";

function defaults(object: Draft): void {
  const { metadata, status } = asNamespace(object);
  if (metadata.name) metadata.labels = { ...metadata.labels, [nameLabel]: metadata.name };
  if (status) status.phase ||= "Active";
}

function prepareForCreate(object: Draft): void {
  const namespace = asNamespace(object);
  namespace.status = { phase: "Active" };
  const finalizers = namespace.spec?.finalizers ?? [];
  if (!finalizers.includes(finalizer)) namespace.spec = { ...namespace.spec, finalizers: [...finalizers, finalizer] };
  defaults(object);
}

function prepareForUpdate(object: Draft, old: KubeObject): void {
  const { finalizers } = asNamespace(old).spec;
  const namespace = asNamespace(object);
  namespace.spec = { ...namespace.spec, finalizers };
  if (!finalizers) delete namespace.spec.finalizers;
}

function validate(object: KubeObject): FieldError[] {
  const path = new Path("spec").child("finalizers");
  return (asNamespace(object).spec?.finalizers ?? []).flatMap((name) => finalizerFaults(name, path));
}

function finalizerFaults(name: string, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  report(errors, path, name, isQualifiedName(name));
  const [unknown] = validateFinalizerNames([name], path);
  if (unknown) errors.push(path.invalid(name, "name is neither a standard finalizer name nor is it fully qualified"));
  return errors;
}

function validateStatus(object: KubeObject): FieldError[] {
  const { metadata, status } = asNamespace(object);
  const [wanted, when] = metadata.deletionTimestamp ? ["Terminating", "not empty"] : ["Active", "empty"];
  if (status.phase === wanted) return [];
  const why = `may only be '${wanted}' if \`deletionTimestamp\` is ${when}`;
  return [new Path("status").child("Phase").invalid(status.phase ?? "", why)];
}

export const namespace = defineKind({
  group: "",
  version: "v1",
  kind: "Namespace",
  plural: "namespaces",
  shortNames: ["ns"],
  namespaced: false,
  verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
  type: "core/v1.Namespace",
  strategy: {
    nameRule: labelName,
    defaults,
    prepareForCreate,
    prepareForUpdate,
    validate,
    // the first DELETE only marks it, even if nothing is left to do
    holdsDeletion: (object) =>
      !object.metadata.deletionTimestamp || Boolean(asNamespace(object).spec?.finalizers?.length),
    onDeletion(object) {
      const namespace = asNamespace(object);
      namespace.status = { ...namespace.status, phase: "Terminating" };
      delete namespace.metadata.deletionGracePeriodSeconds;
    },
    returnsDeleted: true,
  },
  selectableFields: {
    "status.phase": (object) => asNamespace(object).status.phase ?? "",
  },
  status: { verbs: ["get", "patch", "update"], validateUpdate: validateStatus },
  objectSubresources: {
    finalize: {
      verbs: ["update"],
      prepareForUpdate(object, old) {
        object.status = old.status;
      },
      validateUpdate: (object) => {
        const path = new Path("spec").child("finalizers");
        const names = asNamespace(object).spec?.finalizers ?? [];
        return names.flatMap((name, i) => finalizerFaults(name, path.index(i)));
      },
    },
  },
  printer: {
    columns: [nameColumn, text("Status", "The status of the namespace"), ageColumn],
    cells: (object, now) => [
      object.metadata.name ?? "",
      asNamespace(object).status.phase ?? "",
      age(object.metadata.creationTimestamp, now),
    ],
  },
});
