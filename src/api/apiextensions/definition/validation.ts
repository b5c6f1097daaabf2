/** Whether a definition may be as it is, and become what it is to be. */
import { deepEqual } from "../../object.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { isDns1035Label, isDns1123Subdomain } from "../../validation/names.ts";
import { ruleErrors } from "../rules/rules.ts";
import { defaultErrors } from "../schema/default-errors.ts";
import type { JsonSchema } from "../schema/json-schema.ts";
import { schemaErrors } from "../schema/schema-errors.ts";
import { structuralErrors } from "../schema/structural-errors.ts";
import { conversionErrors } from "./conversion-errors.ts";
import { approvalErrors, namesErrors, requiredNames } from "./names.ts";
import { columnErrors, selectableErrors, subresourceErrors } from "./presentation.ts";
import {
  type Definition,
  type DefinitionSpec,
  isEstablished,
  isShared,
  partsOf,
  schemaOf,
  type sharedParts,
  versionsOf,
} from "./versions.ts";

/** Errors of a definition: of a new one, or of one that was `old` before. */
export function definitionErrors(definition: Definition, old?: Definition): FieldError[] {
  const { spec, status } = definition;
  const path = new Path("spec");
  return [
    ...(old ? [] : nameErrors(definition)),
    ...specErrors(definition, old, path),
    ...(old ? immutableErrors(definition, old, path) : []),
    ...namesErrors(status.acceptedNames, new Path("status.acceptedNames")),
    ...storedVersionErrors(definition),
    ...approvalErrors(definition, old),
    ...(spec.preserveUnknownFields && !old?.spec.preserveUnknownFields
      ? [path.child("preserveUnknownFields").invalid(true, preserveText)]
      : []),
  ];
}

/** Errors of the status, which has a path of its own. */
export const definitionStatusErrors = ({ status }: Definition): FieldError[] =>
  namesErrors(status.acceptedNames, new Path("status.acceptedNames"));

const preserveText =
  "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead";

/** That the name is that of the resource, with its group. What else a name must be is looked at before. */
function nameErrors({ metadata, spec }: Definition): FieldError[] {
  const name = metadata.name ?? "";
  if (name === `${spec.names.plural}.${spec.group}`) return [];
  return [new Path("metadata").child("name").invalid(name, `must be spec.names.plural+"."+spec.group`)];
}

function specErrors(definition: Definition, old: Definition | undefined, path: Path): FieldError[] {
  const { spec } = definition;
  const versions = versionsOf(spec);
  return [
    ...groupErrors(spec.group, path.child("group")),
    ...scopeErrors(spec.scope, path.child("scope")),
    ...versions.flatMap((version, i) =>
      schemaOf(version) ? [] : [path.child("versions").index(i).child("schema.openAPIV3Schema").required()],
    ),
    ...versions.flatMap((version, i) => versionErrors(spec, version.name, i, path.child("versions").index(i))),
    ...versionListErrors(spec, path),
    ...requiredNames(spec.names, path.child("names")),
    ...namesErrors(spec.names, path.child("names")),
    ...partErrors(spec, old?.spec, path),
    ...conversionErrors(definition, old, path.child("conversion")),
  ];
}

function groupErrors(group: string, path: Path): FieldError[] {
  if (!group) return [path.required()];
  const faults = isDns1123Subdomain(group);
  if (faults.length) return [path.invalid(group, faults.join(","))];
  return group.includes(".") ? [] : [path.invalid(group, "should be a domain with at least one dot")];
}

function scopeErrors(scope: string, path: Path): FieldError[] {
  if (!scope) return [path.required()];
  return ["Cluster", "Namespaced"].includes(scope) ? [] : [path.notSupported(scope, ["Cluster", "Namespaced"])];
}

function versionErrors(spec: DefinitionSpec, name: string, i: number, path: Path): FieldError[] {
  const { deprecated = false, deprecationWarning } = versionsOf(spec)[i] ?? {};
  const faults = isDns1035Label(name);
  return [
    ...(faults.length ? [path.child("name").invalid(name, faults.join(","))] : []),
    ...warningFaults(deprecated, deprecationWarning).map((why) =>
      path.child("deprecationWarning").invalid(deprecationWarning, why),
    ),
  ];
}

function warningFaults(deprecated: boolean, warning: string | undefined): string[] {
  if (warning === undefined) return [];
  if (!deprecated) return ["can only be set for deprecated versions"];
  const faults: string[] = [];
  const bytes = new TextEncoder();
  if (bytes.encode(warning).length > 256) faults.push("must be <= 256 characters long");
  if (!warning) faults.push("must not be an empty string");
  const at = warning.search(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u);
  if (at >= 0) {
    const index = bytes.encode(warning.slice(0, at)).length;
    faults.push(`must only contain printable UTF-8 characters; non-printable character found at index ${index}`);
  }
  return faults;
}

function versionListErrors(spec: DefinitionSpec, path: Path): FieldError[] {
  const versions = versionsOf(spec);
  const errors: FieldError[] = [];
  const at = path.child("versions");
  const shown = spec.versions ? versions.map((version) => goForm(version, versions)) : null;
  if (new Set(versions.map(({ name }) => name)).size < versions.length)
    errors.push(at.invalid(shown, "must contain unique version names"));
  if (versions.filter(({ storage }) => storage).length !== 1)
    errors.push(at.invalid(shown, "must have exactly one version marked as storage version"));
  const [first] = versions;
  const faults = first?.name ? isDns1035Label(first.name) : [];
  if (first && faults.length) errors.push(path.child("version").invalid(first.name, faults.join(",")));
  return errors;
}

/** A version with the names that it has within upstream; what all versions share is not in it there. */
function goForm(version: ReturnType<typeof versionsOf>[number], all: ReturnType<typeof versionsOf>): object {
  const part = (name: (typeof sharedParts)[number]): unknown => (isShared(all, name) ? null : (version[name] ?? null));
  return {
    Name: version.name,
    Served: version.served,
    Storage: version.storage,
    Deprecated: version.deprecated ?? false,
    DeprecationWarning: version.deprecationWarning ?? null,
    Schema: part("schema"),
    Subresources: part("subresources"),
    AdditionalPrinterColumns: part("additionalPrinterColumns"),
    SelectableFields: part("selectableFields"),
  };
}

function partErrors(spec: DefinitionSpec, old: DefinitionSpec | undefined, path: Path): FieldError[] {
  const before = new Map(versionsOf(old).map((version) => [version.name, version]));
  const existing = versionsOf(old).flatMap((version) => schemaOf(version) ?? []);
  const shares = isShared(versionsOf(spec), "schema");
  return [
    ...partsOf(spec, "schema", path).flatMap(({ version, path: at }) => {
      const schema = schemaOf(version);
      if (!schema) return [];
      const hasStatus = shares
        ? versionsOf(spec).some(({ subresources }) => subresources?.status)
        : version.subresources?.status !== undefined;
      const known = before.get(version.name);
      const unchanged = known !== undefined && deepEqual(schemaOf(known), schema);
      return allSchemaErrors(schema, at.child("openAPIV3Schema"), { hasStatus, unchanged, existing });
    }),
    ...partsOf(spec, "subresources", path).flatMap(({ value, path: at }) => subresourceErrors(value, at)),
    ...partsOf(spec, "additionalPrinterColumns", path).flatMap(({ value, path: at }) => columnErrors(value, at)),
    ...partsOf(spec, "selectableFields", path).flatMap(({ version, path: at }) => {
      const known = before.get(version.name);
      const mayBeMany = known !== undefined && deepEqual(known.selectableFields, version.selectableFields);
      return selectableErrors(version, at, { mayBeMany });
    }),
  ];
}

interface SchemaContext {
  readonly hasStatus: boolean;
  /** As it was before: what has been let pass once is let pass. */
  readonly unchanged: boolean;
  /** The schemas before: rules that stand in them are known. */
  readonly existing: readonly JsonSchema[];
}

/** Each kind of error is told only where those before it are none. */
function allSchemaErrors(
  schema: JsonSchema,
  path: Path,
  { hasStatus, unchanged, existing }: SchemaContext,
): FieldError[] {
  const errors = [...(hasStatus ? statusRootErrors(schema, path) : [])];
  if (schema.nullable) errors.push(path.child("nullable").forbidden("nullable cannot be true at the root"));
  const keywords = schemaErrors(schema, path);
  const unsupported = unsupportedAnywhere(schema);
  if (unsupported) {
    errors.push(...keywords);
    return errors.length ? errors : [path.invalid("", unsupported)];
  }
  const structural = structuralErrors(schema, path);
  if (structural.length) return [...errors, ...structural, ...keywords];
  const defaults = defaultErrors(schema, path);
  if (defaults.length) return [...errors, ...defaults, ...keywords];
  return [...errors, ...keywords, ...ruleErrors(schema, path, { unchanged, existing })];
}

const allowedAtRoot =
  "Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations";
const atRoot = new Set([
  ...["description", "type", "format", "title", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"],
  ...["maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "multipleOf", "required"],
  ...["items", "properties", "externalDocs", "example"],
  ...["x-kubernetes-preserve-unknown-fields", "x-kubernetes-validations"],
]);

/** The status is checked by itself: what the root says of it beside its own schema would be lost. */
function statusRootErrors(schema: JsonSchema, path: Path): FieldError[] {
  if (schema.type && schema.type !== "object") {
    const why = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
    return [path.child("type").invalid(schema.type, why)];
  }
  const odd = Object.keys(schema).some((name) => !atRoot.has(name));
  const why = `only [${allowedAtRoot}] fields are allowed at the root of the schema if the status subresource is enabled`;
  return odd ? [path.invalid(schema, why)] : [];
}

/** Keywords that no structural schema can have, wherever they stand; why, in upstream's words. */
function unsupportedAnywhere(schema: JsonSchema): string | undefined {
  const is = (name: string): string => `OpenAPIV3Schema '${name}' is not supported`;
  if (schema.id) return is("id");
  if (schema.$schema) return is("schema");
  if (schema.$ref) return is("$ref");
  for (const name of ["patternProperties", "dependencies", "additionalItems", "definitions"] as const)
    if (schema[name] !== undefined) return is(name);
  if (schema["x-kubernetes-preserve-unknown-fields"] === false)
    return "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined";
  if (Array.isArray(schema.items)) return "OpenAPIV3Schema 'items' must be a schema, but is an array";
  const { items, additionalProperties, not, allOf = [], anyOf = [], oneOf = [], properties = {} } = schema;
  const within = [items, additionalProperties, not, ...allOf, ...anyOf, ...oneOf, ...Object.values(properties)];
  for (const one of within) {
    const why = typeof one === "object" ? unsupportedAnywhere(one as JsonSchema) : undefined;
    if (why) return why;
  }
  return undefined;
}

function storedVersionErrors({ spec, status }: Definition): FieldError[] {
  const path = new Path("status").child("storedVersions");
  const stored = status.storedVersions ?? [];
  if (!stored.length) return [path.invalid(status.storedVersions ?? null, "must have at least one stored version")];
  const names = new Set(versionsOf(spec).map(({ name }) => name));
  const lacking = versionsOf(spec).filter(({ name, storage }) => storage && !stored.includes(name));
  return [
    ...lacking.map(({ name }) => path.invalid(stored, `must have the storage version ${name}`)),
    ...stored.flatMap((name, i) => (names.has(name) ? [] : [path.index(i).invalid(name, missingText(name))])),
  ];
}

const missingText = (name: string): string =>
  `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;

function immutableErrors({ spec }: Definition, old: Definition, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  const same = (now: unknown, before: unknown, at: Path): void => {
    if (now !== before) errors.push(at.invalid(now, "field is immutable"));
  };
  if (isEstablished(old)) {
    same(spec.scope, old.spec.scope, path.child("scope"));
    same(spec.names.kind, old.spec.names.kind, path.child("names", "kind"));
  }
  same(spec.group, old.spec.group, path.child("group"));
  same(spec.names.plural, old.spec.names.plural, path.child("names", "plural"));
  return errors;
}
