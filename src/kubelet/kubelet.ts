/**
 * A kubelet: looks after the pods that are bound to its node, over a Runtime and a Host, through a Client. It keeps
 * nothing of its own that it could not find again: after a restart it takes up what runs.
 */
import type { Clock } from "../base/clock.ts";
import { sleep } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { Client } from "../client/client.ts";
import type { Node, Pod, Service } from "../client/kinds.ts";
import { EventRecorder } from "../reconciler/events.ts";
import { rejection } from "./admission/admission.ts";
import { labels } from "./container/config.ts";
import { FailureBackoff } from "./container/failure-backoff.ts";
import { Images } from "./container/images.ts";
import { evictOverLimits } from "./eviction/eviction.ts";
import type { Host } from "./host.ts";
import { rotateLog, usualRotation } from "./logs/rotate.ts";
import { keepLease } from "./node/lease.ts";
import { Registration } from "./node/registration.ts";
import type { NodeParts } from "./node-parts.ts";
import { Observer } from "./pod/observer.ts";
import { isFinished, regardingPod } from "./pod/spec.ts";
import { PodWorker } from "./pod/worker.ts";
import { Prober } from "./probes/prober.ts";
import type { Runtime } from "./runtimes/contract.ts";
import { UsageMeter } from "./stats/usage-meter.ts";
import { StatusWriter } from "./status/status-writer.ts";
import { Tokens } from "./volumes/tokens.ts";
import { Volumes } from "./volumes/volumes.ts";

/** The pods and the node as the API has them, however they are learned of. */
export interface KubeletSources {
  /** The pods bound to this node, by uid. */
  readonly pods: () => Iterable<Pod>;
  readonly pod: (uid: string) => Pod | undefined;
  /** Calls back for each pod that is there, and for each change; without `pod`: it is gone. Returns what ends it. */
  readonly onPod: (listener: (uid: string, pod: Pod | undefined) => void) => () => void;
  readonly onNode: (listener: (node: Node) => void) => () => void;
  readonly services: (namespace: string) => readonly Service[];
}

export interface KubeletOptions {
  readonly client: Client;
  readonly sources: KubeletSources;
  readonly clock: Clock;
  readonly random: Random;
  readonly runtime: Runtime;
  readonly host: Host;
  readonly nodeName: string;
  readonly hostIP: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
  readonly cgroupRoot?: string;
  readonly kubeletVersion: string;
  readonly kubeletPort?: number;
  readonly maxPods?: number;
  /** Somebody else has made the node: its labels, taints and what it says that it has are left alone. */
  readonly adopted?: boolean;
  readonly onPodCIDR?: (podCIDR: string) => void;
  readonly onError?: (what: string, error: unknown) => void;
}

const housekeepingMs = 2_000;
/** How often logs and storage are looked at: kubelet's own period for both. */
const upkeepMs = 10_000;

export class Kubelet {
  readonly nodeName: string;
  readonly parts: NodeParts;
  readonly registration: Registration;
  /** What the node's containers use. */
  readonly meter: UsageMeter;
  readonly #options: KubeletOptions;
  readonly #workers = new Map<string, PodWorker>();
  readonly #stop = new AbortController();
  readonly #ends: (() => void)[] = [];

  private constructor(options: KubeletOptions, runtimeName: string, memoryBytes: number) {
    const { client, clock, random, runtime, host, nodeName, hostIP, sources } = options;
    this.nodeName = nodeName;
    this.#options = options;
    const events = new EventRecorder({ client, clock, component: "kubelet", host: nodeName });
    const wake = (uid: string): void => this.#workers.get(uid)?.wake();
    const onError = options.onError ?? (() => {});
    const observer = new Observer({
      runtime,
      files: host.files,
      clock,
      onChange: wake,
      onHealth: (e) => this.#onHealth(e),
    });
    this.parts = {
      client,
      clock,
      random,
      events,
      runtime,
      host,
      runtimeName,
      hostIP,
      observer,
      settings: {
        nodeName,
        clusterDns: options.clusterDns,
        clusterDomain: options.clusterDomain,
        cgroupRoot: options.cgroupRoot,
        memoryBytes,
      },
      prober: new Prober({ runtime, dialer: host.dialer, clock, events, onChange: wake }),
      statuses: new StatusWriter(client, clock, sources.pod, (error) => onError("status", error)),
      volumes: new Volumes({ host, client, clock, random, tokens: new Tokens(client, clock) }),
      images: new Images({ runtime, client, clock, events }),
      restarts: new FailureBackoff(clock),
      services: sources.services,
      allocatable: () => this.registration.node?.status.allocatable ?? {},
      onError,
    };
    this.meter = new UsageMeter(runtime, clock);
    this.registration = new Registration({
      ...options,
      events,
      labels: options.labels ?? {},
      taints: options.taints ?? [],
      annotations: options.annotations ?? {},
      kubeletPort: options.kubeletPort ?? 10250,
      maxPods: options.maxPods ?? 110,
      adopted: options.adopted ?? false,
      onError,
      onPodCIDR: options.onPodCIDR ?? (() => {}),
    });
  }

  /** Resolves once the node is known to the API and its pods are looked after. */
  static async start(options: KubeletOptions): Promise<Kubelet> {
    const [{ name }, { memoryBytes }] = await Promise.all([options.runtime.version(), options.host.facts()]);
    const kubelet = new Kubelet(options, name, memoryBytes);
    await kubelet.#begin();
    return kubelet;
  }

  /** The worker of a pod, by namespace and name. */
  find(namespace: string, name: string): PodWorker | undefined {
    for (const worker of this.#workers.values()) {
      const { metadata } = worker.pod;
      if (metadata.name === name && metadata.namespace === namespace) return worker;
    }
    return undefined;
  }

  worker(uid: string): PodWorker | undefined {
    return this.#workers.get(uid);
  }

  workers(): Iterable<PodWorker> {
    return this.#workers.values();
  }

  /** Lets go of the node: its containers run on, and another kubelet can take it up. */
  async stop(): Promise<void> {
    this.#stop.abort();
    for (const end of this.#ends) end();
    this.registration.stop();
    this.parts.prober.stop();
    this.parts.observer.stop();
    await Promise.all([...this.#workers.values()].map((worker) => worker.stop()));
    await this.parts.statuses.stop();
    await this.parts.events.flush();
  }

  async #begin(): Promise<void> {
    const { client, clock, sources, nodeName } = this.#options;
    await this.parts.observer.start();
    await this.registration.start();
    void keepLease(client, clock, nodeName, this.#stop.signal);
    this.#ends.push(sources.onNode((node) => this.registration.see(node)));
    this.#ends.push(sources.onPod((uid, pod) => this.#see(uid, pod)));
    void this.#housekeep();
    void this.#keepWithinLimits();
  }

  #see(uid: string, pod: Pod | undefined): void {
    // a mirror shows what runs by itself
    if (pod?.metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined) return;
    const worker = this.#workers.get(uid);
    if (!pod) {
      worker?.remove();
      return;
    }
    if (worker) {
      worker.update(pod);
      return;
    }
    const made = new PodWorker(this.parts, pod, () => this.#workers.delete(uid));
    this.#workers.set(uid, made);
    this.#admit(made);
    made.wake();
  }

  /** A pod that the node cannot have fails at once (https://kubernetes.io/docs/concepts/scheduling-eviction/). */
  #admit(worker: PodWorker): void {
    const { pod } = worker;
    const { node } = this.registration;
    const isRunning = this.parts.observer.get(worker.uid).containers.length > 0;
    if (!node || isRunning || pod.metadata.deletionTimestamp || isFinished(pod.status.phase)) return;
    const others = [...this.#workers.values()].filter(
      (w) => w !== worker && w.isActive && !isFinished(w.pod.status.phase),
    );
    const refused = rejection(
      pod,
      node,
      others.map((w) => w.pod),
    );
    if (!refused) return;
    this.parts.events.warning(regardingPod(pod), refused.reason, refused.message);
    worker.fail({ reason: refused.reason, message: `Pod was rejected: ${refused.message}` });
  }

  /** Ends what runs though nobody wants it: left from before the kubelet started, or of pods that went unseen. */
  async #housekeep(): Promise<void> {
    const { clock, sources } = this.#options;
    while (!this.#stop.signal.aborted) {
      await sleep(clock, housekeepingMs, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      for (const uid of [...this.parts.observer.uids()]) {
        if (this.#workers.has(uid) || sources.pod(uid)) continue;
        await this.#clear(uid).catch((error: unknown) => this.parts.onError(`orphaned pod ${uid}`, error));
      }
    }
  }

  /** Rotates logs, and evicts pods that have written more than they may. */
  async #keepWithinLimits(): Promise<void> {
    const { parts } = this;
    const { runtime, clock } = parts;
    const rotation = { files: parts.host.files, runtime, clock, ...usualRotation };
    while (!this.#stop.signal.aborted) {
      await sleep(clock, upkeepMs, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      for (const uid of this.#workers.keys())
        for (const container of parts.observer.get(uid).containers)
          if (container.state === "running" && container.logPath)
            await rotateLog(rotation, container).catch((error: unknown) => parts.onError("log rotation", error));
      await evictOverLimits(parts, this.#workers.values()).catch((error: unknown) => parts.onError("eviction", error));
    }
  }

  async #clear(uid: string): Promise<void> {
    const { observer, runtime, volumes, host } = this.parts;
    const observed = observer.get(uid);
    for (const { id, state } of observed.containers) if (state === "running") await runtime.stopContainer(id, 30);
    for (const { id, labels: notes } of observed.sandboxes) {
      await runtime.stopSandbox(id);
      await runtime.removeSandbox(id);
      const name = `${notes[labels.podNamespace]}_${notes[labels.podName]}_${uid}`;
      await host.files.removeTree(`${host.logRoot}/${name}`);
    }
    for (const { id } of observed.containers) await runtime.removeContainer(id);
    await volumes.remove(uid);
    await observer.look();
  }

  #unhealthy = false;
  #onHealth(error: unknown): void {
    const unhealthy = error !== undefined;
    if (unhealthy === this.#unhealthy) return;
    this.#unhealthy = unhealthy;
    this.registration?.hurry();
  }
}
