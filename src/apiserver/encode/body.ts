/** Reads the object that a request carries: JSON, YAML or protobuf, checked strictly where the client wants that. */
import { ApiError, badRequest } from "../../api/errors.ts";
import { type CustomForm, type GroupVersionKind, groupVersionOf } from "../../api/kind.ts";
import type { Draft } from "../../api/object.ts";
import { DecodeError, decode, type JsonObject } from "../../api/schema/decode.ts";
import { duplicateFields, inTextOrder, parseJson } from "../../api/schema/json-text.ts";
import type { StructType } from "../../api/schema/model.ts";
import { decodeProtobuf, type Envelope, openEnvelope } from "../../api/schema/protobuf.ts";
import type { FieldValidation } from "../context.ts";
import { checkCustomType } from "./custom-body.ts";
import { mediaTypes } from "./negotiate.ts";
import { type Reading, readingOf } from "./other-kind.ts";
import { doubledText, readYaml, type YamlValue } from "./yaml.ts";

const text = new TextDecoder();

export interface BodyOptions {
  readonly contentType: string | undefined;
  readonly fieldValidation: FieldValidation;
  readonly warnings: string[];
}

export function mediaTypeOf(contentType: string | undefined, known: readonly string[] = mediaTypes): string {
  const type = (contentType ?? "application/json").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (!known.includes(type)) throw unsupported(known);
  return type;
}

/** Custom resources have no form in protobuf. */
const customMediaTypes = mediaTypes.filter((type) => type !== "application/vnd.kubernetes.protobuf");

export const unsupported = (supported: readonly string[]): ApiError =>
  new ApiError(
    "UnsupportedMediaType",
    `the body of the request was in an unknown format - accepted media types include: ${supported.join(", ")}`,
  );

/** What is being read, for the texts of errors. */
export interface Target extends GroupVersionKind {
  readonly schema: StructType;
  /** Other versions that are taken too; they are of the same form. */
  readonly also?: readonly string[];
  /** Of kinds that definitions make. */
  readonly custom?: CustomForm;
}

/** The object of a body as `target`. Throws ApiError. */
export function readBody(bytes: Uint8Array, target: Target, options: BodyOptions): Draft {
  const mediaType = mediaTypeOf(options.contentType, target.custom ? customMediaTypes : mediaTypes);
  if (mediaType === "application/vnd.kubernetes.protobuf") return readProtobuf(bytes, target);
  const source = text.decode(bytes);
  const yaml = mediaType === "application/yaml" ? readYamlObject(source, target) : undefined;
  const json = yaml ? yaml.value : readJson(source, target);
  const strict: string[] = [];
  const wantsStrict = options.fieldValidation !== "Ignore";
  if (wantsStrict && yaml?.doubled.length)
    strict.push(...(options.fieldValidation === "Strict" ? [doubledText(yaml.doubled)] : yaml.doubled));
  else if (wantsStrict && !yaml) strict.push(...duplicateFields(source, json));
  if (target.custom) checkCustomType(json, source, target, (why) => unrecognized(target, why, source));
  const reading = target.custom ? { ...target, kind: (json as { kind: string }).kind } : typeOf(json, source, target);
  const doubled = strict.length;
  const object = readAs(reading, target, () => decode(reading.schema, json, wantsStrict ? strict : undefined));
  const mixed = doubled > 0 && strict.length > doubled && !yaml && !target.custom;
  tellStrict(mixed ? inTextOrder(strict, source) : strict, reading, target, options);
  refuseOther(reading, target);
  return object;
}

/** Turns plain JSON into the target's form. Throws BadRequest. */
export function asTarget(json: unknown, target: Target): Draft {
  const { kind } = (json ?? {}) as JsonObject;
  const reading = { ...target, ...(typeof kind === "string" && kind && { kind }) };
  return readAs(reading, target, () => decode(target.schema, json));
}

/** What is known, but is nothing that could become the target, is first read as what it is. Throws BadRequest. */
function readAs(reading: Reading, target: Target, read: () => JsonObject): Draft {
  try {
    const object = read() as Draft;
    if (reading.unconvertible) throw new DecodeError(reading.unconvertible);
    return object;
  } catch (error) {
    if (error instanceof DecodeError) throw cannotHandle(reading, target, error.message);
    throw error;
  }
}

/** Unknown and doubled fields refuse the request, or warn. */
function tellStrict(
  strict: readonly string[],
  reading: Reading,
  target: Target,
  { fieldValidation, warnings }: BodyOptions,
): void {
  if (!strict.length) return;
  if (fieldValidation === "Warn") for (const fault of strict) warnings.push(fault);
  if (fieldValidation === "Strict") throw cannotHandle(reading, target, `strict decoding error: ${strict.join(", ")}`);
}

function refuseOther({ otherVersion }: Reading, target: Target): void {
  if (otherVersion === undefined) return;
  throw badRequest(
    `the API version in the data (${otherVersion}) does not match the expected API version (${groupVersionOf(target)})`,
  );
}

const cannotHandle = ({ kind, version }: Pick<Reading, "kind" | "version">, target: Target, why: string): ApiError =>
  badRequest(`${kind} in version "${version}" cannot be handled as a ${target.kind}: ${why}`);

/** The body as upstream quotes it: text that looks like JSON, other bytes as hex, at most 30. */
function excerpt(source: string): string {
  if (source === "") return "<empty>";
  if (!source.startsWith("{")) return hexExcerpt(new TextEncoder().encode(source));
  return source.length > mostQuoted ? `${source.slice(0, mostQuoted)} ...` : source;
}

const mostQuoted = 30;

function hexExcerpt(bytes: Uint8Array): string {
  const hex = [...bytes.subarray(0, mostQuoted)].map((b) => b.toString(16).padStart(2, "0")).join("");
  return bytes.length > mostQuoted ? `${hex} ...` : hex;
}

const unrecognized = (target: GroupVersionKind, why: string, source: string): ApiError =>
  badRequest(`the object provided is unrecognized (must be of type ${target.kind}): ${why} (${excerpt(source)})`);

const noTypeText = "couldn't get version/kind; json parse error: ";
const typeStruct =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

function readJson(source: string, target: Target): unknown {
  let json: unknown;
  try {
    json = parseJson(source);
  } catch (error) {
    throw unrecognized(target, noTypeText + (error as Error).message, source);
  }
  return checkShape(json, source, target);
}

function checkShape(json: unknown, source: string, target: Target): unknown {
  if (json === null) return {};
  const kind = Array.isArray(json) ? "array" : typeof json === "boolean" ? "bool" : typeof json;
  if (kind !== "object")
    throw unrecognized(
      target,
      `${noTypeText}json: cannot unmarshal ${kind} into Go value of type ${typeStruct}`,
      source,
    );
  return json;
}

function readYamlObject(source: string, target: Target): YamlValue {
  try {
    const { value, doubled } = readYaml(source);
    return { value: checkShape(value, source, target), doubled };
  } catch (error) {
    if (error instanceof DecodeError) throw unrecognized(target, error.message, source);
    throw error;
  }
}

/** What the object calls itself; what it leaves out is taken from the path. Throws BadRequest. */
function typeOf(json: unknown, source: string, target: Target): Reading {
  const { apiVersion, kind } = json as JsonObject;
  for (const [field, value] of [
    ["apiVersion", apiVersion],
    ["kind", kind],
  ] as const) {
    if (value !== undefined && value !== null && typeof value !== "string") {
      const type = Array.isArray(value) ? "array" : typeof value === "boolean" ? "bool" : typeof value;
      throw unrecognized(
        target,
        `${noTypeText}json: cannot unmarshal ${type} into Go struct field .${field} of type string`,
        source,
      );
    }
  }
  const version = (apiVersion as string) || groupVersionOf(target);
  if (version.split("/").length > 2) throw unrecognized(target, `unexpected GroupVersion string: ${version}`, source);
  return named(version, (kind as string) || target.kind, target);
}

function named(apiVersion: string, kind: string, target: Target): Reading {
  try {
    return readingOf(apiVersion, kind, target);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw cannotHandle({ kind, version: apiVersion.split("/").at(-1) ?? "" }, target, error.message);
  }
}

function readProtobuf(bytes: Uint8Array, target: Target): Draft {
  const { apiVersion, kind, raw } = opened(bytes, target);
  const reading = named(apiVersion || groupVersionOf(target), kind || target.kind, target);
  const object = readAs(reading, target, () => decodeProtobuf(reading.schema, raw));
  refuseOther(reading, target);
  return object;
}

function opened(bytes: Uint8Array, target: Target): Envelope {
  try {
    return openEnvelope(bytes);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw badRequest(
      `the object provided is unrecognized (must be of type ${target.kind}): ${error.message} (${hexExcerpt(bytes)})`,
    );
  }
}
