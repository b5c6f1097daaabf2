/**
 * Looks after one pod on its node, from the moment it is bound until nothing of it is left.
 *
 * Promises: one step at a time, the newest state first; a pod that is to end begins to as soon as the step under way is
 * over; what has ended is never started again; the API lets go of the pod only once everything of it is gone from the node.
 */
import type { Timer } from "../../base/clock.ts";
import type { Pod } from "../../client/kinds.ts";
import { podLogDirectory, sandboxConfig } from "../container/config.ts";
import type { PodFacts } from "../container/field-reference.ts";
import { startContainer } from "../container/start.ts";
import { StartFailure } from "../container/start-failure.ts";
import { stopAll, stopContainer } from "../container/stop.ts";
import type { NodeParts } from "../node-parts.ts";
import type { SandboxConfig } from "../runtimes/contract.ts";
import type { Hindrance } from "../status/container-status.ts";
import { podStatus } from "../status/pod-status.ts";
import { MountFailure } from "../volumes/volumes.ts";
import { isAlive, type ObservedPod, runningOf } from "./observed.ts";
import { type PodPlan, planPod } from "./plan.ts";
import { initContainers, isFinished, isHostNetwork, type PodStatus, regardingPod } from "./spec.ts";

/** Why the kubelet itself has a pod fail. */
export interface Verdict {
  readonly reason: string;
  readonly message: string;
}

const retryMs = 1_000;
const longestRetryMs = 10_000;
const longestMountRetryMs = 122_000;
/** How often volumes that follow the API are made anew: kubelet's sync period. */
const refreshMs = 60_000;

export class PodWorker {
  readonly uid: string;
  readonly #parts: NodeParts;
  #pod: Pod;
  #stage: "syncing" | "ending" | "ended" = "syncing";
  /** Gone from the API. */
  #removed = false;
  #verdict: Verdict | undefined;
  #graceSeconds: number | undefined;
  readonly #hindrances = new Map<string, Hindrance>();
  #volumes: ReadonlyMap<string, string> | undefined;
  #mountedMs = 0;
  #failures = 0;
  #timer: Timer | undefined;
  #wakeAt = Number.POSITIVE_INFINITY;
  #dirty = false;
  #running: Promise<void> | undefined;
  #stopped = false;
  readonly #onGone: () => void;

  constructor(parts: NodeParts, pod: Pod, onGone: () => void) {
    this.#parts = parts;
    this.#pod = pod;
    this.uid = pod.metadata.uid ?? "";
    this.#onGone = onGone;
  }

  get pod(): Pod {
    return this.#pod;
  }
  get volumes(): ReadonlyMap<string, string> {
    return this.#volumes ?? new Map();
  }
  /** Whether the pod still holds resources of the node. */
  get isActive(): boolean {
    return this.#stage !== "ended";
  }

  /** The pod as the API has it now. */
  update(pod: Pod): void {
    const shortened =
      this.#stage === "ending" &&
      (pod.metadata.deletionGracePeriodSeconds ?? Number.POSITIVE_INFINITY) <
        (this.#pod.metadata.deletionGracePeriodSeconds ?? Number.POSITIVE_INFINITY);
    this.#pod = pod;
    if (shortened) void this.#stopEverything().catch(() => {});
    this.wake();
  }

  /** The API has it no longer. */
  remove(): void {
    this.#removed = true;
    this.wake();
  }

  /** The pod fails, for a reason of the kubelet's own. `graceSeconds`: what its containers get to end. */
  fail(verdict: Verdict, graceSeconds?: number): void {
    this.#verdict ??= verdict;
    this.#graceSeconds = graceSeconds;
    this.wake();
  }

  wake(): void {
    if (this.#stopped) return;
    this.#dirty = true;
    this.#running ??= this.#run();
  }

  /** Lets go of the pod; its containers run on. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#running;
  }

  /** The status as it follows from all that is known now. */
  status(): PodStatus {
    const { runtimeName, hostIP, prober, statuses, clock, observer } = this.#parts;
    return podStatus({
      pod: this.#pod,
      observed: observer.get(this.uid),
      before: statuses.get(this.uid),
      runtimeName,
      hostIP,
      hindrance: (name) => this.#hindrances.get(name),
      probes: prober,
      ending: this.#stage === "ended",
      verdict: this.#verdict,
      now: clock.now(),
    });
  }

  async #run(): Promise<void> {
    await undefined;
    while (this.#dirty && !this.#stopped) {
      this.#dirty = false;
      try {
        await this.#step();
        this.#failures = 0;
      } catch (error) {
        this.#failures++;
        if (!(error instanceof StartFailure || error instanceof MountFailure))
          this.#parts.onError(`pod ${this.#pod.metadata.namespace}/${this.#pod.metadata.name}`, error);
        const longest = error instanceof MountFailure ? longestMountRetryMs : longestRetryMs;
        this.#wakeIn(Math.min(retryMs * 2 ** (this.#failures - 1), longest));
      }
    }
    this.#running = undefined;
    if (this.#dirty && !this.#stopped) this.#running = this.#run();
  }

  async #step(): Promise<void> {
    if (this.#stage === "syncing") {
      this.#checkDeadline();
      const status = this.status();
      // that a pod has ended is told once nothing of it runs any more
      const finished = isFinished(status.phase);
      if (!finished) this.#tell();
      if (!finished && !this.#removed && !this.#pod.metadata.deletionTimestamp) return this.#sync();
      this.#stage = "ending";
    }
    if (this.#stage === "ending") await this.#end();
    if (this.#stage === "ended") await this.#leave();
  }

  /** Brings the status to the API and to the probes. */
  #tell(): PodStatus {
    const status = this.status();
    this.#parts.statuses.set(this.#pod, status);
    if (this.#stage !== "ended") this.#parts.prober.follow(this.#pod, status);
    return status;
  }

  #checkDeadline(): void {
    const { activeDeadlineSeconds } = this.#pod.spec;
    const started = this.#parts.statuses.get(this.uid)?.startTime ?? this.#pod.status.startTime;
    if (activeDeadlineSeconds === undefined || !started || this.#verdict) return;
    const left = Date.parse(started) + activeDeadlineSeconds * 1000 - this.#parts.clock.now();
    if (left > 0) {
      this.#wakeIn(left);
      return;
    }
    const message = "Pod was active on the node longer than the specified deadline";
    this.#parts.events.normal(regardingPod(this.#pod), "DeadlineExceeded", message);
    this.#verdict = { reason: "DeadlineExceeded", message };
  }

  async #sync(): Promise<void> {
    const { observer, prober } = this.#parts;
    const observed = observer.get(this.uid);
    const plan = planPod(this.#pod, observed, prober);
    await this.#mount(observed, plan.start.length > 0);
    if (plan.killPod) await this.#kill(observed, plan);
    else for (const kill of plan.kill) await this.#stopOne(observed, kill);
    if (plan.start.length > 0 && !(plan.killPod && !plan.createSandbox)) await this.#start(plan);
    if (plan.killPod || plan.kill.length || plan.start.length) await observer.look();
  }

  async #mount(observed: ObservedPod, needed: boolean): Promise<void> {
    const { volumes, clock, events } = this.#parts;
    const now = clock.now();
    const follows = volumes.follows(this.#pod);
    const due = follows && now - this.#mountedMs >= refreshMs;
    if (!(needed && !this.#volumes) && !due) {
      if (follows && this.#mountedMs) this.#wakeIn(this.#mountedMs + refreshMs - now);
      return;
    }
    try {
      this.#volumes = await volumes.mount(this.#facts(observed));
      this.#mountedMs = now;
      if (follows) this.#wakeIn(refreshMs);
    } catch (error) {
      if (error instanceof MountFailure) events.warning(regardingPod(this.#pod), "FailedMount", error.message);
      if (!this.#volumes) throw error;
      // the containers go on with what they have
      this.#mountedMs = now;
      this.#wakeIn(refreshMs);
    }
  }

  async #kill(observed: ObservedPod, plan: PodPlan): Promise<void> {
    const { runtime, events } = this.#parts;
    if (plan.createSandbox && plan.sandbox) {
      const message = "Pod sandbox changed, it will be killed and re-created.";
      events.normal(regardingPod(this.#pod), "SandboxChanged", message);
    }
    await stopAll(this.#stopping(), this.#pod, runningOf(observed), { podIP: observed.ips[0] ?? "" });
    for (const { id } of observed.sandboxes) await runtime.stopSandbox(id);
    if (!plan.createSandbox) return;
    const init = new Set(initContainers(this.#pod).map((c) => c.name));
    for (const { id, name } of observed.containers) if (init.has(name)) await runtime.removeContainer(id);
  }

  async #stopOne(observed: ObservedPod, kill: PodPlan["kill"][number]): Promise<void> {
    const container = observed.containers.find((c) => c.id === kill.id);
    if (!container) return;
    const podIP = observed.ips[0] ?? "";
    const { message, reason } = kill;
    await stopContainer(this.#stopping(), { pod: this.#pod, container, podIP, message, reason });
  }

  async #start(plan: PodPlan): Promise<void> {
    const { observer, host, settings } = this.#parts;
    const config = await sandboxConfig(this.#pod, plan.attempt, host, settings);
    const sandbox = plan.createSandbox ? await this.#makeSandbox(config) : plan.sandbox;
    if (plan.createSandbox) {
      await observer.look();
      this.#tell();
    }
    let failure: unknown;
    for (const start of plan.start) {
      if (this.#pod.metadata.deletionTimestamp || this.#removed) return;
      const observed = observer.get(this.uid);
      try {
        const facts = this.#facts(observed);
        const volumes = this.#volumes ?? new Map<string, string>();
        await startContainer(this.#parts, { ...start, facts, observed, sandbox, sandboxConfig: config, volumes });
        this.#hindrances.delete(start.container.name);
        await this.#prune(observed, start.container.name);
      } catch (error) {
        if (!(error instanceof StartFailure)) throw error;
        failure ??= this.#hinder(start.container.name, error);
      }
      if (plan.start.length > 1) {
        await observer.look();
        this.#tell();
      }
    }
    if (failure) throw failure;
  }

  /** Keeps why the container does not run; resolves to the failure if it has no time of its own for the next try. */
  #hinder(name: string, error: StartFailure): StartFailure | undefined {
    this.#hindrances.set(name, { reason: error.reason, message: error.message });
    this.#tell();
    if (error.retryAtMs === undefined) return error;
    this.#wakeIn(error.retryAtMs - this.#parts.clock.now());
    return undefined;
  }

  async #makeSandbox(config: SandboxConfig): Promise<string> {
    const { runtime, events, host } = this.#parts;
    await host.files.makeDirectory(podLogDirectory(host, this.#pod), { mode: 0o755 });
    try {
      return await runtime.runSandbox(config);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      events.warning(regardingPod(this.#pod), "FailedCreatePodSandBox", `Failed to create pod sandbox: ${why}`);
      throw error;
    }
  }

  /** Of a container's earlier lives one is kept, for its log. */
  async #prune(observed: ObservedPod, name: string): Promise<void> {
    const { runtime, host } = this.#parts;
    const dead = observed.containers.filter((c) => c.name === name && c.state === "exited");
    for (const { id, logPath } of dead.slice(1)) {
      await runtime.removeContainer(id);
      if (logPath) await host.files.removeTree(logPath);
    }
  }

  async #end(): Promise<void> {
    const { observer, prober } = this.#parts;
    prober.forget(this.uid, ["liveness", "startup"]);
    if (isAlive(observer.get(this.uid))) await observer.look();
    await this.#stopEverything();
    await observer.look();
    if (isAlive(observer.get(this.uid))) throw new Error("some of the pod's containers have not ended");
    prober.forget(this.uid);
    this.#stage = "ended";
    this.#hindrances.clear();
    this.#tell();
  }

  async #stopEverything(): Promise<void> {
    const { runtime, observer } = this.#parts;
    const observed = observer.get(this.uid);
    const common = { podIP: observed.ips[0] ?? "", graceSeconds: this.#graceSeconds };
    await stopAll(this.#stopping(), this.#pod, runningOf(observed), common);
    for (const { id, ready } of observed.sandboxes) if (ready) await runtime.stopSandbox(id);
  }

  /** Nothing of the pod runs: its volumes go, and once the API wants it gone, its containers and itself. */
  async #leave(): Promise<void> {
    const { volumes, runtime, observer, statuses, host, images, restarts } = this.#parts;
    await volumes.remove(this.uid);
    this.#volumes = undefined;
    if (!this.#removed) {
      if (!this.#pod.metadata.deletionTimestamp) return;
      return statuses.finish(this.#pod, this.status());
    }
    for (const { id } of observer.get(this.uid).sandboxes) await runtime.removeSandbox(id);
    for (const { id } of observer.get(this.uid).containers) await runtime.removeContainer(id);
    await host.files.removeTree(podLogDirectory(host, this.#pod));
    images.forget(this.uid);
    restarts.forget(`${this.uid}_`);
    statuses.forget(this.uid);
    this.#timer?.cancel();
    this.#stopped = true;
    this.#onGone();
    await observer.look();
  }

  #facts(observed: ObservedPod): PodFacts {
    const { hostIP, settings, allocatable } = this.#parts;
    return {
      pod: this.#pod,
      podIPs: isHostNetwork(this.#pod) ? [hostIP] : observed.ips,
      hostIPs: [hostIP],
      nodeName: settings.nodeName,
      allocatable: allocatable(),
    };
  }

  #stopping() {
    const { runtime, clock, events, host } = this.#parts;
    return { runtime, clock, events, dialer: host.dialer };
  }

  #wakeIn(ms: number): void {
    if (this.#stopped) return;
    const { clock } = this.#parts;
    const at = clock.now() + Math.max(0, ms);
    if (this.#timer && this.#wakeAt <= at) return;
    this.#timer?.cancel();
    this.#wakeAt = at;
    this.#timer = clock.after(Math.max(0, ms), () => {
      this.#timer = undefined;
      this.#wakeAt = Number.POSITIVE_INFINITY;
      this.wake();
    });
  }
}
