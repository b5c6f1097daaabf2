/** How many pods the owners of pods want. */
import type { Catalog } from "../../api/catalog.ts";
import { ApiError, qualified } from "../../api/errors.ts";
import { resourceOf } from "../../api/kind.ts";
import type { KubeObject, OwnerReference, Shared } from "../../api/object.ts";
import { anyKind } from "../../client/client.ts";
import { deployments, type Pod, replicaSets } from "../../client/kinds.ts";
import type { ReconcileContext } from "../../reconciler/controller.ts";
import { managerOf } from "../ownership/claim.ts";

type Reference = Shared<OwnerReference>;

export interface Scale {
  readonly count: number;
  /** Pods that nobody owns, which cannot be counted. */
  readonly unmanaged: readonly Pod[];
}

/** Throws if an owner cannot tell. */
export async function scaleOf(
  pods: readonly Pod[],
  catalog: Pick<Catalog, "kind">,
  context: ReconcileContext,
): Promise<Scale> {
  const unmanaged: Pod[] = [];
  const owners = new Map<string, number>();
  const asked = new Set<string>();
  for (const pod of pods) {
    const owner = managerOf(pod);
    if (!owner) unmanaged.push(pod);
    else if (!asked.has(owner.uid)) {
      asked.add(owner.uid);
      const found = await ownerOf(owner, pod.metadata.namespace ?? "", catalog, context);
      if (!found) throw new Error(`found no controllers for pod ${JSON.stringify(pod.metadata.name)}`);
      owners.set(found.uid, found.replicas);
    }
  }
  const count = [...owners.values()].reduce((sum, replicas) => sum + replicas, 0);
  return { count, unmanaged };
}

interface Found {
  readonly uid: string;
  readonly replicas: number;
}

async function ownerOf(
  reference: Reference,
  namespace: string,
  catalog: Pick<Catalog, "kind">,
  { cache, client }: ReconcileContext,
): Promise<Found | undefined> {
  if (reference.kind === "ReplicaSet") {
    const set = cache(replicaSets).get(`${namespace}/${reference.name}`);
    const above = set?.metadata.uid === reference.uid ? managerOf(set) : undefined;
    const deployment = above?.kind === "Deployment" ? cache(deployments).get(`${namespace}/${above.name}`) : undefined;
    if (above && deployment?.metadata.uid === above.uid)
      return { uid: above.uid, replicas: deployment.spec.replicas ?? 1 };
  }
  const { apiVersion, kind: name } = reference;
  const kind = catalog.kind(apiVersion, name);
  if (!kind) throw new Error(`no matches for kind ${JSON.stringify(name)} in version ${JSON.stringify(apiVersion)}`);
  if (!kind.scale) throw new Error(`${qualified(resourceOf(kind))} does not implement the scale subresource`);
  try {
    const found = await client.get(anyKind(kind), { namespace, name: reference.name });
    if (found.metadata.uid !== reference.uid) return undefined;
    return { uid: reference.uid, replicas: kind.scale.replicas(found as unknown as KubeObject) };
  } catch (error) {
    if (error instanceof ApiError && error.reason === "NotFound") return undefined;
    throw error;
  }
}
