/** Templates as ControllerRevisions keep them: a strategic merge patch that brings them back. */
import type { ControllerRevision } from "../../client/kinds.ts";
import type { PodTemplateSpec } from "../pods/pod-control.ts";
import { inNameLetters, sameTemplate } from "../pods/template.ts";

export const templateData = (template: PodTemplateSpec): object => ({
  spec: { template: { ...template, $patch: "replace" } },
});

const known = new WeakMap<object, PodTemplateSpec>();

/** The template that a revision keeps; undefined if it keeps something else. */
export function templateIn({ data }: ControllerRevision): PodTemplateSpec | undefined {
  const kept = (data as { spec?: { template?: PodTemplateSpec & { $patch?: string } } } | undefined)?.spec?.template;
  if (!kept) return undefined;
  let template = known.get(kept);
  if (!template) {
    const { $patch: _, ...rest } = kept;
    template = rest;
    known.set(kept, template);
  }
  return template;
}

export function keepsTemplate(revision: ControllerRevision, template: PodTemplateSpec): boolean {
  const kept = templateIn(revision);
  return kept !== undefined && sameTemplate(kept, template);
}

/** FNV-1 of the data as upstream writes it, and of how often the hash met another's: the same names as there. */
export function dataHash(data: unknown, collisions: number): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(jsonOf(data) + String(collisions))) {
    hash = (Math.imul(hash, 0x01000193) ^ byte) >>> 0;
  }
  return inNameLetters(hash);
}

const escapes: Readonly<Record<string, string>> = {
  "<": "\\u003c",
  ">": "\\u003e",
  "&": "\\u0026",
  "\u2028": "\\u2028",
  "\u2029": "\\u2029",
};

/** JSON with sorted keys, as Go's `encoding/json` writes maps. */
function jsonOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    fields.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${fields.map(([key, field]) => `${jsonOf(key)}:${jsonOf(field)}`).join(",")}}`;
  }
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (c) => escapes[c] ?? c);
}
