/** Reads the body of a server-side apply: YAML, which JSON mostly is. Keys that stand twice are told, the last one holds. */
import { badRequest } from "../../api/errors.ts";
import { DecodeError, type JsonObject } from "../../api/schema/decode.ts";
import { duplicateFields, parseJson } from "../../api/schema/json-text.ts";
import { readYaml, type YamlValue } from "./yaml.ts";

export interface AppliedYaml {
  readonly wanted: JsonObject;
  /** `line 1: key "a" already set in map`. */
  readonly strict: readonly string[];
}

/** Throws BadRequest. */
export function readAppliedYaml(body: string): AppliedYaml {
  const { value, doubled: strict } = plainJson(body) ?? yaml(body);
  if (value === null || value === undefined) return { wanted: {}, strict };
  if (typeof value === "object" && !Array.isArray(value)) return { wanted: value as JsonObject, strict };
  const kind = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
  throw badRequest(
    `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`,
  );
}

function yaml(body: string): YamlValue {
  try {
    return readYaml(body);
  } catch (error) {
    if (error instanceof DecodeError)
      throw badRequest(`error decoding YAML: error converting YAML to JSON: ${error.message}`);
    throw error;
  }
}

/** Most clients send JSON, which needs no YAML parser unless a key stands twice. */
function plainJson(body: string): YamlValue | undefined {
  if (!body.trimStart().startsWith("{")) return undefined;
  try {
    const value = parseJson(body);
    return duplicateFields(body).length ? undefined : { value, doubled: [] };
  } catch {
    return undefined;
  }
}
