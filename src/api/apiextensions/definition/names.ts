/** What a definition calls its kind, and whether a protected group has approved of it. */

import type { CustomResourceDefinitionNames } from "../../generated/apiextensions-v1.ts";
import type { Shared } from "../../object.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { isDns1035Label } from "../../validation/names.ts";
import type { Definition } from "./versions.ts";

export type Names = Shared<CustomResourceDefinitionNames>;

/** Names need not be there; those that are must fit. */
export function namesErrors(names: Names, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  const check = (name: string | undefined, at: Path, mixedCase = false): void => {
    const faults = name ? isDns1035Label(mixedCase ? name.toLowerCase() : name) : [];
    const prefix = mixedCase ? "may have mixed case, but should otherwise match: " : "";
    if (faults.length) errors.push(at.invalid(name, prefix + faults.join(",")));
  };
  check(names.plural, path.child("plural"));
  check(names.singular, path.child("singular"));
  check(names.kind, path.child("kind"), true);
  check(names.listKind, path.child("listKind"), true);
  for (const [i, name] of (names.shortNames ?? []).entries()) check(name, path.child("shortNames").index(i));
  if (names.kind && names.kind === names.listKind)
    errors.push(path.child("listKind").invalid(names.listKind, "kind and listKind may not be the same"));
  for (const [i, name] of (names.categories ?? []).entries()) check(name, path.child("categories").index(i));
  return errors;
}

export const requiredNames = (names: Names, path: Path): FieldError[] =>
  (["plural", "singular", "kind", "listKind"] as const)
    .filter((name) => !names[name])
    .map((name) => path.child(name).required());

const annotation = "api-approved.kubernetes.io";
const proposal = "see https://github.com/kubernetes/enhancements/pull/1111";

export interface Approval {
  readonly state: "approved" | "bypassed" | "missing" | "invalid";
  readonly message: string;
}

/** Groups of the Kubernetes community, which want to be asked (KEP-1111). */
export const isProtectedGroup = (group: string): boolean => /(^|\.)(k8s|kubernetes)\.io$/.test(group);

export function approvalOf(definition: Definition): Approval {
  const said = definition.metadata.annotations?.[annotation] ?? "";
  const must = `protected groups must have approval annotation "${annotation}"`;
  if (!said) return { state: "missing", message: `${must}, ${proposal}` };
  if (said.startsWith("unapproved")) return { state: "bypassed", message: `not approved: ${JSON.stringify(said)}` };
  if (/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/?#]+/.test(said)) return { state: "approved", message: `approved in ${said}` };
  return { state: "invalid", message: `${must} with either a URL or a reason starting with "unapproved", ${proposal}` };
}

/** A state that has not changed is let pass. */
export function approvalErrors(definition: Definition, old: Definition | undefined): FieldError[] {
  if (!isProtectedGroup(definition.spec.group)) return [];
  const { state, message } = approvalOf(definition);
  if (old && approvalOf(old).state === state) return [];
  const path = new Path("metadata").child("annotations").key(annotation);
  if (state === "missing") return [path.required(message)];
  return state === "invalid" ? [path.invalid(definition.metadata.annotations?.[annotation], message)] : [];
}
