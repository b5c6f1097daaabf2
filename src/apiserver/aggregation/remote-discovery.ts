/**
 * What other servers serve, as their discovery tells it: asked for in the aggregated form, or in the older one of who has no
 * other. Where one does not answer, what it said last stays, marked as stale.
 */
import type { Clock, Timer } from "../../base/clock.ts";
import { WorkQueue } from "../../base/work-queue.ts";
import type { HttpResponse } from "../exchange.ts";
import { type ApiServices, groupVersionOf, isAvailable, isRemote, type RemoteApiService } from "./api-services.ts";
import { askInTime } from "./ask-in-time.ts";
import { asAggregator } from "./availability.ts";
import { type LegacyResource, resourcesOf } from "./legacy-discovery.ts";
import type { RemoteServers } from "./remote-server.ts";

/** A group's version in the aggregated form. */
export interface RemoteVersion {
  readonly group: string;
  readonly version: string;
  readonly resources: readonly object[];
  readonly freshness: "Current" | "Stale";
}

const againMs = 60_000;
const aggregated =
  "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

export class RemoteDiscovery {
  readonly #services: ApiServices;
  readonly #servers: RemoteServers;
  readonly #clock: Clock;
  readonly #queue: WorkQueue;
  readonly #known = new Map<string, RemoteVersion>();
  #timer: Timer | undefined;
  #generation = 0;

  constructor(services: ApiServices, servers: RemoteServers, clock: Clock) {
    this.#services = services;
    this.#servers = servers;
    this.#clock = clock;
    this.#queue = new WorkQueue({
      clock,
      workers: 2,
      backoff: { baseMs: 500, maxMs: againMs },
      work: (name) => this.#look(name),
    });
    services.onChange((name) => this.look(name));
  }

  /** Rises whenever what is known changes. */
  get generation(): number {
    return this.#generation + this.#services.generation;
  }

  /** All that others serve, also what has not yet been told of. */
  get versions(): readonly RemoteVersion[] {
    return this.#services.remote.map((one) => {
      const { group = "", version = "" } = one.spec;
      return this.#known.get(groupVersionOf(one)) ?? { group, version, resources: [], freshness: "Stale" };
    });
  }

  serves(group: string, version: string): boolean {
    return this.#services.serving(group, version) !== undefined;
  }

  /** The order among groups, and among a group's versions: the higher comes first. */
  priorities(group: string): { readonly group: number; readonly versions: ReadonlyMap<string, number> } {
    const all = this.#services.all().filter(({ spec }) => (spec.group ?? "") === group);
    return {
      group: Math.max(0, ...all.map(({ spec }) => spec.groupPriorityMinimum)),
      versions: new Map(all.map(({ spec }) => [spec.version ?? "", spec.versionPriority])),
    };
  }

  /** Looks anew at what an APIService stands for. */
  look(name: string): void {
    const one = this.#services.get(name);
    if (!isRemote(one)) {
      if (this.#known.delete(gvOf(name))) this.#generation++;
      return;
    }
    this.#queue.add(name);
    this.#timer ??= this.#clock.after(againMs, () => this.#lookAtAll(), { idle: true });
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#queue.stop();
  }

  #lookAtAll(): void {
    this.#timer = undefined;
    for (const { metadata } of this.#services.remote) this.look(metadata.name ?? "");
  }

  async #look(name: string): Promise<void> {
    const one = this.#services.get(name);
    if (!isRemote(one)) return;
    const { group = "", version = "" } = one.spec;
    const known = this.#known.get(groupVersionOf(one));
    let next: RemoteVersion;
    try {
      if (!isAvailable(one)) throw new Error("it is not available");
      next = { group, version, resources: await this.#resources(one), freshness: "Current" };
    } catch {
      next = { group, version, resources: known?.resources ?? [], freshness: "Stale" };
    }
    if (JSON.stringify(next) === JSON.stringify(known)) return;
    this.#known.set(groupVersionOf(one), next);
    this.#generation++;
  }

  async #resources(of: RemoteApiService): Promise<readonly object[]> {
    const { group = "", version = "" } = of.spec;
    const whole = (await this.#ask(of, "/apis", aggregated).catch(() => undefined)) as Aggregated | undefined;
    if (whole?.kind === "APIGroupDiscoveryList") {
      const found = whole.items?.find(({ metadata }) => metadata?.name === group);
      return found?.versions?.find((one) => one.version === version)?.resources ?? [];
    }
    const list = (await this.#ask(of, `/apis/${group}/${version}`, "application/json")) as {
      resources?: readonly LegacyResource[];
    };
    return resourcesOf(list.resources ?? [], group, version);
  }

  async #ask(of: RemoteApiService, path: string, accept: string): Promise<unknown> {
    const asked = { method: "GET", path, headers: { ...asAggregator, accept }, body: new Uint8Array() };
    return askInTime(this.#clock, async (signal) => {
      const answer = await this.#servers.ask(of, { ...asked, signal });
      if (answer.status !== 200) throw new Error(`${path} is answered with ${answer.status}`);
      return JSON.parse(await textOf(answer));
    });
  }
}

interface Aggregated {
  readonly kind?: string;
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions?: readonly { readonly version?: string; readonly resources?: readonly object[] }[];
  }[];
}

/** `v1.example.com` as `example.com/v1`. */
function gvOf(name: string): string {
  const at = name.indexOf(".");
  return at < 0 || at === name.length - 1
    ? name.slice(0, at < 0 ? undefined : at)
    : `${name.slice(at + 1)}/${name.slice(0, at)}`;
}

/** Bytes; no document of discovery comes near. */
const largest = 64 << 20;

/** All of an answer's body as text. Rejects for what is too large. */
export async function textOf({ body }: HttpResponse): Promise<string> {
  const text = new TextDecoder();
  if (typeof body !== "function") return body.map((part) => text.decode(part, { stream: true })).join("");
  let out = "";
  let size = 0;
  const never = new Promise<void>(() => {});
  const sink = {
    buffered: 0,
    drained: () => (size > largest ? never : Promise.resolve()),
    end: () => {},
    abort: () => {},
    write: (bytes: Uint8Array): boolean => {
      size += bytes.length;
      if (size > largest) throw new Error(`the answer is larger than ${largest} bytes`);
      out += text.decode(bytes, { stream: true });
      return true;
    },
  };
  await body(sink, new AbortController().signal);
  return out;
}
