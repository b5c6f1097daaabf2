/**
 * Rules of a schema in CEL (`x-kubernetes-validations`): where definitions and their objects ask about them. Until the
 * language is there, none is evaluated.
 */
import type { FieldError, Path } from "../../validation/field-error.ts";
import type { JsonSchema } from "../schema/json-schema.ts";

export interface ObjectRules {
  /** Errors of a value at `path` that was `old` before; undefined: it was not there. */
  validate(value: unknown, old: unknown, path: Path): FieldError[];
}

/** The rules of a schema and all within it; undefined if there are none. `isResource`: the schema is that of a whole object. */
export const compileRules = (
  _schema: JsonSchema,
  _options: { readonly isResource: boolean },
): ObjectRules | undefined => undefined;

/**
 * Errors of the rules themselves, at `path`. `unchanged`: the schema was stored as it is; `existing`: the schemas that the
 * definition had before, whose rules are known.
 */
export const ruleErrors = (
  _schema: JsonSchema,
  _path: Path,
  _options: { readonly unchanged: boolean; readonly existing: readonly JsonSchema[] },
): FieldError[] => [];
