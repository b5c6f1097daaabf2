/** The ReplicaSet that has the Deployment's template: made where it is missing, else kept in step. */
import { ApiError } from "../../api/errors.ts";
import { deepEqual } from "../../api/object.ts";
import { type Deployment, deployments, type ReplicaSet, replicaSets } from "../../client/kinds.ts";
import { cacheKey } from "../../informer/cache.ts";
import type { ReconcileContext } from "../../reconciler/controller.ts";
import { regarding } from "../../reconciler/events.ts";
import { managerOf, ownerReference } from "../ownership/claim.ts";
import { isEndingNamespace, textOf } from "../pods/pod-control.ts";
import { hashLabel, sameTemplate, templateHash } from "../pods/template.ts";
import { type Sets, sizeOfCurrent } from "./plan.ts";
import { annotationsOfNew, highestRevision, revisionAnnotation, revisionOf, sizeAnnotations } from "./revisions.ts";
import { hasDeadline, progressing, withCondition } from "./status.ts";

const longestName = 253;

/** What the set is to carry: revision, annotations, and the seconds until a pod counts. */
export function inStep(deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): ReplicaSet {
  const before = current.metadata.annotations ?? {};
  const annotations = annotationsOfNew(deployment, before, highestRevision(old) + 1);
  const { minReadySeconds = 0 } = deployment.spec;
  if (deepEqual(before, annotations) && (current.spec.minReadySeconds ?? 0) === minReadySeconds) return current;
  return {
    ...current,
    metadata: { ...current.metadata, annotations },
    spec: { ...current.spec, minReadySeconds: minReadySeconds || undefined },
  };
}

/** The Deployment as its current set makes it: of its revision, and with a beginning of its progress. */
export function withCurrent(deployment: Deployment, current: ReplicaSet, now: number): Deployment {
  const revision = current.metadata.annotations?.[revisionAnnotation];
  const { metadata } = deployment;
  const annotations = { ...metadata.annotations, ...(revision !== undefined && { [revisionAnnotation]: revision }) };
  const isNew = hasDeadline(deployment) && !deployment.status?.conditions?.some(({ type }) => type === "Progressing");
  const told = progressing("True", "FoundNewReplicaSet", `Found new replica set "${current.metadata.name}"`);
  const status = isNew ? withCondition(deployment.status, told, now) : deployment.status;
  return { ...deployment, metadata: { ...metadata, annotations }, status };
}

/** The set that a template without one needs. */
export function newSet(deployment: Deployment, old: readonly ReplicaSet[]): ReplicaSet {
  const { metadata, spec, status } = deployment;
  const hash = templateHash(spec.template, status?.collisionCount);
  const labels = { ...spec.template.metadata?.labels, [hashLabel]: hash };
  const { name = "", namespace } = metadata;
  const annotations = annotationsOfNew(deployment, {}, highestRevision(old) + 1);
  // the server fills in the rest
  return {
    metadata: {
      name: `${name.slice(0, longestName - 1 - hash.length)}-${hash}`,
      namespace,
      labels,
      annotations: { ...annotations, ...sizeAnnotations(deployment) },
      ownerReferences: [ownerReference({ kind: deployments, object: deployment })],
    },
    spec: {
      replicas: sizeOfCurrent(deployment, { current: undefined, old }),
      minReadySeconds: spec.minReadySeconds,
      selector: { ...spec.selector, matchLabels: { ...spec.selector?.matchLabels, [hashLabel]: hash } },
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
    },
  } as Pick<ReplicaSet, "metadata" | "spec"> as ReplicaSet;
}

/** Makes the set, tells of it, and writes down that the rollout has begun. */
export async function makeCurrent(
  deployment: Deployment,
  old: readonly ReplicaSet[],
  context: ReconcileContext,
): Promise<Sets> {
  const { client, clock, events } = context;
  const draft = newSet(deployment, old);
  const about = regarding(deployments, deployment);
  const { current, made } = await createSet(deployment, draft, context);
  if (made && draft.spec.replicas) {
    const text = `Scaled up replica set ${current.metadata.name} from 0 to ${draft.spec.replicas}`;
    events.normal(about, "ScalingReplicaSet", text);
  }
  const told = progressing("True", "NewReplicaSetCreated", `Created new replica set "${current.metadata.name}"`);
  const now = clock.now();
  const status = hasDeadline(deployment) && made ? withCondition(deployment.status, told, now) : deployment.status;
  const annotations = { ...deployment.metadata.annotations, [revisionAnnotation]: String(revisionOf(draft)) };
  const next = { ...deployment, metadata: { ...deployment.metadata, annotations }, status };
  await client.update(deployments, next, { subresource: "status" });
  return { current, old };
}

async function createSet(
  deployment: Deployment,
  draft: ReplicaSet,
  context: ReconcileContext,
): Promise<{ current: ReplicaSet; made: boolean }> {
  const { client, cache } = context;
  try {
    return { current: await client.create(replicaSets, draft), made: true };
  } catch (error) {
    if (isEndingNamespace(error)) throw error;
    if (!(error instanceof ApiError && error.reason === "AlreadyExists")) {
      await tellFailure(deployment, draft, error, context);
      throw error;
    }
    const other = cache(replicaSets).get(cacheKey(draft));
    if (!other) throw error;
    const isOurs = managerOf(other)?.uid === deployment.metadata.uid;
    if (isOurs && sameTemplate(other.spec.template, deployment.spec.template)) return { current: other, made: false };
    // another set has the same hash: the next try counts the collision in
    const status = { ...deployment.status, collisionCount: (deployment.status?.collisionCount ?? 0) + 1 };
    await client.update(deployments, { ...deployment, status }, { subresource: "status" });
    throw error;
  }
}

async function tellFailure(
  deployment: Deployment,
  draft: ReplicaSet,
  error: unknown,
  { client, clock, events }: ReconcileContext,
): Promise<void> {
  const text = `Failed to create new replica set "${draft.metadata.name}": ${textOf(error)}`;
  events.warning(regarding(deployments, deployment), "ReplicaSetCreateError", text);
  if (!hasDeadline(deployment)) return;
  const told = progressing("False", "ReplicaSetCreateError", text);
  const status = withCondition(deployment.status, told, clock.now());
  // what is wrong is thrown anyway
  await client.update(deployments, { ...deployment, status }, { subresource: "status" }).catch(() => {});
}
