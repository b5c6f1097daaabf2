import type { ControllerRevision } from "../generated/apps-v1.ts";
import { defineKind } from "../kind.ts";
import { controllerOf, deepEqual, type KubeObject } from "../object.ts";
import { text } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";
import { ownerName } from "../printing/owner-name.ts";
import { checkNonNegative } from "../validation/checks.ts";
import { type FieldError, Path } from "../validation/field-error.ts";
import { immutableText } from "../validation/object-meta.ts";

const path = new Path("data");

function validate(object: KubeObject, old?: KubeObject): FieldError[] {
  const { data, revision } = object as unknown as ControllerRevision;
  const errors: FieldError[] = [];
  checkNonNegative(errors, new Path("revision"), revision);
  if (old) {
    const before = (old as unknown as ControllerRevision).data;
    if (!deepEqual(data, before)) errors.push(path.invalid(data ?? null, immutableText));
  } else if (data === undefined || data === null) errors.push(path.required("data is mandatory"));
  else if (typeof data !== "object" || Array.isArray(data))
    errors.push(path.required("data must be a valid JSON object"));
  return errors;
}

export const controllerRevision = defineKind({
  group: "apps",
  version: "v1",
  kind: "ControllerRevision",
  plural: "controllerrevisions",
  namespaced: true,
  type: "apps/v1.ControllerRevision",
  strategy: { validate: (object) => validate(object), validateUpdate: validate },
  printer: {
    columns: [
      nameColumn,
      text("Controller", "Controller of the object"),
      text("Revision", "Revision indicates the revision of the state represented by Data."),
      ageColumn,
    ],
    cells(object, now) {
      const { metadata, revision } = object as unknown as ControllerRevision;
      const owner = controllerOf(object);
      return [metadata.name ?? "", owner ? ownerName(owner) : "<none>", revision, age(metadata.creationTimestamp, now)];
    },
  },
});
