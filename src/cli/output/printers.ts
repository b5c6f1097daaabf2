/** Objects in the forms that `-o` names. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { JsonPath, JsonPathError, relaxed } from "../../api/jsonpath/jsonpath.ts";
import type { KubeObject } from "../../api/object.ts";
import { goJson } from "../../base/go-json.ts";
import { VerbError } from "../verbs/failures.ts";
import { printCustomColumns } from "./custom-columns.ts";
import { toYaml } from "./yaml.ts";

/** An object or a `List` of them, as text. */
export type ObjectPrinter = (object: KubeObject) => string;

export interface PrinterOptions {
  /** `deployment.apps/web`, of an object. */
  readonly nameOf: (object: KubeObject) => string;
  readonly showManagedFields: boolean;
  readonly noHeaders: boolean;
  readonly cwd: string;
  /** What was done, for `-o name`; empty for reading. */
  readonly allowed?: readonly string[];
}

const forms = "custom-columns,custom-columns-file,json,jsonpath,jsonpath-as-json,jsonpath-file,name,wide,yaml";

/** The printer of a form. Throws VerbError for a form that there is not. */
export function objectPrinter(output: string, options: PrinterOptions): ObjectPrinter {
  const [form = "", ...rest] = output.split("=");
  const argument = rest.join("=");
  const file = (): string => readFileSync(path.resolve(options.cwd, argument), "utf8");
  const tidy = (object: KubeObject): KubeObject => (options.showManagedFields ? object : withoutManagedFields(object));
  switch (form) {
    case "json":
      return (object) => `${goJson(tidy(object), 4)}\n`;
    case "yaml":
      return separated((object) => toYaml(tidy(object)));
    case "name":
      return (object) =>
        itemsOf(object)
          .map((item) => `${options.nameOf(item)}\n`)
          .join("");
    case "jsonpath":
    case "jsonpath-file": {
      const path = template(form === "jsonpath" ? argument : file(), output);
      return (object) => path.print(tidy(object));
    }
    case "jsonpath-as-json": {
      const path = template(argument, output);
      return (object) => `${goJson(path.find(tidy(object)), 4)}\n`;
    }
    case "custom-columns":
    case "custom-columns-file": {
      const spec = form === "custom-columns" ? argument : specOf(file());
      return printCustomColumns(spec, options.noHeaders, itemsOf);
    }
    default:
      throw new VerbError(
        `unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: ${forms}`,
      );
  }
}

/** A file of two lines, headers and paths, as `custom-columns` has them. */
function specOf(text: string): string {
  const [headers = "", paths = ""] = text.trim().split("\n");
  const of = (line: string): string[] => line.trim().split(/\s+/);
  return of(headers)
    .map((header, i) => `${header}:${of(paths)[i] ?? ""}`)
    .join(",");
}

/** YAML documents that follow one another stand apart. */
function separated(print: ObjectPrinter): ObjectPrinter {
  let printed = false;
  return (object) => {
    const text = (printed ? "---\n" : "") + print(object);
    printed = true;
    return text;
  };
}

function template(text: string, output: string): JsonPath {
  if (!text) throw new VerbError(`template format specified but no template given`);
  try {
    return new JsonPath(text.includes("{") ? text : relaxed(text));
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    throw new VerbError(`error parsing jsonpath ${output.replace(/^[^=]*=/, "")}, ${error.message}`);
  }
}

const isList = (object: KubeObject): object is KubeObject & { readonly items: readonly KubeObject[] } =>
  Array.isArray(object.items) && (object.kind ?? "").endsWith("List");

export const itemsOf = (object: KubeObject): readonly KubeObject[] => (isList(object) ? object.items : [object]);

function withoutManagedFields(object: KubeObject): KubeObject {
  if (isList(object)) return { ...object, items: object.items.map(withoutManagedFields) };
  if (!object.metadata?.managedFields) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** Many objects as one. */
export const listOf = (items: readonly KubeObject[]): KubeObject =>
  ({ apiVersion: "v1", items, kind: "List", metadata: { resourceVersion: "" } }) as unknown as KubeObject;
