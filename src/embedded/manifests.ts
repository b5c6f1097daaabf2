/** What is given to `apply`: YAML of one or more documents, objects, or several of either. */
import { parseAllDocuments } from "yaml";
import type { AnyObject } from "../client/client.ts";

export type Manifest = string | object | readonly (string | object)[];

const isObject = (value: unknown): value is AnyObject & { readonly items?: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The objects in their order, those of lists one by one. Throws Error for what is no object. */
export function objectsIn(manifest: Manifest): AnyObject[] {
  if (typeof manifest === "string") return documents(manifest).flatMap(unfolded);
  return Array.isArray(manifest) ? manifest.flatMap((one: string | object) => objectsIn(one)) : unfolded(manifest);
}

function documents(text: string): unknown[] {
  const parsed = parseAllDocuments(text, { version: "1.1", merge: true });
  const all = "empty" in parsed ? [] : parsed;
  return all.flatMap((document, i) => {
    const [fault] = document.errors;
    if (fault) throw new Error(`document ${i + 1} is no YAML: ${fault.message}`);
    const value: unknown = document.toJS();
    return value === null || value === undefined ? [] : [value];
  });
}

function unfolded(value: unknown): AnyObject[] {
  if (!isObject(value)) throw new Error(`an object was expected, not ${JSON.stringify(value)}`);
  if (value.kind?.endsWith("List") && Array.isArray(value.items)) return value.items.flatMap(unfolded);
  if (!value.kind || !value.apiVersion) throw new Error(`an object needs a kind and an apiVersion: ${shown(value)}`);
  return [value];
}

const longestShown = 120;
const shown = (value: object): string => {
  const text = JSON.stringify(value);
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
};
