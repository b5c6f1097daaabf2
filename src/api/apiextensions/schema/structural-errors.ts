/**
 * Whether a schema is structural: of every field it says outside of `allOf`, `anyOf`, `oneOf` and `not` what it is, and within
 * them only what values it may have
 * (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema).
 */
import { deepEqual } from "../../object.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import type { JsonSchema } from "./json-schema.ts";
import { patternOf } from "./patterns.ts";

type Level = "root" | "item" | "field";

/** Errors of a schema at `path`, sorted; none if it is structural. */
export function structuralErrors(schema: JsonSchema, path: Path): FieldError[] {
  const errors = [...invariants(schema, "root", path), ...completeness(schema, schema, path, path)];
  return errors
    .map((error) => ({ error, text: error.toString() }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ error }) => error);
}

const single = ({ items }: JsonSchema): JsonSchema | undefined =>
  Array.isArray(items) ? undefined : (items as JsonSchema | undefined);
const additional = ({ additionalProperties }: JsonSchema): JsonSchema | undefined =>
  typeof additionalProperties === "object" ? additionalProperties : undefined;

function invariants(schema: JsonSchema, level: Level, path: Path): FieldError[] {
  const { type = "", properties = {}, additionalProperties } = schema;
  const [items, values] = [single(schema), additional(schema)];
  const errors: FieldError[] = [];
  if (type === "array" && !items) errors.push(path.child("items").required("must be specified"));
  if (items) errors.push(...invariants(items, "item", path.child("items")));
  for (const [name, property] of Object.entries(properties))
    errors.push(...invariants(property, "field", path.child("properties").key(name)));
  if (additionalProperties !== undefined && level === "root")
    errors.push(path.child("additionalProperties").forbidden("must not be used at the root"));
  if (values) errors.push(...invariants(values, "field", path.child("additionalProperties")));
  errors.push(...extensions(schema, path));
  errors.push(
    ...valueRules(schema, { anyOf: isIntOrString(schema.anyOf), allOf: isIntOrString(schema.allOf?.[0]?.anyOf) }, path),
  );
  errors.push(...typeErrors(schema, level, path), ...metaErrors(schema, level, path));
  return errors;
}

const isIntOrString = (anyOf: readonly JsonSchema[] | undefined): boolean =>
  deepEqual(anyOf, [{ type: "integer" }, { type: "string" }]);

function extensions(schema: JsonSchema, path: Path): FieldError[] {
  if (!schema["x-kubernetes-int-or-string"]) return [];
  const why = "must be false if x-kubernetes-int-or-string is true";
  return (["x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource"] as const)
    .filter((name) => schema[name])
    .map((name) => path.child(name).invalid(true, why));
}

const emptyTypes: Readonly<Record<Level, string>> = {
  root: "must not be empty at the root",
  item: "must not be empty for specified array items",
  field: "must not be empty for specified object fields",
};

function typeErrors(schema: JsonSchema, level: Level, path: Path): FieldError[] {
  const { type = "" } = schema;
  const errors: FieldError[] = [];
  const at = path.child("type");
  const embedded = schema["x-kubernetes-embedded-resource"] ?? false;
  if (embedded && type !== "object") {
    const why = "must be object if x-kubernetes-embedded-resource is true";
    errors.push(type ? at.invalid(type, why) : at.required(why));
  } else if (!type && !schema["x-kubernetes-int-or-string"] && !schema["x-kubernetes-preserve-unknown-fields"])
    errors.push(at.required(emptyTypes[level]));
  if (embedded && schema.additionalProperties !== undefined) {
    const why = "must not be used if x-kubernetes-embedded-resource is set";
    errors.push(path.child("additionalProperties").forbidden(why));
  }
  if (level === "root" && type && type !== "object") errors.push(at.invalid(type, "must be object at the root"));
  return errors;
}

/** What every object has is not for the schema to say. */
function metaErrors(schema: JsonSchema, level: Level, path: Path): FieldError[] {
  const { properties = {} } = schema;
  const embedded = schema["x-kubernetes-embedded-resource"] ?? false;
  const isResource = level === "root" || embedded;
  const errors: FieldError[] = [];
  const at = path.child("properties");
  for (const name of ["kind", "apiVersion"]) {
    const type = properties[name]?.type ?? "";
    if (isResource && properties[name] && type !== "string")
      errors.push(at.key(name).child("type").invalid(type, "must be string"));
  }
  const { metadata } = properties;
  if (metadata && isResource && metadata.type !== "object")
    errors.push(
      at
        .key("metadata")
        .child("type")
        .invalid(metadata.type ?? "", "must be object"),
    );
  if (metadata && level === "root" && !restrictsNamesOnly(metadata)) {
    const why = "must not specify anything other than name and generateName, but metadata is implicitly specified";
    errors.push(at.key("metadata").forbidden(why));
  }
  if (embedded && !schema["x-kubernetes-preserve-unknown-fields"] && !Object.keys(properties).length) {
    const why =
      "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields";
    errors.push(at.required(why));
  }
  return errors;
}

function restrictsNamesOnly({ type: _t, default: _d, properties = {}, ...rest }: JsonSchema): boolean {
  const named = Object.keys(properties).every((name) => name === "name" || name === "generateName");
  return named && Object.values(rest).every((value) => value === undefined);
}

/** The two forms of `anyOf` that stand for a number or a text are let pass. */
interface Passes {
  readonly anyOf: boolean;
  readonly allOf: boolean;
}
const nothing: Passes = { anyOf: false, allOf: false };

function valueRules(schema: JsonSchema, passes: Passes, path: Path): FieldError[] {
  const { anyOf = [], allOf = [], oneOf = [], not, pattern } = schema;
  const errors = [
    ...(passes.anyOf ? [] : anyOf.flatMap((one, i) => nested(one, nothing, path.child("anyOf").index(i)))),
    ...allOf.flatMap((one, i) =>
      nested(one, { anyOf: passes.allOf && i === 0, allOf: false }, path.child("allOf").index(i)),
    ),
    ...oneOf.flatMap((one, i) => nested(one, nothing, path.child("oneOf").index(i))),
    ...(not ? nested(not, nothing, path.child("not")) : []),
  ];
  const compiled = pattern ? patternOf(pattern) : undefined;
  if (typeof compiled === "string") {
    const why = `must be a valid regular expression, but isn't: ${compiled}`;
    errors.push(path.child("pattern").invalid(pattern, why));
  }
  return errors;
}

/** What a schema within another may not say, and how upstream puts that. */
const forbidden: readonly (readonly [keyof JsonSchema, "empty" | "undefined" | "false"])[] = [
  ["type", "empty"],
  ["additionalProperties", "undefined"],
  ["default", "undefined"],
  ["title", "empty"],
  ["description", "empty"],
  ["nullable", "false"],
  ["x-kubernetes-preserve-unknown-fields", "false"],
  ["x-kubernetes-embedded-resource", "false"],
  ["x-kubernetes-int-or-string", "false"],
  ["x-kubernetes-list-map-keys", "empty"],
  ["x-kubernetes-list-type", "undefined"],
  ["x-kubernetes-map-type", "undefined"],
  ["x-kubernetes-validations", "empty"],
];

function nested(schema: JsonSchema, passes: Passes, path: Path): FieldError[] {
  const errors = valueRules(schema, passes, path);
  const items = single(schema);
  if (items) errors.push(...nested(items, nothing, path.child("items")));
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    errors.push(...nested(property, nothing, path.child("properties").key(name)));
  for (const [name, must] of forbidden) {
    const value = schema[name];
    const said = value !== undefined && value !== false && value !== "" && !(Array.isArray(value) && !value.length);
    if (said) errors.push(path.child(name).forbidden(`must be ${must} to be structural`));
  }
  if (schema.properties?.metadata)
    errors.push(path.child("properties").key("metadata").forbidden("must not be specified in a nested context"));
  return errors;
}

/** Whatever is said of a value within `allOf` and its like must be known outside of them. */
function completeness(rules: JsonSchema, structure: JsonSchema | undefined, at: Path, from: Path): FieldError[] {
  const { not, allOf = [], anyOf = [], oneOf = [] } = rules;
  return [
    ...(not ? nestedCompleteness(not, structure, at, from.child("not")) : []),
    ...allOf.flatMap((one, i) => nestedCompleteness(one, structure, at, from.child("allOf").index(i))),
    ...anyOf.flatMap((one, i) => nestedCompleteness(one, structure, at, from.child("anyOf").index(i))),
    ...oneOf.flatMap((one, i) => nestedCompleteness(one, structure, at, from.child("oneOf").index(i))),
  ];
}

function nestedCompleteness(rules: JsonSchema, structure: JsonSchema | undefined, at: Path, from: Path): FieldError[] {
  if (!structure) return [at.required(`because it is defined in ${from}`)];
  const errors = completeness(rules, structure, at, from);
  const items = single(rules);
  if (items) errors.push(...nestedCompleteness(items, single(structure), at.child("items"), from.child("items")));
  for (const [name, property] of Object.entries(rules.properties ?? {})) {
    const [here, there] = [at.child("properties").key(name), from.child("properties").key(name)];
    errors.push(...nestedCompleteness(property, structure.properties?.[name], here, there));
  }
  return errors;
}
