/** The schemas and levels that each server has and that stay as they are: `exempt` and `catch-all`. */
import type { FlowSchema, PriorityLevelConfiguration } from "../../generated/flowcontrol-v1.ts";
import { deepEqual } from "../../object.ts";
import { goForm } from "../../schema/go-form.ts";
import { types } from "../../schema/types.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";

const fixed = new Set(["exempt", "catch-all"]);
const specPath = new Path("spec");
const form = (type: string, spec: object): unknown => goForm(types.struct(`flowcontrol/v1.${type}`), spec);

export function validateFixedSchema({ metadata: { name = "" }, spec }: FlowSchema, old: FlowSchema): FieldError[] {
  if (!fixed.has(name) || deepEqual(spec, old.spec)) return [];
  return [specPath.invalid(form("FlowSchemaSpec", spec), `spec of '${name}' must equal the fixed value`)];
}

export function validateFixedLevel(
  { metadata: { name = "" }, spec }: PriorityLevelConfiguration,
  old: PriorityLevelConfiguration,
): FieldError[] {
  const isExempt = name === "exempt";
  const [is, was] = isExempt ? [spec, old.spec].map(({ exempt: _, ...others }) => others) : [spec, old.spec];
  if (!fixed.has(name) || deepEqual(is, was)) return [];
  const what = isExempt ? "spec of 'exempt' except the 'spec.exempt' field" : `spec of '${name}'`;
  return [specPath.invalid(form("PriorityLevelConfigurationSpec", spec), `${what} must equal the fixed value`)];
}
