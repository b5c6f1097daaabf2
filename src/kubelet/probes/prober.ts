/**
 * The probes of a node's containers (https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/).
 * A worker per probe asks in its period and counts; results are kept by the runtime's id of the container, so that a
 * restarted container starts afresh.
 */
import type { Clock, Timer } from "../../base/clock.ts";
import type { Pod } from "../../client/kinds.ts";
import type { EventRecorder } from "../../reconciler/events.ts";
import type { Dialer } from "../host.ts";
import type { ProbeResults } from "../pod/plan.ts";
import {
  type Container,
  type ContainerRole,
  type ContainerStatus,
  initContainers,
  isFinished,
  isSidecar,
  mainContainers,
  type PodStatus,
  type Probe,
  regardingContainer,
} from "../pod/spec.ts";
import type { Runtime } from "../runtimes/contract.ts";
import { probeOnce } from "./handlers.ts";

export type ProbeKind = "startup" | "liveness" | "readiness";
type Result = "success" | "failure" | "unknown";
const titles: Record<ProbeKind, string> = { startup: "Startup", liveness: "Liveness", readiness: "Readiness" };
/** Before the first verdict. */
const initial: Record<ProbeKind, Result> = { startup: "unknown", liveness: "success", readiness: "failure" };

export interface ProberOptions {
  readonly runtime: Runtime;
  readonly dialer: Dialer;
  readonly clock: Clock;
  readonly events: EventRecorder;
  /** A verdict has changed: the pod wants to be looked at. */
  readonly onChange: (uid: string) => void;
}

export class Prober implements ProbeResults {
  readonly options: ProberOptions;
  readonly #results: Record<ProbeKind, Map<string, Result>> = {
    startup: new Map(),
    liveness: new Map(),
    readiness: new Map(),
  };
  /** By pod, then `container/kind`. */
  readonly #workers = new Map<string, Map<string, ProbeWorker>>();

  constructor(options: ProberOptions) {
    this.options = options;
  }

  liveness(id: string): "success" | "failure" | undefined {
    const result = this.#results.liveness.get(id);
    return result === "unknown" ? undefined : result;
  }
  startup(id: string): Result | undefined {
    return this.#results.startup.get(id);
  }
  readiness(id: string): boolean {
    return this.#results.readiness.get(id) === "success";
  }

  /** Looks after the probes of a pod, which now has this status. */
  follow(pod: Pod, status: PodStatus): void {
    const uid = pod.metadata.uid ?? "";
    let workers = this.#workers.get(uid);
    const containers: [ContainerRole, Container][] = [
      ...initContainers(pod)
        .filter(isSidecar)
        .map((c): [ContainerRole, Container] => ["init", c]),
      ...mainContainers(pod).map((c): [ContainerRole, Container] => ["main", c]),
    ];
    const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
    for (const [role, container] of containers) {
      for (const kind of ["startup", "liveness", "readiness"] as const) {
        const probe = container[`${kind}Probe`];
        if (!probe) continue;
        workers ??= new Map();
        const key = `${container.name}/${kind}`;
        let worker = workers.get(key);
        if (!worker) {
          if (isFinished(status.phase) || (pod.metadata.deletionTimestamp && kind !== "readiness")) continue;
          worker = new ProbeWorker(this, kind, probe, role);
          workers.set(key, worker);
        }
        worker.see(
          pod,
          container,
          all.find((s) => s.name === container.name),
          status,
        );
      }
    }
    if (workers) this.#workers.set(uid, workers);
  }

  /** Ends the probes of a pod; `kinds`: only those. */
  forget(uid: string, kinds?: readonly ProbeKind[]): void {
    for (const [key, worker] of this.#workers.get(uid) ?? []) {
      if (kinds && !kinds.includes(worker.kind)) continue;
      worker.stop();
      this.#workers.get(uid)?.delete(key);
    }
    if (!kinds) this.#workers.delete(uid);
  }

  stop(): void {
    for (const uid of [...this.#workers.keys()]) this.forget(uid);
  }

  set(kind: ProbeKind, id: string, result: Result, uid: string): void {
    if (this.#results[kind].get(id) === result) return;
    this.#results[kind].set(id, result);
    this.options.onChange(uid);
  }

  drop(kind: ProbeKind, id: string): void {
    this.#results[kind].delete(id);
  }

  begin(kind: ProbeKind, id: string): void {
    if (!this.#results[kind].has(id)) this.#results[kind].set(id, initial[kind]);
  }
}

/** One probe of one container. */
class ProbeWorker {
  readonly kind: ProbeKind;
  readonly #prober: Prober;
  readonly #probe: Probe;
  readonly #role: ContainerRole;
  #pod: Pod | undefined;
  #container: Container | undefined;
  #status: ContainerStatus | undefined;
  #podIP = "";
  #id = "";
  /** Nothing more is to be asked of this container: it is to be restarted, or has started. */
  #onHold = false;
  #last: Result | undefined;
  #run = 0;
  #timer: Timer | undefined;
  #asking = false;
  #stopped = false;

  constructor(prober: Prober, kind: ProbeKind, probe: Probe, role: ContainerRole) {
    this.#prober = prober;
    this.kind = kind;
    this.#probe = probe;
    this.#role = role;
  }

  see(pod: Pod, container: Container, status: ContainerStatus | undefined, { podIP = "" }: PodStatus): void {
    const began = !this.#isDue();
    this.#pod = pod;
    this.#container = container;
    this.#status = status;
    this.#podIP = podIP;
    const id = status?.state.running ? (status.containerID ?? "").replace(/^.*:\/\//, "") : "";
    if (id && id !== this.#id) this.#changeTo(id);
    else if (!id && this.#id) this.#prober.set(this.kind, this.#id, "failure", pod.metadata.uid ?? "");
    if (!this.#timer && !this.#asking) this.#schedule(this.#untilFirstMs());
    // what waited for the container to have started is asked at once
    else if (began && this.#isDue() && this.kind !== "startup" && !this.#asking) this.#schedule(this.#untilFirstMs());
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    if (this.#id) this.#prober.drop(this.kind, this.#id);
  }

  #changeTo(id: string): void {
    if (this.#id) this.#prober.drop(this.kind, this.#id);
    this.#id = id;
    this.#onHold = false;
    this.#last = undefined;
    this.#run = 0;
    this.#prober.begin(this.kind, id);
    if (!this.#asking) this.#schedule(this.#untilFirstMs());
  }

  #untilFirstMs(): number {
    const started = this.#status?.state.running?.startedAt;
    const delayMs = (this.#probe.initialDelaySeconds ?? 0) * 1000;
    if (!started || delayMs === 0) return 0;
    return Math.max(0, Date.parse(started) + delayMs - this.#prober.options.clock.now());
  }

  #schedule(ms: number): void {
    this.#timer?.cancel();
    this.#timer = this.#prober.options.clock.after(ms, () => void this.#tick());
  }

  /** Whether the container is at the stage that this probe is for. */
  #isDue(): boolean {
    if (!this.#status?.state.running || this.#onHold) return false;
    return this.kind === "startup" ? !this.#status.started : this.#status.started === true;
  }

  async #tick(): Promise<void> {
    const periodMs = (this.#probe.periodSeconds ?? 10) * 1000;
    this.#timer = undefined;
    const began = this.#prober.options.clock.now();
    if (this.#isDue()) {
      this.#asking = true;
      await this.#ask().catch(() => {});
      this.#asking = false;
    }
    if (this.#stopped) return;
    const took = this.#prober.options.clock.now() - began;
    this.#schedule(Math.max(0, periodMs - took));
  }

  async #ask(): Promise<void> {
    const { runtime, dialer, events } = this.#prober.options;
    const [pod, container, id] = [this.#pod, this.#container, this.#id];
    if (!pod || !container) return;
    const about = regardingContainer(pod, container.name, this.#role);
    const title = titles[this.kind];
    let result: Result;
    try {
      const { healthy, output } = await probeOnce(this.#probe, { container, id, podIP: this.#podIP }, runtime, dialer);
      result = healthy ? "success" : "failure";
      if (!healthy && !this.#stopped && id === this.#id)
        events.warning(about, "Unhealthy", `${title} probe failed: ${output}`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (!this.#stopped && id === this.#id)
        events.warning(about, "Unhealthy", `${title} probe errored and resulted in unknown state: ${why}`);
      return;
    }
    if (this.#stopped || id !== this.#id) return;
    this.#count(result, pod);
  }

  #count(result: Result, pod: Pod): void {
    this.#run = this.#last === result ? this.#run + 1 : 1;
    this.#last = result;
    const needed = result === "failure" ? (this.#probe.failureThreshold ?? 3) : (this.#probe.successThreshold ?? 1);
    if (this.#run < needed) return;
    if (this.kind === "startup" || (this.kind === "liveness" && result === "failure")) {
      this.#onHold = true;
      this.#run = 0;
    }
    this.#prober.set(this.kind, this.#id, result, pod.metadata.uid ?? "");
  }
}
