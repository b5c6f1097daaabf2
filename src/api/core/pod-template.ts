import type { PodTemplate } from "../generated/core-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { formatLabels, text } from "../printing/columns.ts";
import { nameColumn } from "../printing/default-printer.ts";
import { templateCells, templateTexts } from "../printing/template-columns.ts";
import { type FieldError, Path } from "../validation/field-error.ts";
import { dropGatedFields } from "./gated-fields.ts";
import { defaultTemplate } from "./pod-defaults.ts";
import { validateTemplate } from "./validation/template.ts";
import { warningsForTemplate } from "./warnings/pod-warnings.ts";

const asTemplate = (object: Draft | KubeObject): PodTemplate => object as unknown as PodTemplate;
const path = new Path("template");

function validate(object: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  validateTemplate(errors, asTemplate(object).template, path);
  return errors;
}

export const podTemplate = defineKind({
  group: "",
  version: "v1",
  kind: "PodTemplate",
  plural: "podtemplates",
  namespaced: true,
  type: "core/v1.PodTemplate",
  strategy: {
    defaults: (object) => defaultTemplate(asTemplate(object).template),
    prepareForCreate: (object) => dropGatedFields(asTemplate(object).template?.spec),
    prepareForUpdate: (object) => dropGatedFields(asTemplate(object).template?.spec),
    validate,
    warnings: (object, old) =>
      object.metadata.generation === old?.metadata.generation
        ? []
        : warningsForTemplate(asTemplate(object).template, path),
    generation: true,
    returnsDeleted: true,
  },
  printer: {
    columns: [
      nameColumn,
      text("Containers", templateTexts.names),
      text("Images", templateTexts.images),
      text("Pod Labels", "The labels for the pod template."),
    ],
    cells(object) {
      const { metadata, template } = asTemplate(object);
      return [metadata.name ?? "", ...templateCells(template), formatLabels(template?.metadata?.labels)];
    },
  },
});
