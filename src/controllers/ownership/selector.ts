/** The label selector of an owner. */
import type { LabelSelector, Shared } from "../../api/object.ts";
import { matchesAll, type Selector, selectorOf } from "../../api/selectors.ts";

interface Selecting {
  readonly spec: { readonly selector?: Shared<LabelSelector> | null | undefined };
}

const known = new WeakMap<object, Selector>();

/** Undefined where there is none; read once for each. */
export function selectorIn({ spec: { selector } }: Selecting): Selector | undefined {
  if (!selector) return undefined;
  let requirements = known.get(selector);
  if (!requirements) {
    // it is only read
    requirements = selectorOf(selector as LabelSelector) ?? [];
    known.set(selector, requirements);
  }
  return requirements;
}

/** Whether the owner would take what has these labels; one that selects all takes nothing. */
export function selectsLabels(owner: Selecting, labels: Readonly<Record<string, string>> | undefined): boolean {
  const selector = selectorIn(owner);
  return selector !== undefined && selector.length > 0 && matchesAll(selector, labels);
}
