/** How objects of a definition's version are completed, checked and kept. */

import type { ObjectSubresource, ScaleSubresource, Strategy } from "../kind.ts";
import { type Draft, deepEqual, isMap, type KubeObject } from "../object.ts";
import type { JsonObject } from "../schema/decode.ts";
import { structuredCopy } from "../schema/decode.ts";
import { type FieldError, Path } from "../validation/field-error.ts";
import { isQualifiedName } from "../validation/names.ts";
import type { DefinitionVersion } from "./definition/versions.ts";
import { compileRules } from "./rules/rules.ts";
import { embeddedErrors } from "./schema/embedded.ts";
import type { JsonSchema } from "./schema/json-schema.ts";
import { listTypeErrors } from "./schema/list-types.ts";
import { applyDefaults } from "./schema/prune.ts";
import { changedValueErrors, valueErrors } from "./schema/value-faults.ts";

export interface StrategyOf {
  readonly kind: string;
  readonly apiVersion: string;
  readonly schema: JsonSchema;
  readonly version: DefinitionVersion;
}

const root = new Path();

/** Faults that leave nothing for rules to go by. */
const blocking = new Set([
  "FieldValueNotSupported",
  "FieldValueRequired",
  "FieldValueTooLong",
  "FieldValueTooMany",
  "FieldValueTypeInvalid",
]);
const notChecked =
  "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";

type Warn = (text: string) => void;

export interface CustomStrategy {
  readonly strategy: Strategy;
  readonly status?: ObjectSubresource;
}

export function customStrategy({ kind, apiVersion, schema, version }: StrategyOf): CustomStrategy {
  const scale = version.subresources?.scale;
  const hasStatus = version.subresources?.status !== undefined;
  const rules = compileRules(schema, { isResource: true });
  const withRules = (errors: FieldError[], object: KubeObject, old?: KubeObject, warn?: Warn): FieldError[] => {
    if (!rules) return errors;
    if (errors.some(({ type }) => blocking.has(type))) return [...errors, root.invalid(null, notChecked)];
    return [...errors, ...rules.validate(object, old, root, warn && { warn })];
  };
  const kindErrors = (object: KubeObject): FieldError[] => [
    ...(object.kind === kind ? [] : [new Path("kind").invalid(object.kind ?? "", `must be ${kind}`)]),
    ...(object.apiVersion === apiVersion
      ? []
      : [new Path("apiVersion").invalid(object.apiVersion ?? "", `must be ${apiVersion}`)]),
  ];
  const listErrors = (object: KubeObject, old: KubeObject | undefined): FieldError[] =>
    old && listTypeErrors(old, schema).length ? [] : listTypeErrors(object, schema);
  const statusSchema = schema.properties?.status;

  const strategy: Strategy = {
    defaults: (object) => applyDefaults(object, schema),
    prepareForCreate: (object) => {
      if (hasStatus) delete object.status;
      object.metadata.generation = 1;
    },
    prepareForUpdate: (object, old) => {
      if (hasStatus) keepStatus(object, old);
      if (!sameButMetadata(object, old)) object.metadata.generation = (old.metadata.generation ?? 0) + 1;
    },
    validate: (object) => {
      const wrong = kindErrors(object);
      if (wrong.length) return wrong;
      const errors = [
        ...valueErrors(schema, object),
        ...scaleErrors(scale, object, true),
        ...embeddedErrors(object, schema, root),
        ...listErrors(object, undefined),
      ];
      return withRules(errors, object);
    },
    validateUpdate: (object, old, warn) => {
      const wrong = kindErrors(object);
      if (wrong.length) return wrong;
      const errors = [
        ...changedValueErrors(schema, object, old),
        ...scaleErrors(scale, object, true),
        ...embeddedErrors(object, schema, root),
        ...listErrors(object, old),
      ];
      return withRules(errors, object, old, warn);
    },
    warnings: finalizerWarnings,
    allowUnconditionalUpdate: false,
  };
  if (!hasStatus) return { strategy };
  const status: ObjectSubresource = {
    verbs: ["get", "patch", "update"],
    prepareForUpdate: keepAllButStatus,
    validateUpdate: (object, old, warn) => {
      const changed = "status" in object && statusSchema;
      const errors = [
        ...(changed ? changedValueErrors(statusSchema, object.status, old.status, new Path("status")) : []),
        ...scaleErrors(scale, object, false),
        ...listErrors(object, old),
      ];
      return withRules(errors, object, old, warn);
    },
  };
  return { strategy, status };
}

function keepStatus(object: Draft, old: KubeObject): void {
  if (old.status === undefined) delete object.status;
  else object.status = old.status;
}

/** The subresource changes the status, and managed fields with it, and nothing else. */
function keepAllButStatus(object: Draft, old: KubeObject): void {
  const { status, metadata } = object;
  for (const name of Object.keys(object)) delete object[name];
  Object.assign(object, { ...old, metadata: { ...old.metadata } });
  if (metadata.managedFields) object.metadata.managedFields = metadata.managedFields;
  else delete object.metadata.managedFields;
  if (status === undefined) delete object.status;
  else object.status = status;
}

function sameButMetadata({ metadata: _a, ...object }: Draft, { metadata: _b, ...old }: KubeObject): boolean {
  return deepEqual(object, old);
}

const standard = new Set(["orphan", "foregroundDeletion", "kubernetes"]);

/** What is odd about the names of finalizers that have come to the object. */
function finalizerWarnings(object: KubeObject, old?: KubeObject): string[] {
  const before = new Set(old?.metadata.finalizers);
  const added = [...new Set(object.metadata.finalizers)].filter((name) => !before.has(name)).sort();
  return added.flatMap((name) => {
    const said = (why: string): string => `metadata.finalizers: ${JSON.stringify(name)}: ${why}`;
    const faults = isQualifiedName(name).map(said);
    if (name.includes("/") || standard.has(name)) return faults;
    const path = name.includes(".") ? " including a path (/)" : "";
    const why = `prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`;
    return [...faults, said(why)];
  });
}

type Scale = NonNullable<NonNullable<DefinitionVersion["subresources"]>["scale"]>;

const stepsOf = (path: string): string[] => path.replace(/^\./, "").split(".");

/** What lies at the end of the steps; `undefined` where there is nothing, a text where something stands in the way. */
function valueAt(object: unknown, steps: readonly string[]): { readonly value?: unknown; readonly blocked?: string } {
  let value: unknown = object;
  for (const [i, step] of steps.entries()) {
    if (value === undefined) return {};
    if (!isMap(value)) {
      const type = value === null ? "<nil>" : typeof value;
      const where = `.${steps.slice(0, i).join(".")}`;
      return {
        blocked: `${where} accessor error: ${String(value)} is of the type ${type}, expected map[string]interface{}`,
      };
    }
    value = Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return { value };
}

const mostReplicas = 2 ** 31 - 1;

function scaleErrors(scale: Scale | undefined, object: KubeObject, withSpec: boolean): FieldError[] {
  if (!scale) return [];
  const replicas = (text: string): FieldError[] => {
    const path = new Path(text);
    const { value, blocked } = valueAt(object, stepsOf(text));
    if (blocked !== undefined) return [path.invalid(0, blocked)];
    if (value === undefined) return [];
    if (typeof value !== "number" || !Number.isInteger(value)) {
      const type = typeof value === "number" ? "float64" : value === null ? "<nil>" : typeof value;
      return [path.invalid(0, `${text} accessor error: ${String(value)} is of the type ${type}, expected int64`)];
    }
    if (value < 0) return [path.invalid(value, "should be a non-negative integer")];
    return value > mostReplicas ? [path.invalid(value, `should be less than or equal to ${mostReplicas}`)] : [];
  };
  const errors = [...(withSpec ? replicas(scale.specReplicasPath) : []), ...replicas(scale.statusReplicasPath)];
  const { labelSelectorPath: labels } = scale;
  const selector = labels ? valueAt(object, stepsOf(labels)) : {};
  if (labels && selector.value !== undefined && typeof selector.value !== "string") {
    const why = `${labels} accessor error: ${String(selector.value)} is of the type ${typeof selector.value}, expected string`;
    errors.push(new Path(labels).invalid("", why));
  }
  return errors;
}

/** The `scale` subresource of a version that has one. */
export function customScale({ subresources }: DefinitionVersion): ScaleSubresource | undefined {
  const scale = subresources?.scale;
  if (!scale) return undefined;
  const [spec, status] = [stepsOf(scale.specReplicasPath), stepsOf(scale.statusReplicasPath)];
  const labels = scale.labelSelectorPath ? stepsOf(scale.labelSelectorPath) : undefined;
  const number = (object: KubeObject, steps: readonly string[]): number => {
    const { value } = valueAt(object, steps);
    return typeof value === "number" ? value : 0;
  };
  return {
    replicasPath: spec,
    replicas: (object) => number(object, spec),
    statusReplicas: (object) => number(object, status),
    selector: (object) => {
      const { value } = labels ? valueAt(object, labels) : {};
      return typeof value === "string" ? value : "";
    },
    setReplicas: (object, replicas) => setAt(object, spec, replicas),
    ...(scale.specReplicasPath && {
      missing: (object: KubeObject) =>
        valueAt(object, spec).value === undefined
          ? `the spec replicas field ${JSON.stringify(scale.specReplicasPath)} does not exist`
          : undefined,
    }),
  };
}

function setAt(object: Draft, steps: readonly string[], value: unknown): void {
  let at = object as JsonObject;
  for (const step of steps.slice(0, -1)) {
    at[step] = isMap(at[step]) ? structuredCopy(at[step]) : {};
    at = at[step] as JsonObject;
  }
  at[steps.at(-1) as string] = value;
}
