/** The controller of Deployments: carries out one step of a rollout at a time, and writes down how far it is. */
import { ApiError } from "../../api/errors.ts";
import type * as apps from "../../api/generated/apps-v1.ts";
import { deepEqual } from "../../api/object.ts";
import { type Deployment, deployments, pods, type ReplicaSet, replicaSets } from "../../client/kinds.ts";
import {
  againIn,
  type Controller,
  done,
  type Outcome,
  type ReconcileContext,
  wake,
} from "../../reconciler/controller.ts";
import { regarding } from "../../reconciler/events.ts";
import { candidates, claim, managerOf } from "../ownership/claim.ts";
import { selectorIn, selectsLabels } from "../ownership/selector.ts";
import { wakeClaimants } from "../ownership/wakes.ts";
import { isTerminal } from "../pods/pod-state.ts";
import { inStep, makeCurrent, withCurrent } from "./current-set.ts";
import { isScaled, planCleanup, planResize, planRolling, type Scale, type Sets, sizeOf, sortOut } from "./plan.ts";
import { sizeAnnotations } from "./revisions.ts";
import { rollBack, rollbackTarget } from "./rollback.ts";
import {
  conditionOf,
  countedStatus,
  hasDeadline,
  isComplete,
  progressing,
  rolloutStatus,
  type Status,
  untilDeadline,
  withCondition,
} from "./status.ts";

export const deploymentController: Controller<apps.Deployment> = {
  name: "deployment-controller",
  reconciles: deployments,
  wakes: [
    ...wakeClaimants(replicaSets, deployments, selectsLabels),
    // a Deployment that replaces all at once waits for the last old pod to be gone
    wake(pods, function* ({ before, after }, cache) {
      const owner = before && !after ? managerOf(before) : undefined;
      if (owner?.kind !== "ReplicaSet") return;
      const namespace = before?.metadata.namespace;
      const set = cache(replicaSets).get(`${namespace}/${owner.name}`);
      const deployment = set && managerOf(set);
      if (deployment?.kind === "Deployment") yield `${namespace}/${deployment.name}`;
    }),
  ],
  reconcile,
};

async function reconcile(key: string, context: ReconcileContext): Promise<Outcome> {
  const { client, cache, events } = context;
  const deployment = cache(deployments).get(key);
  if (!deployment) return done;
  if (!selectorIn(deployment)?.length) {
    const text = "This deployment is selecting all pods. A non-empty selector is required.";
    events.warning(regarding(deployments, deployment), "SelectingAll", text);
    return done;
  }
  const owned = await claim(replicaSets, candidates(cache(replicaSets), deployment), {
    client,
    owner: { kind: deployments, object: deployment },
    matches: ({ metadata }) => selectsLabels(deployment, metadata.labels),
  });
  return new Sync(deployment, context).run(sortOut(deployment, owned));
}

/** One look at a Deployment. */
class Sync {
  /** As the cache has it. */
  readonly #known: Deployment;
  /** As it is to be written: what was found out on the way is in it. */
  #deployment: Deployment;
  readonly #context: ReconcileContext;

  constructor(deployment: Deployment, context: ReconcileContext) {
    this.#known = deployment;
    this.#deployment = deployment;
    this.#context = context;
  }

  async run(found: Sets): Promise<Outcome> {
    const sets = await this.#keepInStep(found);
    if (this.#known.metadata.deletionTimestamp) return this.#writeCounts(sets);
    this.#notePause();
    const { spec } = this.#deployment;
    const target = rollbackTarget(this.#deployment);
    if (target !== undefined && !spec.paused) {
      if (!sets.current) await makeCurrent(this.#deployment, sets.old, this.#context);
      else await rollBack(this.#deployment, sets, target, this.#context);
      return done;
    }
    if (spec.paused || isScaled(this.#deployment, sets)) return this.#resize(sets);
    return spec.strategy?.type === "Recreate" ? this.#recreate(sets) : this.#roll(sets);
  }

  async #keepInStep({ current, old }: Sets): Promise<Sets> {
    if (!current) return { current, old };
    const next = inStep(this.#deployment, current, old);
    const kept = next === current ? current : await this.#context.client.update(replicaSets, next);
    this.#deployment = withCurrent(this.#deployment, kept, this.#context.clock.now());
    return { current: kept, old };
  }

  /** While it is paused nothing counts against the deadline; one that has passed stays so. */
  #notePause(): void {
    const { spec, status } = this.#deployment;
    const reason = conditionOf(status, "Progressing")?.reason;
    if (!hasDeadline(this.#deployment) || reason === "ProgressDeadlineExceeded") return;
    const isNoted = reason === "DeploymentPaused";
    if (Boolean(spec.paused) === isNoted) return;
    const told = spec.paused
      ? progressing("Unknown", "DeploymentPaused", "Deployment is paused")
      : progressing("Unknown", "DeploymentResumed", "Deployment is resumed");
    const next = withCondition(status, told, this.#context.clock.now());
    this.#deployment = { ...this.#deployment, status: next };
  }

  async #resize(sets: Sets): Promise<Outcome> {
    const { scales, always } = planResize(this.#deployment, sets);
    const resized = await this.#scale(sets, scales, always);
    if (this.#deployment.spec.paused && rollbackTarget(this.#deployment) === undefined) await this.#cleanUp(resized);
    return this.#writeCounts(resized);
  }

  async #roll(sets: Sets): Promise<Outcome> {
    if (!sets.current) {
      await makeCurrent(this.#deployment, sets.old, this.#context);
      return done;
    }
    const scales = planRolling(this.#deployment, sets.current, sets.old);
    return this.#advance(sets, scales);
  }

  async #recreate(sets: Sets): Promise<Outcome> {
    const inUse = sets.old.filter((set) => sizeOf(set) > 0);
    if (inUse.length)
      return this.#advance(
        sets,
        inUse.map((set) => ({ set, replicas: 0 })),
      ); // prettier-ignore
    if (this.#hasOldPods(sets)) return this.#writeRollout(sets);
    if (!sets.current) {
      await makeCurrent(this.#deployment, sets.old, this.#context);
      return done;
    }
    return this.#advance(sets, [{ set: sets.current, replicas: sizeOf(this.#deployment) }]);
  }

  #hasOldPods({ old }: Sets): boolean {
    const cache = this.#context.cache(pods);
    return old.some(
      ({ metadata, status }) =>
        Boolean(status?.replicas) || cache.controlledBy(metadata.uid ?? "").some((pod) => !isTerminal(pod)),
    );
  }

  async #advance(sets: Sets, scales: readonly Scale[]): Promise<Outcome> {
    const moved = await this.#scale(sets, scales, false);
    if (moved === sets && isComplete(this.#deployment, this.#deployment.status)) await this.#cleanUp(sets);
    return this.#writeRollout(moved);
  }

  /** Gives back the sets as they are then: the very same where nothing had to change. */
  async #scale(sets: Sets, scales: readonly Scale[], always: boolean): Promise<Sets> {
    const latest = new Map<ReplicaSet, ReplicaSet>();
    for (const { set, replicas } of scales) {
      const now = latest.get(set) ?? set;
      const scaled = await this.#scaleSet(now, replicas, always);
      if (scaled !== now) latest.set(set, scaled);
    }
    if (latest.size === 0) return sets;
    const of = (set: ReplicaSet): ReplicaSet => latest.get(set) ?? set;
    return { current: sets.current && of(sets.current), old: sets.old.map(of) };
  }

  async #scaleSet(set: ReplicaSet, replicas: number, always: boolean): Promise<ReplicaSet> {
    const before = sizeOf(set);
    const annotations = { ...set.metadata.annotations, ...sizeAnnotations(this.#deployment) };
    const isSame = before === replicas && (!always || deepEqual(annotations, set.metadata.annotations));
    if (isSame) return set;
    const { client, events } = this.#context;
    const next = { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, replicas } };
    const scaled = await client.update(replicaSets, next);
    if (before !== replicas) {
      const text = `Scaled ${before < replicas ? "up" : "down"} replica set ${set.metadata.name} from ${before} to ${replicas}`;
      events.normal(regarding(deployments, this.#known), "ScalingReplicaSet", text);
    }
    return scaled;
  }

  async #cleanUp({ old }: Sets): Promise<void> {
    for (const { metadata } of planCleanup(this.#deployment, old)) {
      try {
        await this.#context.client.delete(replicaSets, { namespace: metadata.namespace, name: metadata.name ?? "" });
      } catch (error) {
        if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
      }
    }
  }

  async #writeCounts(sets: Sets): Promise<Outcome> {
    await this.#write(countedStatus(this.#deployment, sets, this.#context.clock.now()));
    return done;
  }

  async #writeRollout(sets: Sets): Promise<Outcome> {
    const now = this.#context.clock.now();
    const status = rolloutStatus(this.#deployment, sets, now);
    const wait = untilDeadline({ ...this.#deployment, status }, status, now);
    await this.#write(status);
    return wait === undefined ? done : againIn(wait);
  }

  async #write(status: Status): Promise<void> {
    const next = { ...this.#deployment, status };
    const isSame = deepEqual(status, this.#known.status);
    if (isSame && deepEqual(next.metadata.annotations, this.#known.metadata.annotations)) return;
    await this.#context.client.update(deployments, next, { subresource: "status" });
  }
}
