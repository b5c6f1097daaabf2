/** Which replica set is a deployment's present one. */
import { deepEqual, type KubeObject } from "../../api/object.ts";
import type { Deployment, ReplicaSet } from "../../client/kinds.ts";

export interface Sets {
  readonly current: ReplicaSet | undefined;
  /** Those before it that still have pods. */
  readonly old: readonly ReplicaSet[];
  readonly all: readonly ReplicaSet[];
}

/** Sorted out of the replica sets that the deployment's selector finds. */
export function newAndOld(deployment: KubeObject, found: readonly KubeObject[]): Sets {
  const { spec, metadata } = deployment as unknown as Deployment;
  const all = (found as unknown as readonly ReplicaSet[])
    .filter((set) => set.metadata.ownerReferences?.some(({ controller, uid }) => controller && uid === metadata.uid))
    .toSorted(
      (a, b) => Date.parse(a.metadata.creationTimestamp ?? "") - Date.parse(b.metadata.creationTimestamp ?? ""),
    );
  const current = all.find((set) => deepEqual(withoutHash(set.spec.template), withoutHash(spec.template)));
  return { current, old: all.filter((set) => set !== current && (set.spec.replicas ?? 0) > 0), all };
}

type Template = Deployment["spec"]["template"];

export function withoutHash(template: Template | ReplicaSet["spec"]["template"]): unknown {
  const { "pod-template-hash": _, ...labels } = template?.metadata?.labels ?? {};
  const { creationTimestamp: __, ...metadata } = template?.metadata ?? {};
  return { ...template, metadata: { ...metadata, labels } };
}

/** The number of the revision that a set or a deployment is at. */
export const revisionOf = ({
  metadata,
}: {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> | undefined };
}): number => Number(metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0);
