/**
 * Values against a schema: every keyword of OpenAPI v3 that definitions may use
 * (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation), each checked
 * as upstream's validator does, in its order and words.
 */
import { deepEqual, isMap } from "../../object.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import { Path as FieldPath } from "../../validation/field-error.ts";
import { Correlation } from "./correlation.ts";
import { asFieldError, Faults } from "./faults.ts";
import { isOfFormat } from "./formats.ts";
import type { JsonSchema } from "./json-schema.ts";
import { numberFaults } from "./number-faults.ts";
import { matchesPattern, patternOf } from "./patterns.ts";
import { type Fit, formatOf, jsonType, typeFault, typesOf } from "./type-faults.ts";

/** Errors of a new value; below `path`, which is left out for the object itself. */
export const valueErrors = (schema: JsonSchema, value: unknown, path?: Path): FieldError[] =>
  errorsOf(validate(schema, value, "", undefined), path);

/** Errors of a value that has become what it is: those of places that have not changed are let pass. */
export const changedValueErrors = (schema: JsonSchema, value: unknown, old: unknown, path?: Path): FieldError[] =>
  errorsOf(ratcheted(schema, value, "", new Correlation(value, old, schema)), path);

const errorsOf = (faults: Faults, path: Path | undefined): FieldError[] =>
  faults.all.map((fault) => asFieldError(fault, path, new FieldPath()));

function ratcheted(schema: JsonSchema, value: unknown, at: string, pair: Correlation | undefined): Faults {
  const found = validate(schema, value, at, pair);
  if (found.none || !pair?.unchanged) return found;
  const passed = new Faults();
  passed.checks = found.checks;
  return passed;
}

/** `pair`: the value with what it was; the parts of a value that was not there before are checked as new ones. */
function validate(schema: JsonSchema, value: unknown, at: string, pair: Correlation | undefined): Faults {
  const faults = new Faults();
  const fit: Fit = { types: typesOf(schema), format: formatOf(schema), nullable: schema.nullable ?? false };
  if (value === null) {
    const wrong = typeFault(fit, value, at);
    if (wrong) faults.add(wrong);
    else faults.checks++;
    checkEnum(schema, value, at, faults);
    return faults;
  }
  if (fit.types.length || fit.format) {
    const wrong = typeFault(fit, value, at);
    if (wrong) faults.add(wrong);
    else faults.checks++;
    faults.checks++;
  }
  checkCombined(schema, value, at, pair, faults);
  const type = jsonType(value);
  if (type === "string") checkString(schema, fit, value as string, at, faults);
  if (type === "integer" || type === "number") {
    faults.add(...numberFaults(schema, fit, value as number, at));
    faults.checks += 2;
  }
  if (type === "array") checkItems(schema, value as readonly unknown[], at, pair, faults);
  checkEnum(schema, value, at, faults);
  faults.checks++;
  if (isMap(value)) checkFields(schema, value, at, pair, faults);
  faults.checks++;
  return faults;
}

function checkEnum({ enum: allowed }: JsonSchema, value: unknown, at: string, faults: Faults): void {
  if (!allowed?.length || (value !== null && allowed.some((one) => deepEqual(one, value)))) return;
  const listed = allowed.map((one) => (one === null ? "<nil>" : String(one))).join(" ");
  faults.add({ kind: "enum", at, value, valid: allowed, text: `${at} in body should be one of [${listed}]` });
}

function checkString(schema: JsonSchema, fit: Fit, value: string, at: string, faults: Faults): void {
  const { maxLength, minLength, pattern } = schema;
  // only the first of these is told
  const long = [...value].length;
  const invalid = (text: string): void => faults.add({ kind: "invalid", at, value, text: `${at} in body ${text}` });
  if (maxLength !== undefined && long > maxLength) {
    const text = `${at} in body should be at most ${maxLength} chars long`;
    faults.add({ kind: "tooLong", at, valid: maxLength, text });
  } else if (minLength !== undefined && long < minLength) invalid(`should be at least ${minLength} chars long`);
  else if (pattern) {
    const compiled = patternOf(pattern);
    if (typeof compiled === "string") invalid(`should match '${pattern}, but pattern is invalid: ${compiled}'`);
    else if (!matchesPattern(compiled, value)) invalid(`should match '${pattern}'`);
  }
  faults.checks++;
  if (!fit.format) return;
  if (isOfFormat(fit.format, value) === false) {
    const text = `${at} in body must be of type ${fit.format}: ${JSON.stringify(value)}`;
    faults.add({ kind: "type", at, value, text });
  }
  faults.checks++;
}

function checkItems(
  schema: JsonSchema,
  value: readonly unknown[],
  at: string,
  pair: Correlation | undefined,
  faults: Faults,
): void {
  const { items, minItems, maxItems } = schema;
  if (items && !Array.isArray(items)) {
    for (const [i, item] of value.entries())
      faults.merge(ratcheted(items as JsonSchema, item, `${at}[${i}]`, pair?.item(i)));
  }
  const size = value.length;
  if (minItems !== undefined && size < minItems) {
    faults.add({ kind: "invalid", at, value: size, text: `${at} in body should have at least ${minItems} items` });
  }
  if (maxItems !== undefined && size > maxItems) {
    const text = `${at} in body should have at most ${maxItems} items`;
    faults.add({ kind: "tooMany", at, value: size, valid: maxItems, text });
  }
  faults.checks += 2;
}

function checkFields(
  schema: JsonSchema,
  value: Readonly<Record<string, unknown>>,
  at: string,
  pair: Correlation | undefined,
  faults: Faults,
): void {
  const { properties = {}, additionalProperties, required, minProperties, maxProperties } = schema;
  const names = Object.keys(value);
  if (minProperties !== undefined && names.length < minProperties) {
    const text = `${at} in body should have at least ${minProperties} properties`;
    faults.add({ kind: "invalid", at, value: names.length, text });
  }
  if (maxProperties !== undefined && names.length > maxProperties) {
    const text = `${at} in body should have at most ${maxProperties} properties`;
    faults.add({ kind: "tooMany", at, value: names.length, valid: maxProperties, text });
  }
  for (const name of names) {
    if (Object.hasOwn(properties, name)) {
      const below = at ? `${at}.${name}` : name;
      // of which type the object is was looked at before
      const known = at || (name !== "kind" && name !== "apiVersion") ? pair?.field(name) : undefined;
      faults.merge(ratcheted(properties[name] as JsonSchema, value[name], below, known));
    } else if (additionalProperties === false)
      faults.add({ kind: "invalid", at, value: name, text: `${at}.${name} in body is a forbidden property` });
    else if (typeof additionalProperties === "object")
      faults.merge(ratcheted(additionalProperties, value[name], `${at}.${name}`, pair?.field(name)));
  }
  for (const name of required ?? []) {
    if (!Object.hasOwn(value, name))
      faults.add({ kind: "required", at: `${at}.${name}`, text: `${at}.${name} in body is required` });
  }
  faults.checks++;
}

/** allOf, anyOf, oneOf and not. Of several that fail, the one that came furthest tells why. */
function checkCombined(
  { anyOf, oneOf, allOf, not }: JsonSchema,
  value: unknown,
  at: string,
  pair: Correlation | undefined,
  faults: Faults,
): void {
  const each = (schemas: readonly JsonSchema[]): Faults[] => schemas.map((one) => validate(one, value, at, pair));
  const general = (text: string): void => faults.add({ kind: "general", at, text });
  if (anyOf?.length) {
    const outcomes = each(anyOf);
    const fits = outcomes.find(({ none }) => none);
    if (!fits) general(`"${at}" must validate at least one schema (anyOf)`);
    faults.merge(fits ?? furthest(outcomes));
  }
  if (oneOf?.length) {
    const outcomes = each(oneOf);
    const fitting = outcomes.filter(({ none }) => none);
    if (fitting.length !== 1) {
      const found = fitting.length ? `Found ${fitting.length} valid alternatives` : "Found none valid";
      general(`"${at}" must validate one and only one schema (oneOf). ${found}`);
    }
    faults.merge(fitting[0] ?? furthest(outcomes));
  }
  if (allOf?.length) {
    const outcomes = each(allOf);
    for (const outcome of outcomes) faults.merge(outcome);
    const fitting = outcomes.filter(({ none }) => none).length;
    if (fitting < outcomes.length)
      general(`"${at}" must validate all the schemas (allOf)${fitting ? "" : ". None validated"}`);
  }
  if (not && validate(not, value, at, pair).none) general(`"${at}" must not validate the schema (not)`);
  faults.checks += 2;
}

const furthest = (outcomes: readonly Faults[]): Faults =>
  outcomes.reduce((best, one) => (one.checks > best.checks ? one : best));
