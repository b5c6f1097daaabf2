/** Printer columns, subresources and selectable fields of a version. */
import type { FieldError, Path } from "../../validation/field-error.ts";
import { fieldAt } from "../schema/field-path.ts";
import { type DefinitionVersion, schemaOf } from "./versions.ts";

const columnTypes = ["boolean", "date", "integer", "number", "string"];
const columnFormats = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];
const most = 8;

/** Simple paths begin with a dot. */
function simplePathErrors(text: string, path: Path): FieldError[] {
  return text.startsWith(".") ? [] : [path.invalid(text, "must be a simple json path starting with .")];
}

export function columnErrors(columns: DefinitionVersion["additionalPrinterColumns"], path: Path): FieldError[] {
  return (columns ?? []).flatMap(({ name, type, format, jsonPath }, i) => {
    const at = path.index(i);
    const errors: FieldError[] = [];
    if (!name) errors.push(at.child("name").required());
    const types = `must be one of ${columnTypes.join(",")}`;
    if (!type) errors.push(at.child("type").required(types));
    else if (!columnTypes.includes(type)) errors.push(at.child("type").invalid(type, types));
    if (format && !columnFormats.includes(format))
      errors.push(at.child("format").invalid(format, `must be one of ${columnFormats.join(",")}`));
    if (!jsonPath) errors.push(at.child("JSONPath").required());
    else errors.push(...simplePathErrors(jsonPath, at.child("JSONPath")));
    return errors;
  });
}

export function subresourceErrors(subresources: DefinitionVersion["subresources"], path: Path): FieldError[] {
  const scale = subresources?.scale;
  if (!scale) return [];
  const errors: FieldError[] = [];
  const check = (name: "specReplicasPath" | "statusReplicasPath", below: string): void => {
    const at = path.child(`scale.${name}`);
    const text = scale[name];
    if (!text) errors.push(at.required());
    else if (!text.startsWith(".")) errors.push(...simplePathErrors(text, at));
    else if (!text.startsWith(`${below}.`)) errors.push(at.invalid(text, `should be a json path under ${below}`));
  };
  check("specReplicasPath", ".spec");
  check("statusReplicasPath", ".status");
  const { labelSelectorPath: labels } = scale;
  if (!labels) return errors;
  const at = path.child("scale.labelSelectorPath");
  if (!labels.startsWith(".")) errors.push(...simplePathErrors(labels, at));
  else if (!/^\.(spec|status)\./.test(labels))
    errors.push(at.invalid(labels, "should be a json path under either .spec or .status"));
  return errors;
}

/** `mayBeMany`: they were too many before, and have not changed. */
export function selectableErrors(
  version: DefinitionVersion,
  path: Path,
  { mayBeMany = false }: { readonly mayBeMany?: boolean } = {},
): FieldError[] {
  const errors: FieldError[] = [];
  const schema = schemaOf(version);
  const seen = new Set<string>();
  for (const [i, { jsonPath }] of (version.selectableFields ?? []).entries()) {
    const at = path.index(i).child("jsonPath");
    if (!jsonPath) {
      errors.push(at.required());
      continue;
    }
    const found = fieldAt(jsonPath, schema ?? {}, { brackets: false });
    if (typeof found === "string") {
      errors.push(at.invalid(jsonPath, `is an invalid path: ${found}`));
      continue;
    }
    if (found.steps[0] === "metadata") errors.push(at.invalid(jsonPath, "must not point to fields in metadata"));
    if (!["string", "boolean", "integer"].includes(found.schema.type ?? "")) {
      const why =
        "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.";
      errors.push(at.invalid(jsonPath, why));
    }
    if (seen.has(found.path)) errors.push(at.duplicate(jsonPath));
    seen.add(found.path);
  }
  if (seen.size > most && !mayBeMany) errors.push(path.tooMany(seen.size, most));
  return errors;
}
