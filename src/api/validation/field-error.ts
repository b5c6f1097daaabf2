/**
 * Faults of single fields and the paths to them, worded as apimachinery's `util/validation/field` does: clients compare
 * these texts.
 */
export type FieldErrorType =
  | "FieldValueNotFound"
  | "FieldValueRequired"
  | "FieldValueDuplicate"
  | "FieldValueInvalid"
  | "FieldValueNotSupported"
  | "FieldValueForbidden"
  | "FieldValueTooLong"
  | "FieldValueTooMany"
  | "InternalError"
  | "FieldValueTypeInvalid";

const words: Record<FieldErrorType, string> = {
  FieldValueNotFound: "Not found",
  FieldValueRequired: "Required value",
  FieldValueDuplicate: "Duplicate value",
  FieldValueInvalid: "Invalid value",
  FieldValueNotSupported: "Unsupported value",
  FieldValueForbidden: "Forbidden",
  FieldValueTooLong: "Too long",
  FieldValueTooMany: "Too many",
  InternalError: "Internal error",
  FieldValueTypeInvalid: "Invalid value",
};

export class FieldError {
  readonly type: FieldErrorType;
  readonly field: string;
  /** Type, value and detail, without the field. */
  readonly detailText: string;

  constructor(type: FieldErrorType, field: string, value: string | undefined, detail: string) {
    this.type = type;
    this.field = field;
    this.detailText = words[type] + (value === undefined ? "" : `: ${value}`) + (detail ? `: ${detail}` : "");
  }

  toString(): string {
    return `${this.field}: ${this.detailText}`;
  }
}

/** Where a fault lies: `spec.containers[0].ports[name]`. Its text is made only when it is asked for. */
export class Path {
  readonly #parent: Path | undefined;
  /** A field's name, or an index. */
  readonly #step: string | number;
  readonly #isKey: boolean;

  constructor(step: string | number = "", parent?: Path, isKey = false) {
    this.#step = step;
    this.#parent = parent;
    this.#isKey = isKey;
  }

  child(...names: readonly string[]): Path {
    let path: Path = this;
    for (const name of names) path = new Path(name, path);
    return path;
  }

  index(i: number): Path {
    return new Path(i, this);
  }

  key(key: string): Path {
    return new Path(key, this, true);
  }

  #text(): string {
    const before = this.#parent ? this.#parent.#text() : "";
    const step = this.#step;
    if (typeof step === "number" || this.#isKey) return `${before}[${step}]`;
    return before ? `${before}.${step}` : step;
  }

  toString(): string {
    return this.#text() || "<nil>";
  }

  required(detail = ""): FieldError {
    return new FieldError("FieldValueRequired", this.toString(), undefined, detail);
  }

  invalid(value: unknown, detail: string): FieldError {
    return new FieldError("FieldValueInvalid", this.toString(), show(value), detail);
  }

  typeInvalid(value: unknown, detail: string): FieldError {
    return new FieldError("FieldValueTypeInvalid", this.toString(), show(value), detail);
  }

  duplicate(value: unknown): FieldError {
    return new FieldError("FieldValueDuplicate", this.toString(), show(value), "");
  }

  forbidden(detail: string): FieldError {
    return new FieldError("FieldValueForbidden", this.toString(), undefined, detail);
  }

  notFound(value: unknown): FieldError {
    return new FieldError("FieldValueNotFound", this.toString(), show(value), "");
  }

  notSupported(value: unknown, valid: readonly string[]): FieldError {
    const listed = valid.map((v) => JSON.stringify(v)).join(", ");
    return new FieldError(
      "FieldValueNotSupported",
      this.toString(),
      show(value),
      valid.length ? `supported values: ${listed}` : "",
    );
  }

  /** `limit` in bytes; a negative one is not told. */
  tooLong(limit: number): FieldError {
    const unit = limit === 1 ? "byte" : "bytes";
    return new FieldError(
      "FieldValueTooLong",
      this.toString(),
      undefined,
      limit < 0 ? "value is too long" : `may not be more than ${limit} ${unit}`,
    );
  }

  tooMany(count: number, limit: number): FieldError {
    const unit = limit === 1 ? "item" : "items";
    return new FieldError("FieldValueTooMany", this.toString(), String(count), `must have at most ${limit} ${unit}`);
  }

  internal(why: string): FieldError {
    return new FieldError("InternalError", this.toString(), undefined, why);
  }
}

/** Values as upstream's texts show them: strings quoted, absent ones as null, composites as JSON. */
function show(value: unknown): string {
  if (value === undefined || value === null) return "null";
  if (typeof value === "bigint") return String(value);
  if (typeof value === "string") return quoted(value);
  return JSON.stringify(value).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
}

/** A string in Go's quotes (`%q`). */
export function quoted(text: string): string {
  const json = JSON.stringify(text);
  if (!/\\u00|\x7f/.test(json)) return json;
  const named: Record<string, string> = { "07": "\\a", "0b": "\\v" };
  return json
    .replace(/\\\\|\\u00([01][0-9a-f])/g, (all, code?: string) => (code ? (named[code] ?? `\\x${code}`) : all))
    .replaceAll("\x7f", "\\x7f");
}

/** Go prints the keys of maps sorted. */
export const sortedKeys = (map: object | undefined | null): string[] => (map ? Object.keys(map).sort() : []);
