/** Removes objects of kinds that live only so long after they were written last, as events do. */
import type { Catalog } from "../../api/catalog.ts";
import { ApiError } from "../../api/errors.ts";
import type { Kind } from "../../api/kind.ts";
import type { Clock, Timer } from "../../base/clock.ts";
import { type AnyObject, anyKind, type Client, type Shared } from "../../client/client.ts";
import { cacheKey, splitKey } from "../../informer/cache.ts";
import type { Environment } from "../../reconciler/controller.ts";
import type { Running } from "../../reconciler/run.ts";
import { Deadlines } from "./deadlines.ts";

export async function startTimeToLive(environment: Environment, catalog: Pick<Catalog, "all">): Promise<Running> {
  const kinds = catalog.all().filter(({ strategy, storedAs }) => strategy.timeToLiveSeconds && !storedAs);
  const sweepers = await Promise.all(kinds.map((kind) => Sweeper.start(kind, environment)));
  return {
    async stop() {
      await Promise.all(sweepers.map((sweeper) => sweeper.stop()));
    },
  };
}

/** When an object of unknown history was written last, as far as it tells. */
function lastWritten({ metadata }: Shared<AnyObject>, now: number): number {
  const times = [metadata.creationTimestamp, ...(metadata.managedFields ?? []).map(({ time }) => time)];
  return Math.min(now, Math.max(...times.map((time) => Date.parse(time ?? "") || 0)) || now);
}

class Sweeper {
  readonly #kind: Kind;
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #onError: (key: string, error: unknown) => void;
  readonly #deadlines: Deadlines;
  #end = (): void => {};
  #timer: Timer | undefined;
  #sweeping: Promise<void> = Promise.resolve();

  private constructor(kind: Kind, { clientFor, clock, onError }: Environment) {
    this.#kind = kind;
    this.#client = clientFor("kube-apiserver");
    this.#clock = clock;
    this.#onError = (key, error) => onError?.("time-to-live", `${kind.plural} ${key}`, error);
    this.#deadlines = new Deadlines((kind.strategy.timeToLiveSeconds ?? 0) * 1000);
  }

  static async start(kind: Kind, environment: Environment): Promise<Sweeper> {
    const sweeper = new Sweeper(kind, environment);
    const informer = environment.informers.of(anyKind(kind));
    await informer.start();
    const { clock } = environment;
    // what was there before, in the order in which it was written
    const known = informer.cache.list().map((object) => ({ object, at: lastWritten(object, clock.now()) }));
    const times = new Map(known.sort((a, b) => a.at - b.at).map(({ object, at }) => [object, at]));
    for (const { object, at } of known) sweeper.#deadlines.written(cacheKey(object), at);
    sweeper.#end = informer.onDifference(({ key, after }) => {
      if (!after) sweeper.#deadlines.gone(key);
      else if (!times.has(after)) sweeper.#deadlines.written(key, clock.now());
      sweeper.#schedule();
    });
    times.clear();
    sweeper.#schedule();
    return sweeper;
  }

  async stop(): Promise<void> {
    this.#end();
    this.#timer?.cancel();
    await this.#sweeping;
  }

  #schedule(): void {
    const { next } = this.#deadlines;
    if (this.#timer || next === undefined) return;
    const wait = Math.max(next - this.#clock.now(), 0);
    this.#timer = this.#clock.after(
      wait,
      () => {
        this.#timer = undefined;
        this.#sweeping = this.#sweep();
      },
      { idle: true },
    );
  }

  async #sweep(): Promise<void> {
    for (const key of this.#deadlines.take(this.#clock.now())) {
      try {
        await this.#client.delete(this.#kind, splitKey(key));
      } catch (error) {
        if (error instanceof ApiError && error.reason === "NotFound") continue;
        this.#onError(key, error);
        this.#deadlines.written(key, this.#clock.now());
      }
    }
    this.#schedule();
  }
}
