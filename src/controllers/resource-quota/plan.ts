/** What a quota's namespace uses of what it limits. */
import type { Kind } from "../../api/kind.ts";
import { deepEqual, type KubeObject } from "../../api/object.ts";
import { addUsage, inScope, type ResourceList, resourcesOf, usageOf } from "../../api/quota/usage.ts";
import type { ResourceQuota } from "../../client/kinds.ts";

type Quota = Parameters<typeof inScope>[0];

export interface Counted {
  readonly kind: Kind;
  readonly objects: readonly KubeObject[];
}

/** Whether objects of the kind can count against the quota. */
export const limits = (quota: ResourceQuota, kind: Kind): boolean =>
  resourcesOf(kind, Object.keys(quota.spec?.hard ?? {})).length > 0;

/** The quota's status; what nobody can count stays as it was. */
export function statusOf(quota: ResourceQuota, counted: readonly Counted[], now: number): ResourceQuota["status"] {
  const hard = quota.spec?.hard ?? {};
  const names = Object.keys(hard);
  const counts: ResourceList = {};
  for (const { kind, objects } of counted) {
    const own = resourcesOf(kind, names);
    let sum: ResourceList = Object.fromEntries(own.map((name) => [name, "0"]));
    for (const object of objects) {
      if (!inScope(quota as unknown as Quota, kind, object)) continue;
      const usage = usageOf(kind, object, now);
      const limited = own.flatMap((name): [string, string][] => {
        const quantity = usage[name];
        return quantity === undefined ? [] : [[name, quantity]];
      });
      sum = addUsage(sum, Object.fromEntries(limited));
    }
    Object.assign(counts, sum);
  }
  const known = { ...quota.status?.used, ...counts };
  const used = names.flatMap((name): [string, string][] => {
    const quantity = known[name];
    return quantity === undefined ? [] : [[name, quantity]];
  });
  return { hard, used: Object.fromEntries(used) };
}

/** Whether a change of an object may change what it counts for. */
export function changesUsage(kind: Kind, before: KubeObject, after: KubeObject, now: number): boolean {
  if (kind.group || !["pods", "services", "persistentvolumeclaims"].includes(kind.plural)) return false;
  return !deepEqual(usageOf(kind, before, now), usageOf(kind, after, now));
}
