/**
 * The scheduler: gives every pod a node (https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/).
 * Cycles are pure and run one after another; bindings are written meanwhile, and a pod counts on its node from the
 * moment it is decided.
 */
import { ApiError } from "../api/errors.ts";
import { type Clock, preciseMs, rfc3339 } from "../base/clock.ts";
import type { Metrics } from "../base/metrics/metrics.ts";
import type { Random } from "../base/random.ts";
import { type Cause, type Client, causeOf } from "../client/client.ts";
import {
  nodes,
  type Pod,
  persistentVolumeClaims,
  persistentVolumes,
  podDisruptionBudgets,
  pods,
  storageClasses,
} from "../client/kinds.ts";
import type { Informers } from "../informer/informers.ts";
import { regarding } from "../reconciler/events.ts";
import type { Running } from "../reconciler/run.ts";
import { SeriesRecorder } from "../reconciler/series-events.ts";
import { ClusterState } from "./cluster-state.ts";
import { fitMessage, type Outcome, schedule } from "./cycle.ts";
import type { ClusterEvent } from "./framework.ts";
import { podInfo, sameForScheduling } from "./pod-info.ts";
import { type Candidate, preempt } from "./preemption.ts";
import { filterPlugins, scorePlugins } from "./profile.ts";
import { SchedulingQueue, type Waiting } from "./queue.ts";
import { SchedulerMetrics } from "./scheduler-metrics.ts";

export interface SchedulerOptions {
  readonly client: Client;
  readonly informers: Informers;
  readonly clock: Clock;
  readonly random: Random;
  /** Default `default-scheduler`. */
  readonly name?: string;
  readonly metrics?: Metrics | undefined;
  readonly onError?: (what: string, error: unknown) => void;
}

const isOver = ({ status }: Pod): boolean => status.phase === "Succeeded" || status.phase === "Failed";

/** Starts the scheduler; it works once its caches are filled. */
export async function runScheduler(options: SchedulerOptions): Promise<Running> {
  const scheduler = new Scheduler(options);
  await scheduler.start();
  return scheduler;
}

class Scheduler implements Running {
  readonly #options: SchedulerOptions;
  readonly #name: string;
  readonly #state: ClusterState;
  readonly #queue: SchedulingQueue;
  readonly #metrics: SchedulerMetrics | undefined;
  readonly #events: SeriesRecorder;
  readonly #ends: (() => void)[] = [];
  readonly #writing = new Set<Promise<void>>();
  #startAt = 0;
  #awake = false;
  #ready = false;
  #stopped = false;

  constructor(options: SchedulerOptions) {
    const { client, clock, informers } = options;
    this.#options = options;
    this.#name = options.name ?? "default-scheduler";
    this.#state = new ClusterState(informers);
    this.#queue = new SchedulingQueue(clock, () => this.#wake());
    this.#metrics =
      options.metrics &&
      new SchedulerMetrics(options.metrics, {
        queue: this.#queue,
        size: () => ({ nodes: this.#state.nodes.length, pods: informers.cache(pods).size }),
      });
    this.#events = new SeriesRecorder({ client, clock, component: this.#name, instance: this.#name });
  }

  async start(): Promise<void> {
    const { informers } = this.#options;
    informers.of(podDisruptionBudgets);
    this.#ends.push(
      informers.of(nodes).onDifference(({ key, after }) => {
        if (after) for (const event of this.#state.setNode(after)) this.#queue.happened(event);
        else {
          this.#state.removeNode(key);
          this.#queue.happened("node/delete");
        }
      }),
      informers.of(pods).onDifference(({ before, after }) => this.#see(before, after)),
      informers.of(persistentVolumeClaims).onDifference(() => this.#queue.happened("volume")),
      informers.of(persistentVolumes).onDifference(() => this.#queue.happened("volume")),
      informers.of(storageClasses).onDifference(() => this.#queue.happened("volume")),
    );
    await informers.start();
    this.#ready = true;
    this.#wake();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const end of this.#ends) end();
    this.#queue.stop();
    await Promise.all(this.#writing);
    await this.#events.flush();
  }

  #see(before: Pod | undefined, after: Pod | undefined): void {
    const pod = (after ?? before) as Pod;
    const uid = pod.metadata.uid ?? "";
    if (!after || isOver(after)) {
      this.#forget(uid, before ?? pod);
      return;
    }
    if (after.spec.nodeName) {
      this.#queue.remove(uid);
      const moved = !before?.spec.nodeName;
      this.#state.nominate(podInfo(after), undefined);
      if (before && !moved && sameForScheduling(before, after)) return;
      this.#state.place(after, after.spec.nodeName);
      this.#queue.happened(moved ? "pod/add" : "pod/update");
      return;
    }
    if (after.spec.schedulerName !== this.#name && after.spec.schedulerName) return;
    if (after.spec.schedulingGates?.length || after.metadata.deletionTimestamp) {
      this.#queue.remove(uid);
      return;
    }
    const info = podInfo(after);
    if (after.status.nominatedNodeName) this.#state.nominate(info, after.status.nominatedNodeName);
    if (before && sameForScheduling({ ...before, status: after.status }, after)) this.#queue.refresh(info);
    else this.#queue.add(info);
  }

  #forget(uid: string, pod: Pod): void {
    this.#queue.remove(uid);
    this.#state.nominate(podInfo(pod), undefined);
    this.#state.remove(uid);
    if (pod.spec.nodeName) this.#queue.happened("pod/delete");
  }

  #wake(): void {
    if (this.#awake || !this.#ready || this.#stopped) return;
    this.#awake = true;
    // what happens in the same turn is decided together, by priority
    queueMicrotask(() => {
      this.#awake = false;
      for (let next = this.#queue.take(); next && !this.#stopped; next = this.#queue.take()) this.#decide(next);
    });
  }

  #decide(waiting: Waiting): void {
    const { info } = waiting;
    const { random, clock } = this.#options;
    const snapshot = this.#state;
    const beganMs = preciseMs(clock);
    const outcome = schedule(info, snapshot, {
      filters: filterPlugins,
      scores: scorePlugins,
      random,
      startAt: this.#startAt,
      nominated: snapshot.nominatedOn,
    });
    this.#metrics?.decided(preciseMs(clock) - beganMs);
    if (outcome.is === "refused") {
      this.#refuse(waiting, outcome);
      this.#metrics?.tried("unschedulable", this.#name, preciseMs(clock) - beganMs);
      return;
    }
    if (snapshot.nodes.length) this.#startAt = (this.#startAt + outcome.evaluated) % snapshot.nodes.length;
    this.#state.place(info.pod, outcome.node.name);
    this.#track(this.#bind(waiting, outcome.node.name, beganMs));
  }

  async #bind(waiting: Waiting, node: string, beganMs: number): Promise<void> {
    const { pod } = waiting.info;
    const { namespace = "", name = "", uid = "" } = pod.metadata;
    const client = this.#clientFor(pod);
    const { clock } = this.#options;
    try {
      const target = { kind: "Node", name: node };
      const binding = { apiVersion: "v1", kind: "Binding", metadata: { name, namespace, uid }, target };
      await client.post(pods, { namespace, name }, "binding", binding);
      const message = `Successfully assigned ${namespace}/${name} to ${node}`;
      this.#events.record(regarding(pods, pod), "Normal", "Scheduled", "Binding", message);
      this.#metrics?.tried("scheduled", this.#name, preciseMs(clock) - beganMs);
      this.#metrics?.scheduled(waiting.attempts, clock.now() - waiting.sinceMs);
    } catch (error) {
      this.#state.remove(uid);
      if (error instanceof ApiError && ["NotFound", "Conflict"].includes(error.reason)) return;
      this.#metrics?.tried("error", this.#name, preciseMs(clock) - beganMs);
      this.#options.onError?.(`binding ${namespace}/${name}`, error);
      this.#queue.retry(waiting);
    }
  }

  #refuse(waiting: Waiting, outcome: Extract<Outcome, { is: "refused" }>): void {
    const { info } = waiting;
    const { random, informers } = this.#options;
    const all = this.#state.nodes;
    // where no node was looked at, upstream's search for room ends with these words
    let preemption = outcome.preparing ? "not found" : "";
    let candidate: Candidate | undefined;
    if (all.length && !outcome.preparing) {
      const budgets = informers.cache(podDisruptionBudgets).list();
      const tried = preempt({ info, nodes: all, refused: outcome.byNode, filters: outcome.filters, budgets, random });
      this.#metrics?.preempted("node" in tried ? tried.victims.length : 0);
      if ("node" in tried) candidate = tried;
      else preemption = `no new claims to deallocate, preemption: ${tried.message}`;
    }
    const message = fitMessage(all.length, outcome, preemption);
    const refusedBy = new Set([...outcome.byNode.values()].map((r) => r.plugin));
    if (outcome.preparing) refusedBy.add(outcome.preparing.plugin);
    const retryOn = new Set<ClusterEvent>(["node/add"]);
    for (const plugin of filterPlugins) if (refusedBy.has(plugin.name)) for (const e of plugin.retryOn) retryOn.add(e);
    this.#queue.refuse(waiting, retryOn, [...refusedBy]);
    if (candidate) this.#state.nominate(info, candidate.node.name);
    this.#track(this.#tellRefused(waiting, message, candidate));
  }

  async #tellRefused({ info }: Waiting, message: string, candidate: Candidate | undefined): Promise<void> {
    const { pod } = info;
    const { namespace, name = "" } = pod.metadata;
    this.#events.record(regarding(pods, pod), "Warning", "FailedScheduling", "Scheduling", message);
    const client = this.#clientFor(pod);
    if (candidate) await this.#evict(pod, candidate);
    const condition = {
      type: "PodScheduled",
      ...(pod.metadata.generation && { observedGeneration: pod.metadata.generation }),
      status: "False",
      lastProbeTime: null,
      reason: "Unschedulable",
      message,
    };
    const known = pod.status.conditions?.find((c) => c.type === "PodScheduled");
    const nominated = candidate?.node.name ?? pod.status.nominatedNodeName;
    const same =
      known?.status === "False" &&
      known.reason === condition.reason &&
      known.message === message &&
      nominated === pod.status.nominatedNodeName;
    if (same) return;
    const time = known?.status === "False" ? known.lastTransitionTime : rfc3339(this.#options.clock.now());
    const conditions = [{ ...condition, lastTransitionTime: time }];
    const patch = { status: { conditions, ...(nominated && { nominatedNodeName: nominated }) } };
    await client
      .patch(pods, { namespace, name }, patch, { type: "strategic", subresource: "status" })
      .catch((error: unknown) => {
        if (!(error instanceof ApiError && error.reason === "NotFound"))
          this.#options.onError?.("pod condition", error);
      });
  }

  /** Has the victims go; the pod comes back once they are gone. */
  async #evict(preemptor: Pod, { victims }: Candidate): Promise<void> {
    const client = this.#clientFor(preemptor);
    await Promise.all(
      victims.map(async ({ pod }) => {
        const { namespace, name = "", uid } = pod.metadata;
        const now = rfc3339(this.#options.clock.now());
        const condition = {
          type: "DisruptionTarget",
          ...(pod.metadata.generation && { observedGeneration: pod.metadata.generation }),
          status: "True",
          lastProbeTime: null,
          lastTransitionTime: now,
          reason: "PreemptionByScheduler",
          message: `${this.#name}: preempting to accommodate a higher priority pod`,
        };
        try {
          const patch = { status: { conditions: [condition] } };
          await client.patch(pods, { namespace, name }, patch, { type: "strategic", subresource: "status" });
          await client.delete(pods, { namespace, name }, { preconditions: { ...(uid && { uid }) } });
          const message = `Preempted by pod ${preemptor.metadata.uid} on node ${pod.spec.nodeName}`;
          this.#events.record(regarding(pods, pod), "Normal", "Preempted", "Preempting", message);
        } catch (error) {
          if (!(error instanceof ApiError && error.reason === "NotFound")) this.#options.onError?.("preemption", error);
        }
      }),
    );
  }

  #clientFor(pod: Pod): Client {
    const cause: Cause = causeOf(pod);
    return this.#options.client.because(cause);
  }

  #track(work: Promise<void>): void {
    this.#writing.add(work);
    void work.finally(() => this.#writing.delete(work));
  }
}
