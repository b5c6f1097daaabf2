/**
 * Which names a definition is granted, and what its conditions say of that: two definitions of a group cannot share a name,
 * and the one that had it first keeps it
 * (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/).
 */
import type { CustomResourceDefinitionCondition } from "../../generated/apiextensions-v1.ts";
import { Path } from "../../validation/field-error.ts";
import { structuralErrors } from "../schema/structural-errors.ts";
import { approvalOf, isProtectedGroup, type Names } from "./names.ts";
import { type Definition, schemaOf, versionsOf } from "./versions.ts";

export interface Granted {
  readonly names: Names;
  /** Why not all names were granted; the last conflict. */
  readonly conflict?: { readonly reason: string; readonly message: string };
}

/** `others`: the definitions of the group beside this one, with what they have been granted. */
export function grantNames({ spec, status }: Definition, others: readonly Definition[]): Granted {
  const resources = new Set<string>();
  const kinds = new Set<string>();
  for (const { acceptedNames: theirs } of others.map((other) => other.status)) {
    for (const name of [theirs.plural, theirs.singular, ...(theirs.shortNames ?? [])]) if (name) resources.add(name);
    for (const name of [theirs.kind, theirs.listKind]) if (name) kinds.add(name);
  }
  const wanted = spec.names;
  const granted: { -readonly [K in keyof Names]: Names[K] } = { ...status.acceptedNames };
  let conflict: Granted["conflict"];
  const inUse = (name: string | undefined, has: string | undefined, used: ReadonlySet<string>): string | undefined =>
    name !== undefined && name !== has && used.has(name) ? `${JSON.stringify(name)} is already in use` : undefined;
  const grant = (field: "plural" | "singular" | "kind" | "listKind", used: ReadonlySet<string>): void => {
    const message = inUse(wanted[field], granted[field], used);
    const reason = `${field.charAt(0).toUpperCase()}${field.slice(1)}Conflict`;
    if (message) conflict = { reason, message };
    else Object.assign(granted, { [field]: wanted[field] });
  };
  grant("plural", resources);
  grant("singular", resources);
  const short = (wanted.shortNames ?? []).flatMap((name) =>
    status.acceptedNames.shortNames?.includes(name) ? [] : (inUse(name, undefined, resources) ?? []),
  );
  if (short.length) {
    const message = short.length === 1 ? (short[0] as string) : `[${short.join(", ")}]`;
    conflict = { reason: "ShortNamesConflict", message };
  } else granted.shortNames = wanted.shortNames;
  grant("kind", kinds);
  grant("listKind", kinds);
  granted.categories = wanted.categories;
  const names = Object.fromEntries(Object.entries(granted).filter(([, value]) => value !== undefined)) as Names;
  return { names, ...(conflict && { conflict }) };
}

export interface Condition {
  readonly type: string;
  readonly status: "True" | "False";
  readonly reason: string;
  readonly message: string;
}

/** What the conditions are to say; those that are left out are not there. */
export function conditionsFor(definition: Definition, { conflict }: Granted): readonly Condition[] {
  const established = definition.status.conditions?.some(
    ({ type, status }) => type === "Established" && status === "True",
  );
  const serves = !conflict || established;
  return [
    {
      type: "NamesAccepted",
      ...(conflict
        ? { status: "False" as const, ...conflict }
        : { status: "True" as const, reason: "NoConflicts", message: "no conflicts found" }),
    },
    {
      type: "Established",
      ...(serves
        ? {
            status: "True" as const,
            reason: "InitialNamesAccepted",
            message: "the initial names have been accepted",
          }
        : { status: "False" as const, reason: "NotAccepted", message: "not all names are accepted" }),
    },
    ...structural(definition),
    ...approval(definition),
  ];
}

/** Schemas that older servers let pass. */
function structural({ spec }: Definition): readonly Condition[] {
  const errors = versionsOf(spec).flatMap((version, i) => {
    const schema = schemaOf(version);
    const path = new Path("spec").child("versions").index(i).child("schema", "openAPIV3Schema");
    return schema ? structuralErrors(schema, path) : [];
  });
  if (!errors.length) return [];
  return [{ type: "NonStructuralSchema", status: "True", reason: "Violations", message: errors.join(", ") }];
}

const approvalReasons = {
  approved: "ApprovedAnnotation",
  bypassed: "UnapprovedAnnotation",
  missing: "MissingAnnotation",
  invalid: "InvalidAnnotation",
} as const;

function approval(definition: Definition): readonly Condition[] {
  if (!isProtectedGroup(definition.spec.group)) return [];
  const { state, message } = approvalOf(definition);
  return [
    {
      type: "KubernetesAPIApprovalPolicyConformant",
      status: state === "approved" ? "True" : "False",
      reason: approvalReasons[state],
      message,
    },
  ];
}

type Conditions = readonly Readonly<CustomResourceDefinitionCondition>[];

/** `old` with what is said now; when a condition last turned stays where it has not. `now` as RFC 3339. */
export function withConditions(
  old: Conditions,
  said: readonly Condition[],
  now: string,
): CustomResourceDefinitionCondition[] {
  const next: CustomResourceDefinitionCondition[] = old.map((condition) => ({ ...condition }));
  for (const condition of said) {
    const known = next.find(({ type }) => type === condition.type);
    if (!known) next.push({ ...condition, lastTransitionTime: now });
    else {
      if (known.status !== condition.status || !known.lastTransitionTime) known.lastTransitionTime = now;
      Object.assign(known, condition);
    }
  }
  return next;
}
