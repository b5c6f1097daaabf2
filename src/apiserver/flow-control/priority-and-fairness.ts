/**
 * API priority and fairness: flow schemas say which priority level a request belongs to, levels how many are carried out at
 * once and who waits (https://kubernetes.io/docs/concepts/cluster-administration/flow-control/). Both are read from the store
 * as they change.
 *
 * What lives in this process does not come this way: it waits for nothing but the store, and its work ends with the turn it began in.
 */
import { flowSchema as schemaKind } from "../../api/flowcontrol/flow-schema.ts";
import { priorityLevelConfiguration as levelKind } from "../../api/flowcontrol/priority-level-configuration.ts";
import type { FlowSchema, PriorityLevelConfiguration } from "../../api/generated/flowcontrol-v1.ts";
import type { KubeObject, Shared } from "../../api/object.ts";
import type { Clock, Timer } from "../../base/clock.ts";
import type { Metrics } from "../../base/metrics/metrics.ts";
import type { Store } from "../../store/store.ts";
import type { User } from "../context.ts";
import type { HttpRequest, HttpResponse } from "../exchange.ts";
import { prefixOf } from "../registry/stored.ts";
import { isLongRunning, type RequestInfo } from "../request-info.ts";
import type { Admitted, FlowControl } from "../server.ts";
import { FlowMetrics } from "./flow-metrics.ts";
import { Level, rebalance } from "./level.ts";
import { distinguisherOf, inOrder, matches, type RuleOf, rulesFor } from "./matching.ts";
import type { Refusal, Seat } from "./queue-set.ts";
import { type CountObjects, seatsOf } from "./seats.ts";
import { tooManyRequests } from "./too-many.ts";

type Schema = Shared<FlowSchema>;

export interface FairnessOptions {
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** How many seats the server has. */
  readonly seats: number;
  /** For how long requests may wait, in milliseconds. */
  readonly waitMs: number;
  readonly count: CountObjects;
}

/** How often lending is looked at anew. */
const rebalanceMs = 10_000;

export class PriorityAndFairness implements FlowControl {
  readonly #options: FairnessOptions;
  readonly #metrics: FlowMetrics;
  readonly #levels = new Map<string, Level>();
  readonly #configurations = new Map<string, Shared<PriorityLevelConfiguration>>();
  readonly #objects = new Map<string, Schema>();
  readonly #stops: { stop(): void }[] = [];
  readonly #listeners = new Set<() => void>();
  #schemas: readonly Schema[] = [];
  /** What of the schemas is about users who come again. */
  #rules = new WeakMap<User, readonly RuleOf[]>();
  #timer: Timer | undefined;
  #isBusy = false;

  constructor(options: FairnessOptions) {
    this.#options = options;
    this.#metrics = new FlowMetrics(options.metrics, () => this.#levels.values());
  }

  get levels(): readonly Level[] {
    return [...this.#levels.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
  /** All schemas, also those whose level is missing. */
  get schemas(): readonly Schema[] {
    return [...this.#objects.values()];
  }
  hasLevel(name: string): boolean {
    return this.#configurations.has(name);
  }
  /** Calls back after every change of schemas or levels. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  async start(store: Store<KubeObject>): Promise<void> {
    for (const kind of [levelKind, schemaKind]) {
      const prefix = prefixOf(kind);
      const { entries, revision } = await store.list(prefix);
      const put = (key: string, value: KubeObject | undefined): void => {
        const all: Map<string, unknown> = kind === levelKind ? this.#configurations : this.#objects;
        const name = key.slice(prefix.length);
        if (value) all.set(name, value);
        else all.delete(name);
      };
      for (const { key, value } of entries) put(key, value);
      const onChanges = (changes: readonly { key: string; after?: { value: KubeObject } }[]): void => {
        for (const { key, after } of changes) put(key, after?.value);
        this.#digest();
      };
      this.#stops.push(await store.watch({ since: revision, prefix, onChanges }));
    }
    this.#digest();
  }

  stop(): void {
    for (const watching of this.#stops) watching.stop();
    this.#timer?.cancel();
  }

  /** Undefined: the request is let in and nobody counts it. */
  enter(
    request: HttpRequest,
    info: RequestInfo,
    user: User,
  ): Admitted | Promise<Admitted | HttpResponse> | HttpResponse | undefined {
    const isWatch = info.verb === "watch";
    if (isLongRunning(info) && !isWatch) return undefined;
    const schema = this.#schemaOf(info, user);
    const level = schema && this.#levels.get(schema.spec.priorityLevelConfiguration.name);
    if (!schema || !level) return undefined; // before the server has any
    const name = schema.metadata.name ?? "";
    const headers = {
      "x-kubernetes-pf-flowschema-uid": schema.metadata.uid ?? "",
      "x-kubernetes-pf-prioritylevel-uid": level.configuration.metadata.uid ?? "",
    };
    const flow = level.isExempt ? "" : distinguisherOf(schema, info, user);
    const seats = seatsOf(request, info, this.#options.count, level.mostSeats);
    const found = level.queues.enter(name, flow, seats, this.#options.waitMs, request.signal);
    this.#measure(level);
    if (typeof found === "string") return this.#refuse(level, name, found, 0, headers);
    if (!(found instanceof Promise)) return this.#admit(level, found, isWatch, headers);
    const since = this.#options.clock.now();
    return found.then(
      (seat) => this.#admit(level, seat, isWatch, headers),
      (why: Refusal) => this.#refuse(level, name, why, this.#options.clock.now() - since, headers),
    );
  }

  #schemaOf(info: RequestInfo, user: User): Schema | undefined {
    let rules = this.#rules.get(user);
    if (!rules) {
      rules = rulesFor(this.#schemas, user);
      this.#rules.set(user, rules);
    }
    for (const one of rules) if (matches(one, info)) return one.schema;
    return this.#schemas.at(-1);
  }

  #admit(level: Level, seat: Seat, isWatch: boolean, headers: Readonly<Record<string, string>>): Admitted {
    const startedMs = seat.startedMs ?? seat.arrivedMs;
    const waitedMs = startedMs - seat.arrivedMs;
    this.#metrics.begun(level.name, seat.schema, seat.seats, waitedMs);
    return {
      waitedMs,
      headers,
      leave: () => {
        level.queues.leave(seat);
        this.#measure(level);
        this.#metrics.ended(level.name, seat.schema, this.#options.clock.now() - startedMs, isWatch);
        if (level.isQuiescing && level.queues.isIdle) this.#digest();
      },
    };
  }

  #refuse(
    level: Level,
    schema: string,
    why: Refusal,
    waitedMs: number,
    headers: Readonly<Record<string, string>>,
  ): HttpResponse {
    this.#metrics.refused(level.name, schema, why, waitedMs);
    this.#measure(level);
    return tooManyRequests(headers);
  }

  #measure({ meter, queues }: Level): void {
    meter.set(queues.seatsInUse + queues.waitingSeats);
    this.#isBusy = true;
    // nothing is lent while nothing is asked
    this.#timer ??= this.#options.clock.after(rebalanceMs, () => this.#rebalance(), { idle: true });
  }

  #rebalance(): void {
    const wasBusy = this.#isBusy;
    this.#isBusy = false;
    for (const level of this.#levels.values()) level.observe();
    rebalance(this.#levels.values());
    const isQuiet = !wasBusy && [...this.#levels.values()].every((level) => level.queues.isIdle);
    this.#timer = isQuiet ? undefined : this.#options.clock.after(rebalanceMs, () => this.#rebalance(), { idle: true });
  }

  /** Brings levels and the order of schemas up to what the objects say. */
  #digest(): void {
    const { clock, seats } = this.#options;
    for (const [name, configuration] of this.#configurations) {
      const level = this.#levels.get(name) ?? new Level(configuration, clock);
      this.#levels.set(name, level);
      level.configure(configuration);
    }
    for (const [name, level] of this.#levels) {
      if (this.#configurations.has(name)) continue;
      if (level.queues.isIdle) this.#levels.delete(name);
      else level.isQuiescing = true;
    }
    let shares = 0;
    for (const level of this.#levels.values()) shares += level.shares;
    for (const level of this.#levels.values()) level.setNominal(seats, shares);
    rebalance(this.#levels.values());
    const good = [...this.#objects.values()].filter(({ spec }) => this.hasLevel(spec.priorityLevelConfiguration.name));
    this.#schemas = inOrder(good);
    this.#rules = new WeakMap();
    for (const listener of this.#listeners) listener();
  }
}
