/** Small objects for the tables of tests: what a case does not say is as usual. */
import type { DaemonSet, Deployment, Job, Node, Pod, ReplicaSet, StatefulSet } from "../client/kinds.ts";

export const epoch = Date.parse("2026-01-01T00:00:00Z");
export const at = (seconds: number): string => new Date(epoch + seconds * 1000).toISOString().replace(".000", "");

export interface PodOptions {
  readonly uid?: string;
  readonly node?: string;
  readonly phase?: string;
  /** Since when, in seconds; false: it is not. */
  readonly ready?: number | false;
  readonly made?: number;
  readonly leaving?: boolean;
  readonly restarts?: number;
  readonly exitCode?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
}

/** A pod that runs on node `n` and is ready, unless told otherwise. */
export function pod(name: string, options: PodOptions = {}): Pod {
  const { node = "n", phase = "Running", ready = 0, made = 0, leaving, restarts = 0, exitCode } = options;
  const isReady = ready !== false && phase === "Running";
  const condition = { type: "Ready", status: isReady ? "True" : "False", lastTransitionTime: at(ready || 0) };
  const state = exitCode === undefined ? {} : { terminated: { exitCode, finishedAt: at(made) } };
  const { uid = name, labels, annotations, finalizers } = options;
  return {
    metadata: {
      name,
      uid,
      namespace: "ns",
      labels,
      annotations,
      finalizers,
      creationTimestamp: at(made),
      ...(leaving && { deletionTimestamp: at(made) }),
    },
    spec: { nodeName: node, containers: [{ name: "c", image: "i" }] },
    status: {
      phase,
      conditions: [condition],
      containerStatuses: [{ name: "c", image: "i", imageID: "", ready: isReady, restartCount: restarts, state }],
    },
  } as unknown as Pod;
}

export const template = (image = "i:1") => ({
  metadata: { labels: { app: "web" } },
  spec: { containers: [{ name: "c", image }] },
});

export interface SetOptions {
  readonly replicas?: number;
  readonly available?: number;
  readonly made?: number;
  readonly image?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly status?: object;
}

export function replicaSet(name: string, options: SetOptions = {}): ReplicaSet {
  const { replicas = 1, available = replicas, made = 0, image, annotations } = options;
  return {
    metadata: { name, uid: name, namespace: "ns", annotations, creationTimestamp: at(made), generation: 1 },
    spec: { replicas, selector: { matchLabels: { app: "web" } }, template: template(image) },
    status: { replicas, availableReplicas: available, observedGeneration: 1, ...options.status },
  } as unknown as ReplicaSet;
}

export function deployment(spec: object = {}, status: object = {}, annotations: object = {}): Deployment {
  const rollingUpdate = { maxSurge: "25%", maxUnavailable: "25%" };
  return {
    metadata: { name: "web", uid: "web", namespace: "ns", generation: 1, annotations },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: "web" } },
      template: template("i:2"),
      strategy: { type: "RollingUpdate", rollingUpdate },
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
      ...spec,
    },
    status,
  } as unknown as Deployment;
}

export const node = (name: string, spec: object = {}, labels: object = {}): Node =>
  ({ metadata: { name, labels }, spec, status: {} }) as unknown as Node;

export function daemonSet(spec: object = {}): DaemonSet {
  const updateStrategy = { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } };
  return {
    metadata: { name: "agent", uid: "agent", namespace: "ns", generation: 1 },
    spec: { selector: { matchLabels: { app: "web" } }, template: template(), updateStrategy, ...spec },
    status: {},
  } as unknown as DaemonSet;
}

export function job(spec: object = {}, status: object = {}): Job {
  return {
    metadata: { name: "work", uid: "work", namespace: "ns", generation: 1 },
    spec: { parallelism: 1, completions: 1, backoffLimit: 6, template: template(), ...spec },
    status: { startTime: at(0), uncountedTerminatedPods: {}, ...status },
  } as unknown as Job;
}

export function statefulSet(spec: object = {}, status: object = {}): StatefulSet {
  const updateStrategy = { type: "RollingUpdate", rollingUpdate: { partition: 0 } };
  return {
    metadata: { name: "db", uid: "db", namespace: "ns", generation: 1 },
    spec: { replicas: 3, selector: { matchLabels: { app: "web" } }, template: template(), updateStrategy, ...spec },
    status,
  } as unknown as StatefulSet;
}
