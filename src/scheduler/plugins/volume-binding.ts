/** A pod waits until the claims that it uses are bound, and goes where their volumes can be reached (https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding). */
import { matchesTerm } from "../../api/core/node-affinity.ts";
import { claimOf } from "../../api/core/pod-references.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../../client/kinds.ts";
import { type FilterPlugin, type Prepared, rejectFinally, type Snapshot } from "../framework.ts";
import type { PodInfo } from "../pod-info.ts";

const conflict = "node(s) had volume node affinity conflict";

export const volumeBinding: FilterPlugin = {
  name: "VolumeBinding",
  retryOn: ["volume", "node/add", "node/labels", "pod/self"],
  prepare({ pod }: PodInfo, snapshot: Snapshot): Prepared {
    const { name = "", namespace = "" } = pod.metadata;
    const bound: PersistentVolume[] = [];
    for (const volume of pod.spec.volumes ?? []) {
      const claimName = claimOf(name, volume);
      if (!claimName) continue;
      const claim = snapshot.claim(namespace, claimName);
      const why = hindrance(claim, claimName, volume.ephemeral !== undefined, snapshot);
      if (why) return { reject: rejectFinally(why) };
      const found = claim?.spec.volumeName && snapshot.volume(claim.spec.volumeName);
      if (found) bound.push(found);
    }
    const tied = bound.filter(({ spec }) => spec.nodeAffinity?.required);
    if (!tied.length) return { skip: true };
    return {
      filter: ({ node }) =>
        tied.every(({ spec }) =>
          spec.nodeAffinity?.required?.nodeSelectorTerms?.some((term) => matchesTerm(term, node)),
        )
          ? undefined
          : rejectFinally(conflict),
    };
  },
};

/** Why the claim cannot be used yet, in upstream's words. */
function hindrance(
  claim: PersistentVolumeClaim | undefined,
  name: string,
  isOwn: boolean,
  { volume, bindsLate }: Snapshot,
): string | undefined {
  if (!claim) {
    return isOwn
      ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`
      : `persistentvolumeclaim "${name}" not found`;
  }
  const { volumeName, storageClassName } = claim.spec;
  if (claim.status.phase === "Lost")
    return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${volumeName}"`;
  if (claim.metadata.deletionTimestamp) return `persistentvolumeclaim "${name}" is being deleted`;
  const isBound = claim.status.phase === "Bound" && volumeName && volume(volumeName);
  if (isBound) return undefined;
  // where the class waits for the first pod, somebody has to make or choose the volume for the node: nobody does here
  return bindsLate(storageClassName ?? "")
    ? "node(s) didn't find available persistent volumes to bind"
    : "pod has unbound immediate PersistentVolumeClaims";
}
