/** `x in [1, 2, 3]`: the list is known, so it becomes a set, and looking into it is free. */
import { isList } from "../values/list.ts";
import { mapValue } from "../values/map.ts";
import type { Value } from "../values/value.ts";
import type { Step } from "./run.ts";

/** Undefined where the list holds what no set can. */
export function constantMembership(
  value: Step,
  list: Value,
): { readonly step: Step } | { readonly constant: Value } | undefined {
  if (!isList(list)) return undefined;
  if (list.length === 0) return { constant: false };
  const members: (readonly [Value, Value])[] = [];
  for (let i = 0; i < list.length; i++) {
    const member = list.at(i);
    const isSimple =
      typeof member !== "object" || (member !== null && "value" in member && typeof member.value === "bigint");
    if (!isSimple) return undefined;
    members.push([member, true]);
  }
  const set = mapValue(members);
  return { step: (run) => set.find(value(run)) !== undefined };
}
