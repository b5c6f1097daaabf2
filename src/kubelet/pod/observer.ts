/**
 * Keeps what the runtime has of each pod: told of events, it looks anew at that pod; from time to time it looks at all, since
 * events are hints (kubelet's PLEG).
 */
import { type Clock, sleep, type Timer } from "../../base/clock.ts";
import { annotations, labels } from "../container/config.ts";
import type { Files } from "../host.ts";
import { tailOfLog } from "../logs/tail.ts";
import type { Container, ContainerStatus, Runtime, Sandbox, SandboxStatus } from "../runtimes/contract.ts";
import { nothingObserved, type ObservedPod } from "./observed.ts";

export interface ObserverOptions {
  readonly runtime: Runtime;
  readonly files: Files;
  readonly clock: Clock;
  /** Something of the pod is not as it was. */
  readonly onChange: (uid: string) => void;
  /** The runtime does not answer, or does again. */
  readonly onHealth?: (error: unknown) => void;
}

const relistMs = 10_000;
/** After an event others follow: they are looked at together. */
const gatherMs = 5;
const longestMessage = 4096;
const fallbackLines = 80;
const fallbackBytes = 2048;

export class Observer {
  readonly #options: ObserverOptions;
  readonly #pods = new Map<string, ObservedPod>();
  /** Ended containers never change: they are asked for once. */
  readonly #ended = new Map<string, ContainerStatus>();
  readonly #stop = new AbortController();
  #gathering: Timer | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: ObserverOptions) {
    this.#options = options;
  }

  get(uid: string): ObservedPod {
    return this.#pods.get(uid) ?? nothingObserved(uid);
  }

  uids(): Iterable<string> {
    return this.#pods.keys();
  }

  /** Looks at everything once, then goes on by itself. */
  async start(): Promise<void> {
    await this.look();
    const { runtime } = this.#options;
    void runtime.watch(() => this.#gather(), this.#stop.signal).catch(() => {});
    void this.#relist();
  }

  stop(): void {
    this.#stop.abort();
    this.#gathering?.cancel();
  }

  /** Looks at everything now; what differs is told of. */
  look(): Promise<void> {
    const next = this.#looking.then(() => this.#lookAtAll());
    this.#looking = next.catch(() => {});
    return next;
  }

  #gather(): void {
    this.#gathering ??= this.#options.clock.after(gatherMs, () => {
      this.#gathering = undefined;
      void this.look().catch(() => {});
    });
  }

  async #relist(): Promise<void> {
    const { clock } = this.#options;
    for (;;) {
      await sleep(clock, relistMs, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      await this.look().catch(() => {});
    }
  }

  async #lookAtAll(): Promise<void> {
    const { runtime, onHealth } = this.#options;
    let sandboxes: readonly Sandbox[];
    let containers: readonly Container[];
    try {
      [sandboxes, containers] = await Promise.all([runtime.sandboxes(), runtime.containers()]);
      onHealth?.(undefined);
    } catch (error) {
      onHealth?.(error);
      throw error;
    }
    const uidOfSandbox = new Map(sandboxes.map((s) => [s.id, s.uid]));
    const byPod = new Map<string, { sandboxes: Sandbox[]; containers: Container[] }>();
    const of = (uid: string) => {
      let parts = byPod.get(uid);
      if (!parts) {
        parts = { sandboxes: [], containers: [] };
        byPod.set(uid, parts);
      }
      return parts;
    };
    for (const sandbox of sandboxes) of(sandbox.uid).sandboxes.push(sandbox);
    for (const container of containers) {
      const uid = container.labels[labels.podUid] ?? uidOfSandbox.get(container.sandbox);
      if (uid) of(uid).containers.push(container);
    }
    const present = new Set(containers.map((c) => c.id));
    for (const id of this.#ended.keys()) if (!present.has(id)) this.#ended.delete(id);
    await Promise.all([...byPod].map(([uid, parts]) => this.#lookAtPod(uid, parts.sandboxes, parts.containers)));
    for (const uid of [...this.#pods.keys()]) {
      if (byPod.has(uid)) continue;
      this.#pods.delete(uid);
      this.#options.onChange(uid);
    }
  }

  async #lookAtPod(uid: string, sandboxes: readonly Sandbox[], containers: readonly Container[]): Promise<void> {
    const before = this.get(uid);
    const [seenSandboxes, seenContainers] = await Promise.all([
      Promise.all(sandboxes.map((s) => this.#sandbox(s, before))),
      Promise.all(containers.map((c) => this.#container(c, before))),
    ]);
    const newest = <T extends { createdAt: number; attempt: number }>(all: (T | undefined)[]): T[] =>
      all.filter((x) => x !== undefined).sort((a, b) => b.createdAt - a.createdAt || b.attempt - a.attempt);
    const next = newest(seenSandboxes);
    const ips = next.find((s) => s.ready && s.ips.length)?.ips ?? before.ips;
    const after: ObservedPod = { uid, sandboxes: next, containers: newest(seenContainers), ips };
    if (same(before, after)) return;
    this.#pods.set(uid, after);
    this.#options.onChange(uid);
  }

  async #sandbox(sandbox: Sandbox, before: ObservedPod): Promise<SandboxStatus | undefined> {
    const known = before.sandboxes.find((s) => s.id === sandbox.id);
    if (known && known.ready === sandbox.ready && (known.ips.length || !sandbox.ready)) return known;
    if (!sandbox.ready) return { ...sandbox, ips: known?.ips ?? [] };
    return this.#options.runtime.sandboxStatus(sandbox.id).catch(() => undefined);
  }

  async #container(container: Container, before: ObservedPod): Promise<ContainerStatus | undefined> {
    const ended = this.#ended.get(container.id);
    if (ended) return ended;
    const known = before.containers.find((c) => c.id === container.id);
    if (known && known.state === container.state && container.state === "running") return known;
    const seen = await this.#options.runtime.containerStatus(container.id).catch(() => undefined);
    if (seen?.state !== "exited") return seen;
    const status = { ...seen, message: (await this.#lastWords(seen)) || seen.message };
    this.#ended.set(container.id, status);
    return status;
  }

  /** What the container wrote about its end, to its file or, if it asks for that, to its log. */
  async #lastWords({ annotations: notes, exitCode, logPath }: ContainerStatus): Promise<string> {
    const { files } = this.#options;
    const file = notes[annotations.messageFile];
    const written = file ? await files.readFile(file).catch(() => undefined) : undefined;
    const text = new TextDecoder().decode(written?.subarray(0, longestMessage));
    const fallback = notes[annotations.messagePolicy] === "FallbackToLogsOnError" && exitCode !== 0;
    if (text || !fallback || !logPath) return text;
    return tailOfLog(files, logPath, fallbackLines, fallbackBytes).catch(() => "");
  }
}

function same(a: ObservedPod, b: ObservedPod): boolean {
  if (a.sandboxes.length !== b.sandboxes.length || a.containers.length !== b.containers.length) return false;
  if (a.ips.join() !== b.ips.join()) return false;
  return (
    a.sandboxes.every((s, i) => s.id === b.sandboxes[i]?.id && s.ready === b.sandboxes[i]?.ready) &&
    a.containers.every((c, i) => c.id === b.containers[i]?.id && c.state === b.containers[i]?.state)
  );
}
