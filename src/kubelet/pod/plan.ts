/**
 * What a pod needs now: pure. From what it asks for and what the runtime has of it to the steps of one synchronization
 * (kubelet's `computePodActions`).
 */
import type { Pod } from "../../client/kinds.ts";
import type { ContainerStatus } from "../runtimes/contract.ts";
import { latestOf, type ObservedPod, sandboxChange } from "./observed.ts";
import {
  type Container,
  type ContainerRole,
  ephemeralContainers,
  initContainers,
  isHostNetwork,
  isSidecar,
  mainContainers,
  restartsAfter,
} from "./spec.ts";

export type KillReason = "unknown" | "livenessProbe" | "startupProbe" | "changed";

export interface Kill {
  readonly id: string;
  readonly name: string;
  /** The text of the event. */
  readonly message: string;
  readonly reason: KillReason;
}

export interface Start {
  readonly container: Container;
  readonly role: ContainerRole;
}

export interface PodPlan {
  /** Everything of the pod is to be stopped first. */
  readonly killPod: boolean;
  readonly createSandbox: boolean;
  /** The sandbox to use or to replace; empty if there is none. */
  readonly sandbox: string;
  readonly attempt: number;
  readonly kill: readonly Kill[];
  /** In this order. */
  readonly start: readonly Start[];
}

/** What the probes say of a container, by its id. */
export interface ProbeResults {
  liveness(id: string): "success" | "failure" | undefined;
  startup(id: string): "success" | "failure" | "unknown" | undefined;
}

/** The name under which the runtime knows what a container was made from: another one means it must be made anew. */
export const definitionLabel = "io.kubernetes.container.image";

export function shouldRestart(pod: Pod, container: Container, status: ContainerStatus | undefined): boolean {
  if (pod.metadata.deletionTimestamp) return false;
  if (!status) return true;
  switch (status.state) {
    case "running":
      return false;
    case "exited":
      return restartsAfter(pod, container, status.exitCode);
    default:
      return true;
  }
}

export function planPod(pod: Pod, observed: ObservedPod, probes: ProbeResults): PodPlan {
  const { changed, attempt, id } = sandboxChange(observed, isHostNetwork(pod));
  const base = { sandbox: id, attempt, kill: [], start: [] as Start[] };
  if (changed) return { ...base, ...planNewSandbox(pod, observed, attempt) };
  const planning = new Planning(pod, observed, probes);
  planning.ephemeral();
  const initialized = planning.init();
  if (initialized && !planning.killPod) planning.main();
  const { killPod, kill, start } = planning;
  return { killPod, createSandbox: false, sandbox: id, attempt, kill, start };
}

function planNewSandbox(
  pod: Pod,
  observed: ObservedPod,
  attempt: number,
): Pick<PodPlan, "killPod" | "createSandbox" | "start"> {
  const none = { killPod: true, createSandbox: false, start: [] };
  // a pod that never restarts, and has run already, does not run again
  const restarts = pod.spec.restartPolicy !== "Never" || mainContainers(pod).some((c) => c.restartPolicy !== undefined);
  if (!restarts && attempt !== 0 && observed.containers.length > 0) return none;
  const start = mainContainers(pod)
    .filter((container) => {
      const onFailure = (container.restartPolicy ?? pod.spec.restartPolicy) === "OnFailure";
      const last = latestOf(observed, container.name);
      return !(onFailure && last?.state === "exited" && last.exitCode === 0);
    })
    .map((container): Start => ({ container, role: "main" }));
  if (start.length === 0 && wasInitialized(pod, observed)) return none;
  const [first] = initContainers(pod);
  return { killPod: true, createSandbox: true, start: first ? [{ container: first, role: "init" }] : start };
}

/** Whether a main container was ever made: then the init containers have done their work. */
export const wasInitialized = (pod: Pod, observed: ObservedPod): boolean =>
  mainContainers(pod).some((c) => {
    const state = latestOf(observed, c.name)?.state;
    return state !== undefined && state !== "unknown";
  });

class Planning {
  killPod = false;
  readonly kill: Kill[] = [];
  readonly start: Start[] = [];
  readonly #pod: Pod;
  readonly #observed: ObservedPod;
  readonly #probes: ProbeResults;

  constructor(pod: Pod, observed: ObservedPod, probes: ProbeResults) {
    this.#pod = pod;
    this.#observed = observed;
    this.#probes = probes;
  }

  ephemeral(): void {
    for (const container of ephemeralContainers(this.#pod)) {
      if (!latestOf(this.#observed, container.name)) this.start.push({ container, role: "ephemeral" });
    }
  }

  /** Steps for the init containers, from the last to the first that has run; true once the main ones may start. */
  init(): boolean {
    const containers = initContainers(this.#pod);
    if (containers.length === 0) return true;
    const before = mainContainers(this.#pod).some((c) => {
      const state = latestOf(this.#observed, c.name)?.state;
      return state === "running" || state === "created";
    });
    const steps: Start[] = [];
    const found = this.#initFrom(containers, before, steps);
    if (this.killPod) return false;
    this.start.push(...steps.reverse());
    return found;
  }

  #initFrom(containers: readonly Container[], before: boolean, steps: Start[]): boolean {
    let initialized = before;
    const start = (container: Container | undefined): void => {
      if (container) steps.push({ container, role: "init" });
    };
    for (let i = containers.length - 1; i >= 0; i--) {
      const container = containers[i] as Container;
      const sidecar = isSidecar(container);
      const status = latestOf(this.#observed, container.name);
      if (!status) {
        if (before && sidecar) start(container);
        if (i === 0 && !before) start(container);
        continue;
      }
      if (before && !sidecar) continue;
      if (status.state === "running") {
        if (!sidecar) return initialized;
        const { started, restart } = this.#sidecar(container, status);
        if (started) {
          if (i === containers.length - 1) initialized = true;
          else if (!before) start(containers[i + 1]);
        }
        if (restart) start(container);
      } else if (sidecar || status.state === "created") {
        if (status.state === "unknown") this.#killUnknown(container, status, "Init container");
        start(container);
      } else if (status.state === "exited" && status.exitCode === 0) {
        if (i === containers.length - 1) initialized = true;
        else start(containers[i + 1]);
      } else if (!restartsAfter(this.#pod, container, status.exitCode)) {
        this.killPod = true;
        return false;
      } else {
        if (status.state === "unknown") this.#killUnknown(container, status, "Init container");
        start(container);
      }
      if (!before) return initialized; // the latest that has begun decides, unless all has begun before
    }
    return initialized;
  }

  #sidecar(container: Container, status: ContainerStatus): { started: boolean; restart: boolean } {
    const kill = (what: string, reason: KillReason): void => {
      this.kill.push({
        id: status.id,
        name: container.name,
        message: `Init container ${container.name} ${what}`,
        reason,
      });
    };
    if (container.startupProbe) {
      const result = this.#probes.startup(status.id);
      if (result === "failure") kill("failed startup probe", "startupProbe");
      if (result !== "success") return { started: false, restart: result === "failure" };
    }
    if (hasChanged(container, status)) kill("definition changed", "changed");
    else if (container.livenessProbe && this.#probes.liveness(status.id) === "failure")
      kill("failed liveness probe", "livenessProbe");
    else return { started: true, restart: false };
    return { started: true, restart: true };
  }

  main(): void {
    let kept = 0;
    const starting = this.start.length;
    for (const container of mainContainers(this.#pod)) {
      const status = latestOf(this.#observed, container.name);
      if (status?.state !== "running") {
        if (!shouldRestart(this.#pod, container, status)) continue;
        if (status?.state === "unknown") this.#killUnknown(container, status, "Container");
        this.start.push({ container, role: "main" });
        continue;
      }
      const why = this.#whyStop(container, status);
      if (!why) {
        kept++;
        continue;
      }
      const restart = why.reason === "changed" || (container.restartPolicy ?? this.#pod.spec.restartPolicy) !== "Never";
      const message = `Container ${container.name} ${why.text}${restart ? ", will be restarted" : ""}`;
      this.kill.push({ id: status.id, name: container.name, message, reason: why.reason });
      if (restart) this.start.push({ container, role: "main" });
    }
    const ephemeralAlone = this.start.slice(0, starting).every((s) => s.role === "ephemeral");
    if (kept === 0 && this.start.length === starting && ephemeralAlone) {
      this.killPod = true;
      this.start.length = 0;
    }
  }

  #whyStop(container: Container, status: ContainerStatus): { text: string; reason: KillReason } | undefined {
    if (hasChanged(container, status)) return { text: "definition changed", reason: "changed" };
    if (this.#probes.liveness(status.id) === "failure")
      return { text: "failed liveness probe", reason: "livenessProbe" };
    if (this.#probes.startup(status.id) === "failure") return { text: "failed startup probe", reason: "startupProbe" };
    return undefined;
  }

  #killUnknown(container: Container, status: ContainerStatus, what: string): void {
    const message = `${what} is in "unknown" state, try killing it before restart`;
    this.kill.push({ id: status.id, name: container.name, message, reason: "unknown" });
  }
}

const hasChanged = (container: Container, { labels, annotations }: ContainerStatus): boolean => {
  const made = annotations[definitionLabel] ?? labels[definitionLabel];
  return made !== undefined && made !== container.image;
};
