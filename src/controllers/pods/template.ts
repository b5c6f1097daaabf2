/** Pod templates: which are equal, and the short hash that tells sets of different ones apart. */
import { nameLetters } from "../../base/random.ts";
import type { PodTemplateSpec } from "./pod-control.ts";

export const hashLabel = "pod-template-hash";

/** Equal but for the label of the hash; what is absent and what is empty are the same. */
export const sameTemplate = (a: PodTemplateSpec, b: PodTemplateSpec): boolean => canonical(a) === canonical(b);

/** FNV-1a of the template and of how often its hash met another's, in letters that are safe in names. */
export function templateHash(template: PodTemplateSpec, collisions: number | undefined): string {
  return safeHash(canonical(template) + (collisions === undefined ? "" : `\u0000${collisions}`));
}

/** A number of 32 bits in the letters of generated names. */
export const inNameLetters = (hash: number): string =>
  [...String(hash)].map((digit) => nameLetters[digit.charCodeAt(0) % nameLetters.length]).join("");

function safeHash(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return inNameLetters(hash);
}

const known = new WeakMap<object, string>();

function canonical(template: PodTemplateSpec): string {
  let text = known.get(template);
  if (text === undefined) {
    const { labels = {}, annotations = {}, ...metadata } = template.metadata ?? {};
    const { [hashLabel]: _, ...own } = labels;
    text = JSON.stringify(sorted({ ...template, metadata: { ...metadata, labels: own, annotations } }));
    known.set(template, text);
  }
  return text;
}

/** Fields in order, without those that hold nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => !isNothing(field));
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, field]) => [key, sorted(field)]));
}

/** An empty object is something: `emptyDir: {}` says what a volume is. */
const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0);
