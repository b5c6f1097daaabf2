/** Owners that stand twice in `metadata.ownerReferences` are told, and kept once. */
import { type Draft, deepEqual, type OwnerReference } from "../../api/object.ts";

const advice =
  "API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed:";

/** `when` is what comes before: nothing, or ` after mutating admission happens`. */
export function dedupeOwners({ metadata }: Draft, warnings: string[], when = ""): void {
  const refs = metadata.ownerReferences;
  if (!refs || refs.length < 2) return;
  const kept: OwnerReference[] = [];
  const doubled: string[] = [];
  for (const ref of refs) {
    if (kept.some((other) => deepEqual(other, ref))) doubled.push(ref.uid);
    else kept.push(ref);
  }
  if (!doubled.length) return;
  metadata.ownerReferences = kept;
  warnings.push(`.metadata.ownerReferences contains duplicate entries${when}; ${advice} ${doubled.join(", ")}`);
}

export const afterAdmission = " after mutating admission happens";
