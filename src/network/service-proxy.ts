/** Keeps the service rules of some places (nodes, the host) as services and endpoints have it: kube-proxy. */
import type { Clock, Timer } from "../base/clock.ts";
import { endpointSlices, services } from "../client/kinds.ts";
import type { Informers } from "../informer/informers.ts";
import { slicesOf } from "./endpoint-slices.ts";
import { serviceRules } from "./service-rules.ts";

/** Where rules are put in force. */
export interface RulesTarget {
  /** The node that it is; undefined: the host. */
  readonly nodeName: string | undefined;
  /** The name of the table that holds them there. */
  readonly table: string;
  /** Puts the rules in force at one stroke. Rejects if the kernel refuses them. */
  apply(rules: string): Promise<void>;
  /** Whether what was applied last is still there. */
  isInForce?(): Promise<boolean>;
}

/** Changes that come together are applied together. */
const gatherMs = 20;
const retryMs = 2_000;
/** How often it is looked whether somebody took the rules away: upstream's `--iptables-sync-period`. */
const lookMs = 30_000;

export class ServiceProxy {
  readonly #informers: Informers;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #targets = new Map<RulesTarget, string>();
  readonly #ends: (() => void)[];
  #timer: Timer | undefined;
  #look: Timer;
  #applying: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: { informers: Informers; clock: Clock; onError?: (error: unknown) => void }) {
    this.#informers = options.informers;
    this.#clock = options.clock;
    this.#onError = options.onError ?? (() => {});
    const later = (): void => this.#later(gatherMs);
    this.#ends = [
      options.informers.of(services).onDifference(later),
      options.informers.of(endpointSlices).onDifference(later),
    ];
    this.#look = this.#lookLater();
  }

  /** From now on the rules are in force there too; resolves once they are. */
  async add(target: RulesTarget): Promise<void> {
    this.#targets.set(target, "");
    await this.sync();
  }

  remove(target: RulesTarget): void {
    this.#targets.delete(target);
  }

  /** Puts in force what is not yet. */
  sync(): Promise<void> {
    const next = this.#applying.then(() => this.#apply());
    this.#applying = next.catch(() => {});
    return next;
  }

  /** Puts the rules in force again where they are no more what was applied. */
  async restore(): Promise<void> {
    const gone = async (target: RulesTarget): Promise<void> => {
      if (this.#targets.get(target) && (await target.isInForce?.()) === false && this.#targets.has(target))
        this.#targets.set(target, "");
    };
    // in turn with what is applied, or that would be taken for a fault
    this.#applying = this.#applying.then(async () => void (await Promise.all([...this.#targets.keys()].map(gone))));
    await this.sync();
  }

  #lookLater(): Timer {
    const again = (): void => {
      if (!this.#stopped) this.#look = this.#lookLater();
    };
    const look = (): Promise<void> => this.restore().catch(this.#onError).then(again);
    return this.#clock.after(lookMs, () => void look(), { idle: true });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#look.cancel();
    this.#timer?.cancel();
    for (const end of this.#ends) end();
    await this.#applying;
  }

  #later(ms: number): void {
    if (this.#stopped) return;
    this.#timer ??= this.#clock.after(ms, () => {
      this.#timer = undefined;
      this.sync().catch((error: unknown) => {
        this.#onError(error);
        this.#later(retryMs);
      });
    });
  }

  async #apply(): Promise<void> {
    const inputs = {
      services: this.#informers.cache(services).list(),
      slices: (service: string) => slicesOf(this.#informers, service),
    };
    await Promise.all(
      [...this.#targets].map(async ([target, before]) => {
        const rules = serviceRules({ ...inputs, nodeName: target.nodeName, table: target.table });
        if (rules === before) return;
        await target.apply(rules);
        this.#targets.set(target, rules);
      }),
    );
  }
}
