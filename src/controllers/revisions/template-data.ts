/** Templates as ControllerRevisions keep them: a strategic merge patch that brings them back. */
import type { ControllerRevision } from "../../client/kinds.ts";
import type { PodTemplateSpec } from "../pods/pod-control.ts";
import { sameTemplate } from "../pods/template.ts";

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
