/**
 * Whether claims go with their pod or their set: by who owns them
 * (https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention).
 */
import type { OwnerReference, Shared } from "../../api/object.ts";
import type { AnyObject, KindOf } from "../../client/client.ts";
import { type PersistentVolumeClaim, type Pod, pods, type StatefulSet, statefulSets } from "../../client/kinds.ts";
import { ownerReference } from "../ownership/claim.ts";
import { isInRange } from "./identity.ts";

type Reference = Shared<OwnerReference>;

interface Wanted {
  readonly set: boolean;
  readonly pod: boolean;
}

const deletes = (set: StatefulSet): { readonly scaled: boolean; readonly deleted: boolean } => {
  const { whenScaled, whenDeleted } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  return { scaled: whenScaled === "Delete", deleted: whenDeleted === "Delete" };
};

export const goesWithPod = (set: StatefulSet): boolean => deletes(set).scaled;

/** A pod that is to go takes its claim with it; until then the set may own it. */
function wantedOwners(set: StatefulSet, pod: Pod): Wanted {
  const { scaled, deleted } = deletes(set);
  const leaves = scaled && !isInRange(pod, set);
  return { set: deleted && !leaves, pod: leaves };
}

function names(reference: Reference, kind: KindOf<AnyObject>, { metadata }: StatefulSet | Pod): boolean {
  const apiVersion = kind.group ? `${kind.group}/${kind.version}` : kind.version;
  return reference.apiVersion === apiVersion && reference.kind === kind.kind && reference.name === metadata.name;
}

const references = ({ metadata }: PersistentVolumeClaim): readonly Reference[] => metadata.ownerReferences ?? [];
const isOwnedBy = (claim: PersistentVolumeClaim, { metadata }: StatefulSet | Pod): boolean =>
  references(claim).some(({ uid }) => uid === metadata.uid);

/** It belongs to an earlier pod, or set, of that name. */
export const isStale = (claim: PersistentVolumeClaim, kind: KindOf<AnyObject>, object: StatefulSet | Pod): boolean => {
  const reference = references(claim).find((candidate) => names(candidate, kind, object));
  return reference !== undefined && reference.uid !== (object.metadata.uid ?? "");
};

/** Someone else manages the claim, though the set is to say when it goes. */
export function hasOtherController(claim: PersistentVolumeClaim, set: StatefulSet, pod: Pod): boolean {
  const { scaled, deleted } = deletes(set);
  if (!scaled && !deleted) return false;
  return references(claim).some((reference) => {
    if (names(reference, statefulSets, set)) return reference.uid !== set.metadata.uid;
    if (names(reference, pods, pod)) return reference.uid !== pod.metadata.uid;
    return reference.controller === true;
  });
}

/** Claims of earlier objects of those names are left alone. */
export function areOwnersRight(claim: PersistentVolumeClaim, set: StatefulSet, pod: Pod): boolean {
  if (isStale(claim, statefulSets, set) || isStale(claim, pods, pod)) return true;
  const [ownedBySet, ownedByPod] = [isOwnedBy(claim, set), isOwnedBy(claim, pod)];
  if (hasOtherController(claim, set, pod)) return !ownedBySet && !ownedByPod;
  const isUncontrolled = references(claim).some(
    ({ uid, controller }) => (uid === set.metadata.uid || uid === pod.metadata.uid) && !controller,
  );
  if (isUncontrolled) return false;
  const wanted = wantedOwners(set, pod);
  return wanted.set === ownedBySet && wanted.pod === ownedByPod;
}

/** The claim with the owners that the set wants it to have. */
export function withOwners(claim: PersistentVolumeClaim, set: StatefulSet, pod: Pod): PersistentVolumeClaim {
  const isOurs = (reference: Reference): boolean => names(reference, statefulSets, set) || names(reference, pods, pod);
  const others = references(claim).filter((reference) => !isOurs(reference));
  const wanted = hasOtherController(claim, set, pod) ? { set: false, pod: false } : wantedOwners(set, pod);
  const ownerReferences = [
    ...others,
    ...(wanted.pod ? [ownerReference({ kind: pods, object: pod })] : []),
    ...(wanted.set ? [ownerReference({ kind: statefulSets, object: set })] : []),
  ];
  return { ...claim, metadata: { ...claim.metadata, ownerReferences } };
}
