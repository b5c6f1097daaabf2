/** What RoleBindings and ClusterRoleBindings have in common. */
import type { RoleBinding, Subject } from "../generated/rbac-v1.ts";
import type { Printer, Strategy } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { text, wide } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";
import { pathSegmentName } from "../validation/names.ts";
import { rbacGroup, validateBinding, validateBindingUpdate } from "./validation/rules.ts";

/** The two kinds have the same fields. */
const asBinding = (object: Draft | KubeObject): RoleBinding => object as unknown as RoleBinding;

function defaults(object: Draft): void {
  const { roleRef, subjects } = asBinding(object);
  if (roleRef) roleRef.apiGroup ||= rbacGroup;
  for (const subject of subjects ?? [])
    if (subject.kind === "User" || subject.kind === "Group") subject.apiGroup ||= rbacGroup;
}

export const bindingStrategy = (namespaced: boolean): Strategy => ({
  nameRule: pathSegmentName,
  defaults,
  validate: (object) => validateBinding(asBinding(object), namespaced),
  validateUpdate: (object, old) => validateBindingUpdate(asBinding(object), asBinding(old), namespaced),
  allowCreateOnUpdate: true,
});

const named = (subjects: readonly Subject[], kind: string): string =>
  subjects
    .filter((subject) => subject.kind === kind)
    .map(({ namespace, name }) => (kind === "ServiceAccount" ? `${namespace ?? ""}/${name}` : name))
    .join(", ");

/** `word`: how the descriptions call the kind. */
export const bindingPrinter = (roleDescription: string, word: string): Printer => ({
  columns: [
    nameColumn,
    text("Role", roleDescription),
    ageColumn,
    wide("Users", `Users in the ${word}`),
    wide("Groups", `Groups in the ${word}`),
    wide("ServiceAccounts", `ServiceAccounts in the ${word}`),
  ],
  cells(object, now) {
    const { metadata, roleRef, subjects = [] } = asBinding(object);
    return [
      metadata.name ?? "",
      `${roleRef.kind}/${roleRef.name}`,
      age(metadata.creationTimestamp, now),
      ...["User", "Group", "ServiceAccount"].map((kind) => named(subjects, kind)),
    ];
  },
});
