/**
 * Reads configuration files strictly: each field is declared with what it may be, whatever else stands there is a fault,
 * and every fault names its place (`jwt[0].issuer.url`). All faults are gathered, so that one look mends a file.
 */
import { DecodeError } from "../../api/schema/decode.ts";
import { type FieldError, Path } from "../../api/validation/field-error.ts";
import { durationMs } from "../../base/clock.ts";
import { doubledText, readYaml } from "../encode/yaml.ts";

/** Reads one value; undefined where nothing was given. What is wrong goes into `faults`, and the value that is returned counts no more. */
export type Reader<T> = (value: unknown, path: Path, faults: FieldError[]) => T;

/** A file is not as it should be. The message has a line for each fault. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(faults.join("\n"));
    this.faults = faults;
  }
}

/** A map of declared fields. */
export function struct<T extends object>(fields: { readonly [K in keyof T]-?: Reader<T[K]> }): Reader<T> {
  return (value, path, faults) => {
    const given = asMap(value, path, faults);
    const out: Record<string, unknown> = {};
    for (const [name, read] of Object.entries<Reader<unknown>>(fields)) {
      const one = read(given[name] ?? undefined, path.child(name), faults);
      if (one !== undefined) out[name] = one;
    }
    for (const name of Object.keys(given)) {
      if (!Object.hasOwn(fields, name))
        faults.push(path.child(name).forbidden(`unknown field; known: ${namesOf(fields)}`));
    }
    return out as T;
  };
}

const namesOf = (fields: object): string => Object.keys(fields).join(", ");

function asMap(value: unknown, path: Path, faults: FieldError[]): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
  faults.push(path.invalid(value, "must be a map"));
  return {};
}

export function optional<T>(read: Reader<T>): Reader<T | undefined> {
  return (value, path, faults) => (value === undefined ? undefined : read(value, path, faults));
}

export function withDefault<T>(read: Reader<T>, usual: T): Reader<T> {
  return (value, path, faults) => (value === undefined ? usual : read(value, path, faults));
}

export function list<T>(read: Reader<T>): Reader<readonly T[]> {
  return (value, path, faults) => {
    if (value === undefined) return [];
    if (Array.isArray(value)) return value.map((one, i) => read(one, path.index(i), faults));
    faults.push(path.invalid(value, "must be a list"));
    return [];
  };
}

function scalar<T>(type: "string" | "boolean" | "number", what: string, zero: T): Reader<T> {
  return (value, path, faults) => {
    if (value === undefined) return zero;
    if (typeof value === type) return value as T;
    faults.push(path.invalid(value, `must be ${what}`));
    return zero;
  };
}

export const text: Reader<string> = scalar("string", "a string", "");
export const flag: Reader<boolean> = scalar("boolean", "true or false", false);

export const requiredText: Reader<string> = (value, path, faults) => {
  const given = text(value, path, faults);
  if (!given && (value === undefined || value === "")) faults.push(path.required());
  return given;
};

export function oneOf<T extends string>(values: readonly T[]): Reader<T> {
  return (value, path, faults) => {
    const given = text(value, path, faults);
    if (!(values as readonly string[]).includes(given)) faults.push(path.notSupported(given, values));
    return given as T;
  };
}

/** A whole number of at least `least`. */
export function whole(least = 0): Reader<number> {
  return (value, path, faults) => {
    const given = scalar("number", "a number", Number.NaN)(value, path, faults);
    if (Number.isNaN(given)) return least;
    if (!Number.isInteger(given) || given < least)
      faults.push(path.invalid(given, `must be a whole number of at least ${least}`));
    return given;
  };
}

/** A duration as Go writes it (`1m30s`); read into milliseconds. */
export const duration: Reader<number> = (value, path, faults) => {
  const given = text(value, path, faults);
  const ms = durationMs(given);
  if (typeof value === "string" && (ms === undefined || ms < 0))
    faults.push(path.invalid(given, "must be a duration, such as 60s, 1m30s, 2h"));
  return ms ?? 0;
};

/** Reads plain data. Throws ConfigurationError. */
export function read<T>(value: unknown, reader: Reader<T>, check: (read: T) => readonly FieldError[] = () => []): T {
  const faults: FieldError[] = [];
  const result = reader(value, new Path(), faults);
  if (!faults.length) faults.push(...check(result));
  if (faults.length) throw new ConfigurationError(faults.map(String));
  return result;
}

/** The plain data of a YAML document. Throws ConfigurationError. */
export function parse(source: string): unknown {
  try {
    const { value, doubled } = readYaml(source);
    if (doubled.length) throw new ConfigurationError([doubledText(doubled)]);
    return value;
  } catch (error) {
    throw error instanceof DecodeError ? new ConfigurationError([error.message]) : error;
  }
}

/** What a document says it is. */
export const typeOf = (document: unknown): { readonly apiVersion: string; readonly kind: string } => {
  const { apiVersion, kind } = (document ?? {}) as { apiVersion?: unknown; kind?: unknown };
  return { apiVersion: String(apiVersion ?? ""), kind: String(kind ?? "") };
};

/** Holds a document to be of one of these versions of a kind. Throws ConfigurationError. */
export function expectType(document: unknown, kind: string, versions: readonly string[]): void {
  const given = typeOf(document);
  if (given.kind === kind && versions.includes(given.apiVersion)) return;
  throw new ConfigurationError([`it must have kind: ${kind} and apiVersion: ${versions.join(" or ")}`]);
}
