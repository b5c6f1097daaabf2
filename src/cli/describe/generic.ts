/** The description of any object: its fields as they are, under names made readable. */

import { isMap } from "../../api/object.ts";
import { byBytes } from "../../base/go-json.ts";
import { goPrint } from "../output/custom-columns.ts";
import type { Describer } from "./describer.ts";
import { describeEvents } from "./events.ts";
import type { Page } from "./page.ts";

const hidden = new Set([
  ".metadata.managedFields",
  ".metadata.name",
  ".metadata.namespace",
  ".metadata.labels",
  ".metadata.annotations",
]);

export const describeAnything: Describer = async (page, object, around) => {
  page.field("Name", object.metadata.name);
  page.field("Namespace", object.metadata.namespace ?? "");
  page.labels("Labels", object.metadata.labels);
  page.annotations("Annotations", object.metadata.annotations);
  fields(page, 0, object, "");
  await describeEvents(page, object, around);
};

function fields(page: Page, level: number, map: Readonly<Record<string, unknown>>, prefix: string): void {
  for (const key of Object.keys(map).sort(byBytes)) {
    const path = `${prefix}.${key}`;
    const value = map[key];
    if (hidden.has(path)) continue;
    if (isMap(value)) {
      page.line(level, `${readable(key)}:`);
      fields(page, level + 1, value, path);
    } else if (Array.isArray(value)) {
      page.line(level, `${readable(key)}:`);
      for (const item of value) {
        if (isMap(item)) fields(page, level + 1, item, path);
        else page.line(level + 1, goPrint(item));
      }
    } else page.field(readable(key), goPrint(value), level);
  }
}

const acronyms = ["API", "URL", "UID", "GUID"];

/** `lastTransitionTime` is `Last Transition Time`. */
export function readable(field: string): string {
  if (!/^[\p{L}-]+$/u.test(field)) return field;
  const words = field.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|-/gu) ?? [field];
  return pluralsJoined(words)
    .map((word) => {
      const upper = word.toUpperCase();
      if (acronyms.includes(upper)) return upper;
      return word === word.toLowerCase() ? word.charAt(0).toUpperCase() + word.slice(1) : word;
    })
    .join(" ");
}

/** `UR` and `Ls` are the two ends of `URLs`. */
function pluralsJoined(words: readonly string[]): readonly string[] {
  const out: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const [word, next] = [words[i] as string, words[i + 1]];
    const joins = next !== undefined && /^\p{Lu}{2,}$/u.test(word) && /^\p{Lu}/u.test(next);
    out.push(joins ? word + next : word);
    if (joins) i++;
  }
  return out;
}
