/**
 * The rules of a schema at work on objects: at every value that is there, with what it was before where the two are told
 * apart. Failures of values that have not changed are let pass
 * (apiextensions' schema/cel/validation.go).
 */
import type { Outcome } from "../../cel/evaluate/program.ts";
import { costPerCall } from "../../cel/evaluate/program.ts";
import type { Variables } from "../../cel/evaluate/run.ts";
import { withTypeAndMetadata } from "../../cel/schema/declared.ts";
import { schemaValue } from "../../cel/schema/values.ts";
import { Optional } from "../../cel/values/optional.ts";
import type { Value } from "../../cel/values/value.ts";
import { isMap } from "../../object.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import { FieldError as Fault } from "../../validation/field-error.ts";
import { Correlation } from "../schema/correlation.ts";
import type { JsonSchema, ValidationRule } from "../schema/json-schema.ts";
import { type CompiledRule, compileSchemaRules, selfOf } from "./compiled-rule.ts";

export interface ValidateOptions {
  /** Whether failures of unchanged values are let pass (default), or told all the same. */
  readonly ratchet?: boolean;
  /** Told of failures that are let pass. */
  readonly warn?: (message: string) => void;
  /** What all rules together may cost. */
  readonly budget?: number;
}

export interface ObjectRules {
  /** Errors of a value at `path` that was `old` before; undefined: it was not there. */
  validate(value: unknown, old: unknown, path: Path, options?: ValidateOptions): FieldError[];
}

/** The rules of a schema and all within it; undefined if there are none. `isResource`: the schema is that of a whole object. */
export function compileRules(schema: JsonSchema, options: { readonly isResource: boolean }): ObjectRules | undefined {
  if (!hasRules(schema)) return undefined;
  const root = new RulesNode(schema, schema, options.isResource);
  return {
    validate(value, old, path, { ratchet = true, warn = () => {}, budget = costPerObject } = {}) {
      const correlation = ratchet && old !== undefined ? new Correlation(value, old, schema) : undefined;
      const pass: Pass = { budget, errors: [], warn };
      root.validate({ value, old, path, correlation, parent: undefined }, pass);
      return pass.errors;
    },
  };
}

const costPerObject = 10_000_000;
/** In bytes. */
const longestMessage = 5 * 1024;

/** What one validation has left to spend, and has found. Below zero nothing more is tried. */
interface Pass {
  budget: number;
  readonly errors: FieldError[];
  readonly warn: (message: string) => void;
}

interface Subject {
  readonly value: unknown;
  readonly old: unknown;
  readonly path: Path;
  readonly correlation: Correlation | undefined;
  /** Of the nearest value around this one that has a pair. */
  readonly parent: Correlation | undefined;
}

const isEmbedded = (schema: JsonSchema): boolean => schema["x-kubernetes-embedded-resource"] === true;

function hasRules(schema: JsonSchema): boolean {
  const { properties, items, additionalProperties } = schema;
  if (schema["x-kubernetes-validations"]?.length) return true;
  if (items && !Array.isArray(items) && hasRules(items as JsonSchema)) return true;
  if (typeof additionalProperties === "object" && hasRules(additionalProperties)) return true;
  return Object.values(properties ?? {}).some(hasRules);
}

/** Any rules at all, those within allOf too. */
const hasAnyRules = (schema: JsonSchema): boolean =>
  hasRules(schema) ||
  (schema.allOf ?? []).some(hasAnyRules) ||
  [schema.items, schema.additionalProperties, ...Object.values(schema.properties ?? {})].some(
    (part) => typeof part === "object" && !Array.isArray(part) && hasAnyRules(part as JsonSchema),
  );

/** The rules at one place, and those within. `rules` says which, `node` what the values there are. */
class RulesNode {
  readonly #rules: JsonSchema;
  readonly #node: JsonSchema;
  readonly #isResource: boolean;
  #compiled: readonly CompiledRule[] | undefined;
  readonly #inner = new Map<JsonSchema, RulesNode | undefined>();

  constructor(rules: JsonSchema, node: JsonSchema, isResource: boolean) {
    this.#rules = rules;
    this.#node = node;
    this.#isResource = isResource;
  }

  validate(subject: Subject, pass: Pass): void {
    const { value } = subject;
    if (value === null || value === undefined) return;
    this.#runRules(subject, pass);
    for (const part of this.#rules.allOf ?? []) {
      if (pass.budget < 0) return;
      const correlation = { correlation: undefined, parent: subject.parent };
      this.#at(part, this.#node, this.#isResource)?.validate({ ...subject, ...correlation }, pass);
    }
    if (pass.budget < 0) return;
    if (Array.isArray(value)) this.#items(value, subject, pass);
    else if (isMap(value)) this.#fields(value, subject, pass);
  }

  #at(rules: JsonSchema, node: JsonSchema, isResource: boolean): RulesNode | undefined {
    if (!this.#inner.has(rules)) {
      this.#inner.set(rules, hasAnyRules(rules) ? new RulesNode(rules, node, isResource) : undefined);
    }
    return this.#inner.get(rules);
  }

  #fields(value: Readonly<Record<string, unknown>>, subject: Subject, pass: Pass): void {
    const old = isMap(subject.old) ? subject.old : {};
    const { additionalProperties: rules, properties } = this.#rules;
    const { additionalProperties: node } = this.#node;
    const inner =
      typeof rules === "object" && typeof node === "object" ? this.#at(rules, node, isEmbedded(node)) : undefined;
    for (const [name, part] of Object.entries(value)) {
      if (pass.budget < 0) return;
      const at = { value: part, old: Object.hasOwn(old, name) ? old[name] : undefined, ...paired(subject, name) };
      inner?.validate({ ...at, path: subject.path.key(name) }, pass);
      if (pass.budget < 0) return;
      const field = properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
      const fieldNode = field && this.#node.properties?.[name];
      if (field && fieldNode) {
        const found = this.#at(field, fieldNode, isEmbedded(fieldNode));
        found?.validate({ ...at, path: subject.path.child(name) }, pass);
      }
    }
  }

  #items(value: readonly unknown[], subject: Subject, pass: Pass): void {
    const [rules, node] = [this.#rules.items, this.#node.items];
    if (!rules || !node || Array.isArray(rules) || Array.isArray(node)) return;
    const inner = this.#at(rules as JsonSchema, node as JsonSchema, isEmbedded(node as JsonSchema));
    if (!inner) return;
    const pairs = new Correlation(value, subject.old, this.#node);
    for (const [i, item] of value.entries()) {
      if (pass.budget < 0) return;
      const { correlation, parent } = subject;
      const next = correlation ? { correlation: correlation.item(i), parent: correlation } : { correlation, parent };
      inner.validate({ value: item, old: pairs.item(i)?.old, path: subject.path.index(i), ...next }, pass);
    }
  }

  #compile(): readonly CompiledRule[] {
    const rules = this.#rules["x-kubernetes-validations"] ?? [];
    const self = rules.length ? selfOf(this.#node, this.#isResource) : undefined;
    this.#compiled ??= self ? compileSchemaRules(rules, this.#node, self) : [];
    return this.#compiled;
  }

  #runRules(subject: Subject, pass: Pass): void {
    const rules = this.#compile();
    if (rules.length === 0) return;
    const type = this.#node.type ?? "";
    const { path, value } = subject;
    if (pass.budget <= 0) {
      pass.errors.push(path.invalid(type, outOfBudget));
      pass.budget = -1;
      return;
    }
    const schema = this.#isResource ? withTypeAndMetadata(this.#node) : this.#node;
    // what no rule asks for is not there for messages either
    const comparesOld = rules.some(({ usesOldSelf }) => usesOldSelf);
    const seen = { value, old: comparesOld ? (subject.old ?? undefined) : undefined, schema };
    for (const compiled of rules) {
      if (compiled.error !== undefined) pass.errors.push(path.invalid(type, `rule compile error: ${compiled.error}`));
      if (!compiled.program) continue;
      const isOptional = compiled.rule.optionalOldSelf === true;
      if (compiled.usesOldSelf && seen.old === undefined && !isOptional) continue;
      const outcome = compiled.program.run(variablesOf(seen, isOptional), costPerCall);
      if (!judge(outcome, compiled, subject, type, pass)) return;
      if (outcome.kind !== "value" || outcome.value === true) continue;
      if (!fail(compiled, subject, this.#node, variablesOf(seen, false), pass)) return;
    }
  }
}

const outOfBudget = "validation failed due to running out of cost budget, no further validation rules will be run";

function paired(subject: Subject, name: string): Pick<Subject, "correlation" | "parent"> {
  const { correlation, parent } = subject;
  if (!correlation) return { correlation, parent };
  const isOfWhole = parent === undefined && (name === "apiVersion" || name === "kind");
  return isOfWhole
    ? { correlation: undefined, parent: undefined }
    : { correlation: correlation.field(name), parent: correlation };
}

interface Seen {
  readonly value: unknown;
  readonly old: unknown;
  readonly schema: JsonSchema;
}

function variablesOf({ value, old, schema }: Seen, isOptional: boolean): Variables {
  let self: Value | undefined;
  let oldSelf: Value | undefined;
  return {
    find(name) {
      if (name === "self") {
        self ??= schemaValue(value, schema);
        return self;
      }
      if (name !== "oldSelf") return undefined;
      if (oldSelf === undefined && old !== undefined) oldSelf = schemaValue(old, schema);
      if (!isOptional) return oldSelf;
      return oldSelf === undefined ? Optional.none : Optional.of(oldSelf);
    },
  };
}

const ruleText = ({ message, rule }: ValidationRule): string => (message || rule).trim();

/** Counts what a rule has cost and tells its faults; false: nothing more is tried. */
function judge(outcome: Outcome, { rule }: CompiledRule, { path }: Subject, type: string, pass: Pass): boolean {
  if (outcome.cost > pass.budget) {
    pass.errors.push(path.invalid(type, outOfBudget));
    pass.budget = -1;
    return false;
  }
  pass.budget -= outcome.cost;
  if (outcome.kind === "value") return true;
  const { message } = outcome;
  if (outcome.kind === "over") {
    const why = "no further validation rules will be run due to call cost exceeds limit for rule";
    pass.errors.push(path.invalid(type, `'${message}': ${why}: ${ruleText(rule)}`));
    pass.budget = -1;
    return false;
  }
  const why = "call arguments did not match a supported operator, function or macro signature for rule";
  const text = message.startsWith("no such overload")
    ? `'${message}': ${why}: ${ruleText(rule)}`
    : `${message} evaluating rule: ${ruleText(rule)}`;
  pass.errors.push(path.invalid(type, text));
  return true;
}

/** Tells that a rule does not hold; false: nothing more is tried. */
function fail(compiled: CompiledRule, subject: Subject, node: JsonSchema, variables: Variables, pass: Pass): boolean {
  const { rule, fieldPath, message } = compiled;
  const path = fieldPath ? subject.path.child(fieldPath) : subject.path;
  const unchanged = subject.correlation ? subject.correlation.unchanged : (subject.parent?.unchanged ?? false);
  const tell = (error: FieldError): void => {
    if (!compiled.usesOldSelf && unchanged) pass.warn(error.toString());
    else pass.errors.push(error);
  };
  let detail = rule.message ? rule.message.trim() : `failed rule: ${ruleText(rule)}`;
  if (message) {
    const built = message.run(variables, costPerCall);
    const isOver = built.cost > pass.budget || built.kind === "over";
    if (isOver) {
      const why =
        built.kind === "over" && built.cost <= pass.budget
          ? `no further validation rules will be run due to call cost exceeds limit for messageExpression: ${JSON.stringify(rule.messageExpression)}`
          : "messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run";
      tell(path.invalid(node.type ?? "", why));
      pass.budget = -1;
      return false;
    }
    pass.budget -= built.cost;
    detail = usableMessage(built) ?? detail;
  }
  const value = node.type === "object" || node.type === "array" ? undefined : subject.value;
  tell(errorOf(rule.reason, path, value, detail));
  return true;
}

function usableMessage(built: Outcome): string | undefined {
  if (built.kind !== "value" || typeof built.value !== "string") return undefined;
  const text = built.value.trim();
  const isUsable = text !== "" && !text.includes("\n") && new TextEncoder().encode(text).length <= longestMessage;
  return isUsable ? text : undefined;
}

function errorOf(reason: string | undefined, path: Path, value: unknown, detail: string): FieldError {
  switch (reason) {
    case "FieldValueForbidden":
      return path.forbidden(detail);
    case "FieldValueRequired":
      return path.required(detail);
    case "FieldValueDuplicate":
      return value === undefined
        ? new Fault("FieldValueDuplicate", path.toString(), undefined, "")
        : path.duplicate(value);
    default:
      return value === undefined
        ? new Fault("FieldValueInvalid", path.toString(), undefined, detail)
        : path.invalid(value, detail);
  }
}
