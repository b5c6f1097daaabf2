/** What `explain` prints, from a group's OpenAPI document. */

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly "x-kubernetes-group-version-kind"?: readonly {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  }[];
}
export interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}
export interface Explained {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

const width = 76;

/** The text before a missing field is found, and whether it was. */
export function explain(
  document: Document,
  about: Explained,
  path: readonly string[],
  recursive: boolean,
): { readonly text: string; readonly found: boolean } {
  const { group, version, kind } = about;
  const head = `${group ? `GROUP:      ${group}\n` : ""}KIND:       ${kind}\nVERSION:    ${version}\n\n`;
  const root = Object.values(document.components.schemas).find((schema) =>
    schema["x-kubernetes-group-version-kind"]?.some(
      (one) => one.kind === kind && one.version === version && one.group === group,
    ),
  );
  const body = root && new Explainer(document, recursive).output(root, path);
  return body ? { text: `${head}${body}\n`, found: true } : { text: head, found: false };
}

const mapOf = ({ additionalProperties }: Schema): Schema | undefined =>
  typeof additionalProperties === "object" ? additionalProperties : undefined;

class Explainer {
  readonly #document: Document;
  readonly #recursive: boolean;

  constructor(document: Document, recursive: boolean) {
    this.#document = document;
    this.#recursive = recursive;
  }

  #resolve(schema: Schema): Schema {
    const found = schema.$ref && this.#document.components.schemas[schema.$ref.split("/").at(-1) ?? ""];
    return found || schema;
  }

  output(schema: Schema, path: readonly string[], seen: ReadonlySet<string> = new Set()): string {
    const resolved = this.#resolve(schema);
    const [first, ...rest] = path;
    if (first === undefined) {
      const fields = this.#fields(resolved, 1, new Set());
      const description = this.#description(resolved) || "<empty>";
      return `DESCRIPTION:\n${indented(wrapped(description, width), 4)}\n${fields && `FIELDS:\n${fields}`}`;
    }
    if (schema.$ref && seen.has(schema.$ref)) return "";
    const next = schema.$ref ? new Set([...seen, schema.$ref]) : seen;
    const property = resolved.properties?.[first];
    if (property) {
      const title = rest.length ? "" : `FIELD: ${first} <${this.#type(property)}>\n${enumText(property, true, 0)}\n\n`;
      return title + this.output(property, rest);
    }
    const inner = resolved.items ?? mapOf(resolved);
    if (inner) return this.output(inner, path, next);
    for (const other of resolved.allOf ?? []) {
      const text = this.output(other, path, next);
      if (text) return text;
    }
    return "";
  }

  #description(schema: Schema): string {
    const { description, allOf, items, ...rest } = this.#resolve(schema);
    const inner = mapOf(rest);
    const parts = [...(allOf ?? []), ...(items ? [items] : []), ...(inner ? [inner] : [])].map((one) =>
      this.#description(one),
    );
    return (description ? `${description}\n` : "") + parts.join("");
  }

  #fields(schema: Schema, level: number, seen: ReadonlySet<string>): string {
    if (schema.$ref && seen.has(schema.$ref)) return "";
    const next = schema.$ref ? new Set([...seen, schema.$ref]) : seen;
    const resolved = this.#resolve(schema);
    const own = Object.entries(resolved.properties ?? {})
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([name, field]) =>
          this.#field(name, field, resolved, level) + (this.#recursive ? this.#fields(field, level + 1, next) : ""),
      );
    const inner = mapOf(resolved);
    const others = [...(resolved.allOf ?? []), ...(resolved.items ? [resolved.items] : []), ...(inner ? [inner] : [])];
    return own.join("") + others.map((one) => this.#fields(one, level, next)).join("");
  }

  #field(name: string, field: Schema, parent: Schema, level: number): string {
    const margin = level * 2;
    const needed = parent.required?.includes(name) ? " -required-" : "";
    const line = `${" ".repeat(margin)}${name}\t<${this.#type(field)}>${needed}${enumText(field, false, margin)}\n`;
    if (this.#recursive) return line;
    return `${line}${indented(wrapped(field.description ?? "<no description>", 78 - margin), margin + 2)}\n\n`;
  }

  #type(schema: Schema): string {
    if (schema.items) return `[]${this.#type(schema.items)}`;
    const inner = mapOf(schema);
    if (inner) return `map[string]${this.#type(inner)}`;
    const [only] = schema.allOf ?? [];
    if (only && schema.allOf?.length === 1 && !schema.properties) return this.#type(only);
    if (schema.$ref) {
      const resolved = this.#resolve(schema);
      if (resolved !== schema && resolved.type && resolved.type !== "object") return resolved.type;
      return schema.$ref.split("/").at(-1)?.split(".").at(-1) ?? "Object";
    }
    return !schema.type || schema.type === "object" ? "Object" : schema.type;
  }
}

function enumText({ enum: values }: Schema, long: boolean, margin: number): string {
  if (!values?.length) return "";
  const shown = values.map((value) => (value === "" ? '""' : String(value)));
  if (long) return `ENUM:${shown.map((value) => `\n    ${value}`).join("")}`;
  return `\n${" ".repeat(margin)}enum: ${shown.slice(0, 4).join(", ")}${shown.length > 4 ? ", ...." : ""}`;
}

/** Lines of at most so many letters; lines of the text itself are kept. */
function wrapped(text: string, columns: number): string {
  return text
    .split("\n")
    .map((line) => {
      const lines: string[] = [];
      let current = "";
      for (const word of line.split(" ")) {
        if (current && current.length + 1 + word.length > columns) {
          lines.push(current);
          current = word;
        } else current = current ? `${current} ${word}` : word;
      }
      return [...lines, current].join("\n");
    })
    .join("\n");
}

const indented = (text: string, by: number): string =>
  text
    .split("\n")
    .map((line) => " ".repeat(by) + line)
    .join("\n");
