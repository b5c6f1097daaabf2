/**
 * Turns JSON from outside into an object of the API, as Go's typed decoding would read and write it again: unknown fields
 * are dropped (and told of, if asked), zero values that Go omits are left out, those it writes are put in, quantities and
 * times take their canonical form. The result is new and shares nothing with the input.
 *
 * Errors are DecodeError, with the text of Go's JSON decoder: `json: cannot unmarshal string into Go struct field
 * DeploymentSpec.spec.replicas of type int32`.
 */
import { rfc3339, rfc3339Micro } from "../../base/clock.ts";
import { formatQuantity, parseQuantity } from "../quantity.ts";
import { alternativeOf } from "./alternatives.ts";
import type { Field, Scalar, StructType, Type } from "./model.ts";

export class DecodeError extends Error {
  override readonly name = "DecodeError";
}

export type JsonObject = { [key: string]: unknown };

interface Place {
  readonly parent: Place | undefined;
  /** A field's name or a map's key, or an index. */
  readonly step: string | number;
  readonly isKey?: true;
}

interface Context {
  /** Gathers the paths of unknown fields, where given. */
  readonly unknown: string[] | undefined;
}

/** Reads `json` as `type`. `unknown`, if given, receives `unknown field "spec.foo"` for each field that was dropped. */
export function decode(type: StructType, json: unknown, unknown?: string[]): JsonObject {
  if (type.read) return type.read((json ?? {}) as JsonObject, unknown);
  return decodeStruct(type, json, undefined, type.name, { unknown });
}

/** Where a value lies, without the indexes of lists and the keys of maps: the form of Go's type errors. */
function dotted(place: Place | undefined): string {
  const steps: string[] = [];
  for (let p = place; p; p = p.parent) if (typeof p.step === "string" && !p.isKey) steps.unshift(p.step);
  return steps.flatMap((step, i) => [...embeddedAt(steps[i - 1] ?? "", step), step]).join(".");
}

/** Structs that Go embeds in others, which its errors name though JSON does not: under which field, and which are its own. */
const embedded: readonly { readonly under: RegExp; readonly own: RegExp; readonly name: string }[] = [
  { under: /^(liveness|readiness|startup)Probe$/, own: /^(exec|grpc|httpGet|tcpSocket)$/, name: "ProbeHandler" },
  { under: /^volumes$/, own: /^(?!name$)/, name: "VolumeSource" },
  { under: /^ephemeralContainers$/, own: /^(?!targetContainerName$)/, name: "EphemeralContainerCommon" },
];
const embeddedAt = (parent: string, step: string): string[] =>
  embedded.filter(({ under, own }) => under.test(parent) && own.test(step)).map(({ name }) => name);

/** Where a value lies, with indexes: the form of strict decoding. */
function indexed(place: Place | undefined): string {
  let text = "";
  for (let p = place; p; p = p.parent) {
    const rest = text && !text.startsWith("[") ? `.${text}` : text;
    text = typeof p.step === "number" ? `[${p.step}]${rest}` : p.step + rest;
  }
  return text;
}

const jsonKind = (value: unknown): string =>
  Array.isArray(value)
    ? "array"
    : typeof value === "boolean"
      ? "bool"
      : typeof value === "object"
        ? "object"
        : typeof value;

function mismatch(value: unknown, goType: string, place: Place | undefined, owner: string): DecodeError {
  const what = typeof value === "number" && /^u?int/.test(goType) ? `number ${value}` : jsonKind(value);
  const where = place ? `struct field ${owner}.${dotted(place)}` : "value";
  return new DecodeError(`json: cannot unmarshal ${what} into Go ${where} of type ${goType}`);
}

/** The name by which Go's errors call a type. */
export function goType(type: Type): string {
  switch (type.kind) {
    case "scalar":
      return {
        bool: "bool",
        string: "string",
        int32: "int32",
        int64: "int64",
        double: "float64",
        bytes: "[]uint8",
        Time: "v1.Time",
        MicroTime: "v1.MicroTime",
        Quantity: "resource.Quantity",
        IntOrString: "intstr.IntOrString",
      }[type.of]; // prettier-ignore
    case "list":
      // a type of its own in Go
      if (type.of.kind === "struct" && type.of.name === "ValidationRule") return `${goType(type.of)}s`;
      return `[]${goType(type.of)}`;
    case "map":
      return type.of.kind === "scalar" && type.of.of === "Quantity"
        ? "v1.ResourceList"
        : `map[string]${goType(type.of)}`;
    case "struct":
      return `${type.groupVersion.split("/")[1] ?? ""}.${type.name}`;
    case "any":
      return "map[string]interface {}";
  }
}

function decodeStruct(
  type: StructType,
  json: unknown,
  place: Place | undefined,
  owner: string,
  context: Context,
): JsonObject {
  if (json === null || json === undefined) json = {};
  if (typeof json !== "object" || Array.isArray(json)) throw mismatch(json, goType(type), place, owner);
  const out: JsonObject = {};
  const given = json as JsonObject;
  for (const key in given) {
    const field = type.byName.get(key);
    if (field) {
      const value = decodeField(field, given[key], { parent: place, step: key }, type.name, context);
      if (value !== undefined) out[key] = value;
    } else if (type.typed && (key === "kind" || key === "apiVersion")) {
      const value = given[key];
      if (typeof value === "string") {
        if (value) out[key] = value;
      } else if (value !== null) throw mismatch(value, "string", { parent: place, step: key }, type.name);
    } else if (type.preserveUnknown) out[key] = structuredCopy(given[key]);
    else context.unknown?.push(`unknown field "${indexed({ parent: place, step: key })}"`);
  }
  for (const field of type.defaulted) if (!(field.name in out)) out[field.name] = structuredCopy(field.default);
  for (const field of type.always) if (!(field.name in out)) out[field.name] = zero(field);
  return out;
}

/** An object of the type in which nothing is set, and nothing is by default. */
export function emptyOf(type: StructType): JsonObject {
  const out: JsonObject = {};
  for (const field of type.always)
    out[field.name] = !field.pointer && field.type.kind === "struct" ? emptyOf(field.type) : zero(field);
  return out;
}

/** What Go writes for a field that was not given. */
export function zero(field: Field): unknown {
  if (field.pointer) return null;
  return zeroOf(field.type);
}

/** Bytes under a key are there, if none. */
export const zeroInMap = (type: Type): unknown => (type.kind === "scalar" && type.of === "bytes" ? "" : zeroOf(type));

function zeroOf(type: Type): unknown {
  if (type.kind === "struct") {
    const out: JsonObject = {};
    for (const field of type.defaulted) out[field.name] = structuredCopy(field.default);
    for (const field of type.always) if (!(field.name in out)) out[field.name] = zero(field);
    return out;
  }
  if (type.kind !== "scalar") return null;
  switch (type.of) {
    case "string":
      return "";
    case "bool":
      return false;
    case "Time":
    case "MicroTime":
    case "bytes":
      return null;
    case "Quantity":
      return "0";
    default:
      return 0;
  }
}

function decodeField(field: Field, json: unknown, place: Place, owner: string, context: Context): unknown {
  if (json === null || json === undefined) return undefined;
  const value = decodeType(field.type, json, place, owner, context);
  if (field.pointer || field.keepEmpty) return value;
  if (field.always) return hasNothing(field.type, value) ? null : value; // as upstream's storage keeps it
  return isZero(field.type, value) ? undefined : value;
}

function isZero(type: Type, value: unknown): boolean {
  if (type.kind !== "scalar") return hasNothing(type, value);
  return value === "" || value === false || (value === 0 && type.of !== "IntOrString");
}

/** An empty list or map. */
function hasNothing(type: Type, value: unknown): boolean {
  if (type.kind === "list") return (value as unknown[]).length === 0;
  if (type.kind !== "map") return false;
  for (const _ in value as object) return false;
  return true;
}

function decodeType(type: Type, json: unknown, place: Place, owner: string, context: Context): unknown {
  switch (type.kind) {
    case "scalar":
      return decodeScalar(type.of, json, place, owner);
    case "struct": {
      const chosen = alternativeOf(type, json);
      return chosen ? decodeType(chosen, json, place, owner, context) : decodeStruct(type, json, place, owner, context);
    }
    case "any":
      return structuredCopy(json);
    case "list": {
      if (!Array.isArray(json)) throw mismatch(json, goType(type), place, owner);
      return json.map((item, i) =>
        item === null ? zeroOf(type.of) : decodeType(type.of, item, { parent: place, step: i }, owner, context),
      );
    }
    case "map": {
      if (typeof json !== "object" || json === null || Array.isArray(json))
        throw mismatch(json, goType(type), place, owner);
      const out: JsonObject = {};
      for (const key in json as JsonObject) {
        const item = (json as JsonObject)[key];
        if (item === undefined) continue;
        const value =
          item === null
            ? zeroInMap(type.of)
            : decodeType(type.of, item, { parent: place, step: key, isKey: true }, owner, context);
        setKey(out, key, value);
      }
      return out;
    }
  }
}

/** Sets a key that somebody else chose, `__proto__` too. */
export function setKey(map: JsonObject, key: string, value: unknown): void {
  if (key === "__proto__")
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  else map[key] = value;
}

/** A deep copy of plain JSON, without what is undefined. */
export function structuredCopy<T>(json: T): T {
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return json.map(structuredCopy) as T;
  const out: JsonObject = {};
  for (const key in json) {
    const value = (json as JsonObject)[key];
    if (value !== undefined) setKey(out, key, structuredCopy(value));
  }
  return out as T;
}

function decodeScalar(of: Scalar, json: unknown, place: Place, owner: string): unknown {
  const wrong = (): DecodeError => mismatch(json, goType({ kind: "scalar", of }), place, owner);
  switch (of) {
    case "string":
      if (typeof json !== "string") throw wrong();
      return json;
    case "bool":
      if (typeof json !== "boolean") throw wrong();
      return json;
    case "int32":
      if (typeof json !== "number" || (json | 0) !== json) throw wrong();
      return json;
    case "int64":
      if (typeof json !== "number" || !Number.isInteger(json) || Math.abs(json) >= 2 ** 63) throw wrong();
      return json;
    case "double":
      if (typeof json !== "number") throw wrong();
      return json;
    case "bytes":
      if (typeof json !== "string") throw wrong();
      return canonicalBase64(json);
    case "Time":
    case "MicroTime":
      if (typeof json !== "string") throw mismatch(json, "string", place, owner);
      return canonicalTime(json, of);
    case "Quantity": {
      if (typeof json !== "string" && typeof json !== "number")
        throw new DecodeError(quantityText(JSON.stringify(json)));
      const text = typeof json === "string" ? json.trim() : String(json);
      const quantity = parseQuantity(text);
      if ("error" in quantity) throw new DecodeError(quantity.error);
      return formatQuantity(quantity);
    }
    case "IntOrString":
      if (typeof json === "string") return json;
      if (typeof json === "number" && (json | 0) === json) return json;
      throw mismatch(json, "int32", place, owner);
  }
}

function quantityText(json: string): string {
  const parsed = parseQuantity(json);
  return "error" in parsed ? parsed.error : json;
}

/** Base64 as it is kept. Throws DecodeError. */
export function canonicalBase64(text: string): string {
  const bare = text.replace(/[\r\n]/g, "");
  const at = bare.search(/[^A-Za-z0-9+/]/);
  const padding = /^={0,2}$/;
  if (at >= 0 && !(padding.test(bare.slice(at)) && bare.length % 4 === 0))
    throw new DecodeError(`illegal base64 data at input byte ${at}`);
  if (bare.length % 4 !== 0)
    throw new DecodeError(`illegal base64 data at input byte ${bare.length - (bare.length % 4)}`);
  return bare;
}

const rfcTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function canonicalTime(text: string, of: "Time" | "MicroTime"): string | null {
  if (text === "" && of === "Time") return null;
  const layout = of === "Time" ? "2006-01-02T15:04:05Z07:00" : "2006-01-02T15:04:05.000000Z07:00";
  const ms = rfcTime.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new DecodeError(`parsing time "${text}" as "${layout}": ${timeFault(text)}`);
  if (of === "Time") return rfc3339(Math.floor(ms / 1000) * 1000);
  const rest = /^.{19}(?!\.\d{6}(?!\d))(.*)$/.exec(text)?.[1];
  if (rest !== undefined)
    throw new DecodeError(`parsing time "${text}" as "${layout}": cannot parse "${rest}" as ".000000"`);
  const micros = /\.(\d+)/.exec(text)?.[1]?.padEnd(6, "0").slice(0, 6) ?? "000000";
  return rfc3339Micro(ms).replace(/\.\d+Z$/, `.${micros}Z`);
}

/** Go names the part of the layout that did not fit. */
function timeFault(text: string): string {
  const parts: [RegExp, string][] = [
    [/^\d{4}/, "2006"],
    [/^-/, "-"],
    [/^\d\d/, "01"],
    [/^-/, "-"],
    [/^\d\d/, "02"],
    [/^T/, "T"],
    [/^\d\d/, "15"],
    [/^:/, ":"],
    [/^\d\d/, "04"],
    [/^:/, ":"],
    [/^\d\d(\.\d+)?/, "05"],
    [/^(Z|[+-]\d\d:\d\d)/, "Z07:00"],
  ]; // prettier-ignore
  let rest = text;
  for (const [pattern, name] of parts) {
    const found = pattern.exec(rest);
    if (!found) return `cannot parse "${rest}" as "${name}"`;
    rest = rest.slice(found[0].length);
  }
  return rest ? `extra text: "${rest}"` : "out of range";
}
