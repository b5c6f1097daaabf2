/**
 * A whole cluster in this process, for tests of manifests, charts and operators: API, controllers, scheduler, and nodes whose
 * containers are simulated. It opens no port and no file, and starts no process; many stand side by side.
 */

import type { KubeObject } from "../api/object.ts";
import { type Random, seeded, unpredictable } from "../base/random.ts";
import type { AnyObject, Client, DeleteOptions, Selection, Shared } from "../client/client.ts";
import { partUser } from "../cluster/identities.ts";
import { fullName } from "../kubelet/runtimes/simulated/images.ts";
import { type ImageProgram, ownImage } from "../kubelet/runtimes/simulated/own-images.ts";
import type { Change } from "../store/store.ts";
import type { Door } from "./door.ts";
import { type Fault, Faults } from "./faults.ts";
import { type Manifest, objectsIn } from "./manifests.ts";
import { type Parts, startParts } from "./parts.ts";
import { kindNamed, kindOfObject, type ObjectAt, type ObjectsOf, type Reference, referenceTo } from "./references.ts";
import { type Duration, MachineTime, milliseconds, type Time, VirtualTime } from "./time.ts";
import { waitFor } from "./wait.ts";

export interface ClusterOptions {
  /** How many simulated nodes; default 1. */
  readonly workers?: number;
  /**
   * `virtual`: time stands still but while something is waited for, and then goes as fast as this machine can. Default
   * `machine`: as everywhere.
   */
  readonly clock?: "machine" | "virtual";
  /** Where all chance comes from: the same seed and the same steps give the same names, addresses and order. */
  readonly seed?: number;
  /** When a virtual clock begins; default the first of January, 2026. */
  readonly startsAt?: Date;
  /** Controllers that are not to run, by their names; `cronjob-controller`, `deployment-controller`, … */
  readonly without?: readonly string[];
  /** Told of what fails inside and is tried again. */
  readonly onError?: (part: string, error: unknown) => void;
}

export interface Place {
  /** Default `default`; kinds of the cluster have none. */
  readonly namespace?: string;
}

export interface WaitOptions extends Place {
  /** In the cluster's time; default five minutes of a virtual clock, 30 seconds of the machine's. */
  readonly timeout?: Duration;
}

const startOfTime = Date.UTC(2026, 0, 1);
const usualNamespace = "default";
const manager = "test";

export class Cluster implements AsyncDisposable {
  /** Requests as an administrator, typed, objects by reference. */
  readonly client: Client;
  /** Its time, which moves as it is told if it is virtual. */
  readonly clock: Pick<Time, "now" | "advance" | "isVirtual">;
  readonly #time: Time;
  readonly #parts: Parts;
  readonly #faults: Faults;
  #workers = 0;
  #door: Promise<Door> | undefined;
  #stopping: Promise<void> | undefined;

  private constructor(parts: Parts, time: Time, random: Random) {
    this.#parts = parts;
    this.#faults = new Faults(time.clock, random, partUser(manager).name);
    this.#time = time;
    this.clock = time;
    this.client = parts.plane.clientFor(manager);
  }

  /** Resolves once all nodes are Ready. */
  static async start(options: ClusterOptions = {}): Promise<Cluster> {
    const { workers = 1, clock = "machine", startsAt, without, onError = () => {} } = options;
    const time = clock === "virtual" ? new VirtualTime(startsAt?.getTime() ?? startOfTime) : new MachineTime();
    const random: Random = options.seed === undefined ? unpredictable : seeded(options.seed);
    const starting = startParts({ clock: time.clock, random, onError, ...(without && { without }) });
    const cluster = new Cluster(await within(time, starting, "the cluster did not start"), time, random);
    try {
      await cluster.#addWorkers(workers);
      // pods can be made once the namespace has its account
      await cluster.#hasAccount(usualNamespace);
      return cluster;
    } catch (error) {
      await cluster.stop().catch(() => {});
      throw error;
    }
  }

  /**
   * Applies what is given, in its order, as `kubectl apply --server-side --force-conflicts` does. Rejects with ApiError,
   * and with Error for what cannot be read.
   */
  async apply(manifest: Manifest, { namespace = usualNamespace }: Place = {}): Promise<readonly Shared<AnyObject>[]> {
    const applied: Shared<AnyObject>[] = [];
    for (const object of objectsIn(manifest)) {
      const kind = kindOfObject(this.#catalog, object);
      const { name = "" } = object.metadata;
      const of = kind.namespaced ? (object.metadata.namespace ?? namespace) : undefined;
      const wanted = of ? { ...object, metadata: { ...object.metadata, namespace: of } } : object;
      const options = { type: "apply", fieldManager: manager, force: true } as const;
      applied.push(await this.client.patch(kind, { name, namespace: of }, wanted, options));
      if (kind.plural === "namespaces") await this.#hasAccount(name);
    }
    return applied;
  }

  /** The object. Rejects with ApiError where there is none. */
  async get<R extends string>(reference: R, place: Place = {}): Promise<ObjectAt<R>> {
    const { kind, name } = referenceTo(this.#catalog, reference);
    return (await this.client.get(kind, { name, ...this.#place(kind, place) })) as ObjectAt<R>;
  }

  /** The objects of a kind: those of `namespace`, or all. */
  async list<K extends string>(kind: K, selection: Selection = {}): Promise<readonly ObjectsOf<K>[]> {
    const { items } = await this.client.list(kindNamed(this.#catalog, kind), selection);
    return items as unknown as readonly ObjectsOf<K>[];
  }

  /** Asks for the object's deletion, which may take its time (`waitForGone`). Rejects with ApiError. */
  async delete(reference: string, { namespace, ...options }: Place & DeleteOptions = {}): Promise<void> {
    const { kind, name } = referenceTo(this.#catalog, reference);
    await this.client.delete(kind, { name, ...this.#place(kind, namespace ? { namespace } : {}) }, options);
  }

  /**
   * Resolves to the object as soon as `condition` holds of it; a virtual clock goes on until then. Rejects with NotMet, which tells
   * what the cluster knows, and with what the condition throws.
   */
  async waitFor<R extends string>(
    reference: R,
    condition: (object: ObjectAt<R>) => boolean,
    options: WaitOptions = {},
  ): Promise<ObjectAt<R>> {
    const isMet = (object: Shared<AnyObject> | undefined): boolean =>
      object !== undefined && condition(object as ObjectAt<R>);
    isMet.toString = () => String(condition);
    return (await this.#waitFor(reference, isMet, options)) as ObjectAt<R>;
  }

  /** Resolves once the object is not there. Rejects with NotMet. */
  async waitForGone(reference: string, options: WaitOptions = {}): Promise<void> {
    const isMet = (object: Shared<AnyObject> | undefined): boolean => object === undefined;
    isMet.toString = () => "that it is gone";
    await this.#waitFor(reference, isMet, options);
  }

  /**
   * Makes an image whose program is a function: `cluster.image("shop:1.4", async (app) => { app.listen(80, …) })`. Containers that
   * are started from then on run it. Throws Error for a name that is none.
   */
  image(name: string, program: ImageProgram): void {
    this.#parts.images.set(fullName(name), ownImage(program));
  }

  /**
   * Lets requests fail, or wait, from now on: `cluster.fault({ verbs: ["update"], kind: "pods", error: "Conflict", times: 3 })`. What it
   * returns takes it back. The test's own requests are spared unless `user` names them. Throws Error for a kind that there is not.
   */
  fault(fault: Fault): () => void {
    this.#parts.plane.server.interfere = this.#faults.interfere;
    return this.#faults.add(fault, fault.kind === undefined ? undefined : kindNamed(this.#catalog, fault.kind));
  }

  /** Adds a simulated node; resolves to its name once it is Ready. */
  async addWorker(): Promise<string> {
    const [name] = await this.#addWorkers(1);
    return name as string;
  }

  /** Ends a node as a power cut does: its containers end, and nobody says so. `startNode` brings it back. */
  async stopNode(name: string): Promise<void> {
    await this.#parts.nodes.halt(name);
  }

  async startNode(name: string): Promise<void> {
    await within(this.#time, this.#parts.nodes.resume(name), "the node did not start");
  }

  /** Every change that is still kept, the oldest first: who made it, when, and which revision woke them. */
  log(): Promise<readonly Change<KubeObject>[]> {
    const { store } = this.#parts;
    return store.changes(store.compacted);
  }

  /** Where clients outside of this process reach the API, from then on: `https://127.0.0.1:…`. */
  get url(): Promise<string> {
    return this.#open().then(({ url }) => url);
  }

  /** A kubeconfig of an administrator, for clients outside of this process. */
  get kubeconfig(): Promise<string> {
    return this.#open().then(({ kubeconfig }) => kubeconfig);
  }

  /** Leaves no timer and no handle; once more does nothing. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const door = await this.#door?.catch(() => undefined); // who wanted it was told why it did not open
    await door?.close();
    await within(this.#time, this.#parts.stop(), "the cluster did not stop");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  get #catalog() {
    return this.#parts.plane.server.catalog;
  }

  #place(kind: Reference["kind"], { namespace = usualNamespace }: Place): Place {
    return kind.namespaced ? { namespace } : {};
  }

  #waitFor(
    text: string,
    isMet: (object: Shared<AnyObject> | undefined) => boolean,
    { timeout, ...place }: WaitOptions,
  ): Promise<Shared<AnyObject> | undefined> {
    const reference = referenceTo(this.#catalog, text);
    const { namespace } = this.#place(reference.kind, place);
    const timeoutMs = milliseconds(timeout ?? (this.#time.isVirtual ? "5m" : "30s"));
    return waitFor(this.client, this.#time, { reference, namespace, isMet, timeoutMs }, () => this.log());
  }

  /** Resolves to their names once all are Ready. */
  async #addWorkers(count: number): Promise<readonly string[]> {
    const names: string[] = [];
    for (let i = 0; i < count; i++) {
      const index = this.#workers++;
      const name = index ? `worker${index + 1}` : "worker";
      const starting = this.#parts.nodes.start({ name, index, labels: {}, taints: [], components: [] });
      await within(this.#time, starting, `node ${name} did not start`);
      names.push(name);
    }
    for (const name of names) await this.waitFor(`node/${name}`, isReady);
    return names;
  }

  async #hasAccount(namespace: string): Promise<void> {
    await this.waitFor("serviceaccount/default", () => true, { namespace });
  }

  #open(): Promise<Door> {
    this.#door ??= import("./door.ts").then(({ openDoor }) => openDoor(this.#parts.plane, this.#parts.authority));
    return this.#door;
  }
}

const patienceMs = 60_000;

/** What `work` resolves to. Rejects where it does not end. */
async function within<T>(time: Time, work: Promise<T>, fault: string): Promise<T> {
  if (!(await time.until(work, patienceMs))) throw new Error(`${fault} within ${patienceMs / 1000} s`);
  return work;
}

const isReady = (node: {
  readonly status: { readonly conditions?: readonly { type: string; status: string }[] | undefined };
}): boolean => (node.status.conditions ?? []).some(({ type, status }) => type === "Ready" && status === "True");
