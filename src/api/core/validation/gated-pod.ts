/** A pod that waits at a gate may still be told more precisely where to run, never less. */
import type { NodeAffinity, NodeSelectorRequirement, NodeSelectorTerm, PodSpec } from "../../generated/core-v1.ts";
import { deepEqual } from "../../object.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { internalNodeSelectorTerm } from "./internal-form.ts";

const required = "requiredDuringSchedulingIgnoredDuringExecution";
const path = new Path("spec");

/** Looks at what such a pod may change; gives the spec with that put back. */
export function withoutGatedChanges(errors: FieldError[], spec: PodSpec, old: PodSpec): PodSpec {
  const rest = { ...spec };
  const before = old.nodeSelector ?? {};
  if (!deepEqual(spec.nodeSelector, old.nodeSelector)) {
    if (Object.keys(before).some((key) => spec.nodeSelector?.[key] !== before[key])) {
      const why = "only additions to spec.nodeSelector are allowed (no mutations or deletions)";
      errors.push(path.child("nodeSelector").invalid(spec.nodeSelector ?? null, why));
    }
    rest.nodeSelector = old.nodeSelector;
  }
  const [next, last] = [spec.affinity?.nodeAffinity, old.affinity?.nodeAffinity];
  if (deepEqual(next, last)) return rest;
  checkNodeAffinity(errors, next, last);
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {};
  const nothingElse = !old.affinity && !podAffinity && !podAntiAffinity;
  rest.affinity = nothingElse ? undefined : { ...spec.affinity, nodeAffinity: last };
  return rest;
}

function checkNodeAffinity(errors: FieldError[], next: NodeAffinity | undefined, old: NodeAffinity | undefined): void {
  const oldTerms = old?.[required]?.nodeSelectorTerms ?? [];
  const terms = next?.[required]?.nodeSelectorTerms ?? [];
  const at = path.child("affinity", "nodeAffinity", required, "nodeSelectorTerms");
  if (oldTerms.length && oldTerms.length !== terms.length) {
    const shown = terms.length ? terms.map(internalNodeSelectorTerm) : null;
    errors.push(at.invalid(shown, "no additions/deletions to non-empty NodeSelectorTerms list are allowed"));
    return;
  }
  for (const [i, oldTerm] of oldTerms.entries()) {
    const term = terms[i];
    if (term && !onlyAdds(term, oldTerm)) {
      const why = "only additions are allowed (no mutations or deletions)";
      errors.push(at.index(i).invalid(internalNodeSelectorTerm(term), why));
    }
  }
}

/** An empty term selects nothing: to add to it would select more. */
function onlyAdds(term: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const begins = (
    list: readonly NodeSelectorRequirement[] = [],
    first: readonly NodeSelectorRequirement[] = [],
  ): boolean => deepEqual(list.slice(0, first.length), first);
  if (!old.matchExpressions?.length && !old.matchFields?.length)
    return !term.matchExpressions?.length && !term.matchFields?.length;
  return begins(term.matchExpressions, old.matchExpressions) && begins(term.matchFields, old.matchFields);
}
