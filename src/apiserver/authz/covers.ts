/** Whether rules allow all that others allow: the ground of RBAC's guard against escalation, and of bringing roles up to date. */

import type { PolicyRule } from "../../api/generated/rbac-v1.ts";
import type { Shared } from "../../api/object.ts";

type Rule = Shared<PolicyRule>;

const has = (set: readonly string[] | null | undefined, wanted: string): boolean => set?.includes(wanted) ?? false;
const hasAll = (set: readonly string[] | null | undefined, wanted: readonly string[] | null | undefined): boolean =>
  (wanted ?? []).every((one) => has(set, one));

/** The parts of `wanted`, each of one verb, resource and name, that no rule of `held` allows. */
export const uncovered = (held: readonly Rule[], wanted: readonly Rule[]): PolicyRule[] =>
  wanted.flatMap(brokenDown).filter((part) => !held.some((rule) => covers(rule, part)));

function brokenDown({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: Rule): PolicyRule[] {
  const parts: PolicyRule[] = [];
  for (const group of apiGroups ?? [])
    for (const resource of resources ?? [])
      for (const verb of verbs ?? []) {
        const part = { apiGroups: [group], resources: [resource], verbs: [verb] };
        if (resourceNames?.length) parts.push(...resourceNames.map((name) => ({ ...part, resourceNames: [name] })));
        else parts.push(part);
      }
  for (const url of nonResourceURLs ?? [])
    for (const verb of verbs ?? []) parts.push({ nonResourceURLs: [url], verbs: [verb] });
  return parts;
}

const coversResource = (held: Rule, wanted: string): boolean =>
  has(held.resources, "*") ||
  has(held.resources, wanted) ||
  (wanted.includes("/") && has(held.resources, `*/${wanted.slice(wanted.indexOf("/") + 1)}`));

const coversUrl = (held: string, wanted: string): boolean =>
  held === wanted || (held.endsWith("*") && wanted.startsWith(held.replace(/\*+$/, "")));

function covers(held: Rule, part: PolicyRule): boolean {
  return (
    (has(held.verbs, "*") || hasAll(held.verbs, part.verbs)) &&
    (has(held.apiGroups, "*") || hasAll(held.apiGroups, part.apiGroups)) &&
    (part.resources ?? []).every((resource) => coversResource(held, resource)) &&
    (part.nonResourceURLs ?? []).every((url) => held.nonResourceURLs?.some((mine) => coversUrl(mine, url))) &&
    (!held.resourceNames?.length ||
      (part.resourceNames?.length ? hasAll(held.resourceNames, part.resourceNames) : false))
  );
}
