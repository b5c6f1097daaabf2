/** Which owners a change of what they own, or might take, concerns. */
import { deepEqual, type Shared } from "../../api/object.ts";
import type { AnyObject, KindOf } from "../../client/client.ts";
import { cacheKey } from "../../informer/cache.ts";
import { type Changed, type Wake, wake, wakeOwner } from "../../reconciler/controller.ts";
import { managerOf } from "./claim.ts";

/** The managing owner; and, where nobody manages a new or relabelled object, all owners that would take it. */
export function wakeClaimants<O extends AnyObject, T extends AnyObject>(
  owned: KindOf<O>,
  owners: KindOf<T>,
  selects: (owner: Shared<T>, labels: Readonly<Record<string, string>>) => boolean,
): Wake[] {
  const ofOrphans = wake(owned, function* (change, cache) {
    const { after } = change;
    if (!after || !isNewOrphan(change as unknown as Changed<AnyObject>)) return;
    const { namespace, labels = {} } = after.metadata;
    for (const owner of cache(owners).list(namespace)) if (selects(owner, labels)) yield cacheKey(owner);
  });
  return [wakeOwner(owned, owners.kind), ofOrphans];
}

function isNewOrphan({ before, after }: Changed<AnyObject>): boolean {
  if (!after || managerOf(after) || after.metadata.deletionTimestamp) return false;
  if (!before) return true;
  return Boolean(managerOf(before)) || !deepEqual(before.metadata.labels, after.metadata.labels);
}
