import type { ControllerRevision } from "../generated/apps-v1.ts";
import { defineKind } from "../kind.ts";
import { controllerOf } from "../object.ts";
import { text } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";
import { ownerName } from "../printing/owner-name.ts";

export const controllerRevision = defineKind({
  group: "apps",
  version: "v1",
  kind: "ControllerRevision",
  plural: "controllerrevisions",
  namespaced: true,
  type: "apps/v1.ControllerRevision",
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
