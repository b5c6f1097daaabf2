/**
 * Whether the rules of a schema may stand in it: their form, that they compile, that they do not cost too much, that
 * they compare old and new values only where these are told apart
 * (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules).
 */
import { unbounded } from "../../cel/cost/bounds.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import { fieldAt } from "../schema/field-path.ts";
import type { JsonSchema, ValidationRule } from "../schema/json-schema.ts";
import { type CompiledRule, compileSchemaRules, mostInRequest, selfOf } from "./compiled-rule.ts";

export interface RuleErrorOptions {
  /** The schema was stored as it is: what a single rule costs is not looked at again. */
  readonly unchanged: boolean;
  /** The schemas that the definition had before. Rules of this version know no more than theirs did. */
  readonly existing: readonly JsonSchema[];
}

const costPerRule = 10_000_000;
const costPerSchema = 100_000_000;

/** Errors of the rules of `schema` and all within it, at `path`. */
export function ruleErrors(schema: JsonSchema, path: Path, options: RuleErrorOptions): FieldError[] {
  const total: Total = { cost: 0, costly: [] };
  const { form, rules } = new Walk(options.unchanged, total).errors({
    schema,
    path,
    cardinality: 1,
    isResource: true,
    knowsTypes: true,
    uncorrelatable: undefined,
  });
  const errors = [...form, ...rules];
  if (total.cost > costPerSchema) {
    for (const { path: at } of total.costly) {
      errors.push(
        at.forbidden("contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema"),
      );
    }
    const name = "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema";
    errors.push(path.forbidden(tooCostly(name, total.cost, costPerSchema)));
  }
  return errors;
}

interface Total {
  cost: number;
  /** The four that cost most, where they matter. */
  costly: readonly { readonly path: Path; readonly cost: number }[];
}

function count(total: Total, path: Path, cost: number): void {
  total.cost = Math.min(total.cost + cost, unbounded);
  if (cost < costPerSchema / 100) return;
  total.costly = [...total.costly, { path, cost }].toSorted((a, b) => b.cost - a.cost).slice(0, 4);
}

function tooCostly(name: string, cost: number, limit: number): string {
  const factor = cost / limit;
  const shown = factor > 100 ? "more than 100" : factor < 1.5 ? factor.toFixed(6) : factor.toFixed(1);
  const advice =
    "try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared";
  return `${name} exceeds budget by factor of ${shown}x (${advice})`;
}

interface Place {
  readonly schema: JsonSchema;
  readonly path: Path;
  /** How many values there may be; undefined: as many as fit into a request. */
  readonly cardinality: number | undefined;
  readonly isResource: boolean;
  /** Rules cannot run within `not` and the like; there only their form counts. */
  readonly knowsTypes: boolean;
  /** The list within which old and new values are not told apart. */
  readonly uncorrelatable: Path | undefined;
}

interface Errors {
  readonly form: FieldError[];
  readonly rules: FieldError[];
}

class Walk {
  readonly #unchanged: boolean;
  readonly #total: Total;

  constructor(unchanged: boolean, total: Total) {
    this.#unchanged = unchanged;
    this.#total = total;
  }

  errors(place: Place): Errors {
    const found: Errors = { form: [], rules: [] };
    for (const inner of within(place)) {
      const errors = this.errors(inner);
      found.form.push(...errors.form);
      found.rules.push(...errors.rules);
    }
    const rules = place.schema["x-kubernetes-validations"] ?? [];
    const at = place.path.child("x-kubernetes-validations");
    rules.forEach((rule, i) => {
      found.form.push(...formErrors(rule, place.schema, at.index(i)));
    });
    if (rules.length && found.form.length === 0 && place.knowsTypes) {
      found.rules.push(...this.#compileErrors(rules, place, at));
    }
    return found;
  }

  #compileErrors(rules: readonly ValidationRule[], place: Place, at: Path): FieldError[] {
    const self = selfOf(place.schema, place.isResource);
    if (!self) {
      const why = "unable to convert structural schema to CEL declarations";
      const what = "failed to construct type information for x-kubernetes-validations rules";
      return [at.internal(`internal error: ${what}: ${why}`)];
    }
    const cardinality = place.cardinality ?? mostInRequest(self.minBytes);
    return compileSchemaRules(rules, place.schema, self).flatMap((compiled, i) => [
      ...this.#costErrors(compiled, at.index(i), cardinality),
      ...oldSelfErrors(compiled, at.index(i), place.uncorrelatable),
    ]);
  }

  #costErrors(compiled: CompiledRule, at: Path, cardinality: number): FieldError[] {
    const errors: FieldError[] = [];
    const { rule, error, messageError, message, messageMaxCost } = compiled;
    const cost = Math.min(compiled.maxCost * cardinality, unbounded);
    if (!this.#unchanged && cost > costPerRule) {
      errors.push(at.child("rule").forbidden(tooCostly("estimated rule cost", cost, costPerRule)));
    }
    count(this.#total, at.child("rule"), cost);
    if (error !== undefined) errors.push(at.child("rule").invalid(shown(rule), error));
    if (messageError !== undefined) errors.push(at.child("messageExpression").invalid(shown(rule), messageError));
    else if (message) {
      const place = at.child("messageExpression");
      if (!this.#unchanged && messageMaxCost > costPerRule) {
        errors.push(place.forbidden(tooCostly("estimated messageExpression cost", messageMaxCost, costPerRule)));
      }
      count(this.#total, place, messageMaxCost);
    }
    return errors;
  }
}

function oldSelfErrors({ rule, usesOldSelf }: CompiledRule, at: Path, uncorrelatable: Path | undefined): FieldError[] {
  if (usesOldSelf && uncorrelatable) {
    const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelatable}`;
    return [at.child("rule").invalid(rule.rule, why)];
  }
  if (usesOldSelf || rule.optionalOldSelf === undefined) return [];
  return [at.child("optionalOldSelf").invalid(rule.optionalOldSelf, "may not be set if oldSelf is not used in rule")];
}

/** A rule as upstream's own type shows itself. */
const shown = (rule: ValidationRule): unknown => ({
  Rule: rule.rule,
  Message: rule.message ?? "",
  MessageExpression: rule.messageExpression ?? "",
  Reason: rule.reason ?? null,
  FieldPath: rule.fieldPath ?? "",
  OptionalOldSelf: rule.optionalOldSelf ?? null,
});

const reasons = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];
const hasLineBreak = (text: string): boolean => /[\n\r]/.test(text);

function formErrors(given: ValidationRule, schema: JsonSchema, at: Path): FieldError[] {
  const { rule = "", message = "", messageExpression = "", reason, fieldPath = "" } = given;
  const errors: FieldError[] = [];
  const text = message.trim();
  if (rule.trim() === "") errors.push(at.child("rule").required("rule is not specified"));
  else if (message && !text) errors.push(at.child("message").invalid(message, "must be non-empty if specified"));
  else if (hasLineBreak(text)) errors.push(at.child("message").invalid(message, "must not contain line breaks"));
  else if (hasLineBreak(rule.trim()) && !text) {
    errors.push(at.child("message").required("message must be specified if rule contains line breaks"));
  }
  if (messageExpression && !messageExpression.trim()) {
    errors.push(at.child("messageExpression").required("messageExpression must be non-empty if specified"));
  }
  if (reason !== undefined && !reasons.includes(reason)) errors.push(at.child("reason").notSupported(reason, reasons));
  const place = at.child("fieldPath");
  if (fieldPath && !fieldPath.trim()) errors.push(place.invalid(fieldPath, "must be non-empty if specified"));
  if (hasLineBreak(fieldPath)) errors.push(place.invalid(fieldPath, "must not contain line breaks"));
  if (fieldPath && typeof fieldAt(fieldPath, schema) === "string") {
    errors.push(place.invalid(fieldPath, "must be a valid path"));
  }
  return errors;
}

const isEmbedded = (schema: JsonSchema): boolean => schema["x-kubernetes-embedded-resource"] === true;
const limit = (value: number): number => Math.max(value, 0);

/** How many values an object or a list holds; undefined: any number. */
function mostWithin(schema: JsonSchema): number | undefined {
  if (schema.type === "object" && schema.additionalProperties !== undefined) {
    return schema.maxProperties === undefined ? undefined : limit(schema.maxProperties);
  }
  if (schema.type === "array") return schema.maxItems === undefined ? undefined : limit(schema.maxItems);
  return 1;
}

function* within(place: Place): Generator<Place> {
  const { schema, path } = place;
  const most = mostWithin(schema);
  const cardinality = place.cardinality === undefined || most === undefined ? undefined : place.cardinality * most;
  const inner = (part: JsonSchema, at: Path, more: Partial<Place> = {}): Place => ({
    ...place,
    schema: part,
    path: at,
    cardinality,
    isResource: isEmbedded(part),
    ...more,
  });
  for (const [name, part] of Object.entries(schema.properties ?? {})) {
    yield inner(part, path.child("properties").key(name));
  }
  if (typeof schema.additionalProperties === "object") {
    yield inner(schema.additionalProperties, path.child("additionalProperties"));
  }
  if (schema.items && !Array.isArray(schema.items)) {
    const uncorrelatable = schema["x-kubernetes-list-type"] === "map" ? place.uncorrelatable : path;
    yield inner(schema.items as JsonSchema, path.child("items"), { uncorrelatable });
  }
  const loose = { knowsTypes: false };
  if (schema.not) yield inner(schema.not, path.child("not"), loose);
  for (const word of ["allOf", "oneOf", "anyOf"] as const) {
    for (const [i, part] of (schema[word] ?? []).entries()) yield inner(part, path.child(word).index(i), loose);
  }
}
