import { own } from "../../base/own.ts";
import type { PriorityClass } from "../generated/scheduling-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { boolean, integer, text } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";
import { checkSupported } from "../validation/checks.ts";
import { type FieldError, Path } from "../validation/field-error.ts";
import { immutableText } from "../validation/object-meta.ts";

const asClass = (object: Draft | KubeObject): PriorityClass => object as unknown as PriorityClass;
const highestOfUsers = 1_000_000_000;
/** The classes of the system itself: their names and no others begin with `system-`. */
export const systemPriorities: Readonly<Record<string, number>> = {
  "system-node-critical": 2_000_001_000,
  "system-cluster-critical": 2_000_000_000,
};

function validate(object: KubeObject): FieldError[] {
  const { metadata, value, preemptionPolicy } = asClass(object);
  const errors: FieldError[] = [];
  if (metadata.name?.startsWith("system-")) {
    const wrong = systemFault(asClass(object));
    const why = `priority class names with 'system-' prefix are reserved for system use only. error: ${wrong}`;
    if (wrong) errors.push(new Path("metadata").child("name").forbidden(why));
  } else if (value > highestOfUsers)
    errors.push(new Path("value").forbidden(`maximum allowed value of a user defined priority is ${highestOfUsers}`));
  checkSupported(errors, new Path("preemptionPolicy"), preemptionPolicy, ["PreemptLowerPriority", "Never"]);
  return errors;
}

function systemFault({ metadata: { name = "" }, value, globalDefault }: PriorityClass): string | undefined {
  const known = own(systemPriorities, name);
  if (known === undefined) return `${name} is not a known system priority class`;
  if (known !== value) return `value of ${name} PriorityClass must be ${known}`;
  if (globalDefault) return `globalDefault of ${name} PriorityClass must be false`;
  return undefined;
}

function validateUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const [now, before] = [asClass(object), asClass(old)];
  const errors: FieldError[] = [];
  if (now.value !== before.value) errors.push(new Path("value").forbidden("may not be changed in an update."));
  if (now.preemptionPolicy !== before.preemptionPolicy)
    errors.push(new Path("preemptionPolicy").invalid(now.preemptionPolicy, immutableText));
  return errors;
}

export const priorityClass = defineKind({
  group: "scheduling.k8s.io",
  version: "v1",
  kind: "PriorityClass",
  plural: "priorityclasses",
  shortNames: ["pc"],
  namespaced: false,
  type: "scheduling/v1.PriorityClass",
  strategy: {
    defaults(object) {
      asClass(object).preemptionPolicy ??= "PreemptLowerPriority";
    },
    prepareForCreate(object) {
      object.metadata.generation = 1; // and for ever: nothing that counts may change
    },
    validate,
    validateUpdate,
    undeletable: (name) =>
      name in systemPriorities ? "this is a system priority class and cannot be deleted" : undefined,
  },
  printer: {
    columns: [
      nameColumn,
      integer(
        "Value",
        "value represents the integer value of this priority class. This is the actual priority that pods receive when they have the name of this class in their pod spec.",
      ),
      boolean(
        "Global-Default",
        "globalDefault specifies whether this PriorityClass should be considered as the default priority for pods that do not have any priority class. Only one PriorityClass can be marked as `globalDefault`. However, if more than one PriorityClasses exists with their `globalDefault` field set to true, the smallest value of such global default PriorityClasses will be used as the default priority.",
      ),
      ageColumn,
      text(
        "PreemptionPolicy",
        "preemptionPolicy is the Policy for preempting pods with lower priority. One of Never, PreemptLowerPriority. Defaults to PreemptLowerPriority if unset.",
      ),
    ],
    cells(object, now) {
      const { metadata, value, globalDefault, preemptionPolicy } = asClass(object);
      const shownAge = age(metadata.creationTimestamp, now);
      return [metadata.name ?? "", value, globalDefault ?? false, shownAge, preemptionPolicy ?? ""];
    },
  },
});
