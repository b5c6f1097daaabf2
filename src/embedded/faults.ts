/** What a test lets go wrong: requests that fail, or take their time, as they do in the world. */
import { ApiError, type Reason } from "../api/errors.ts";
import type { Kind } from "../api/kind.ts";
import type { Interfere } from "../apiserver/server.ts";
import { type Clock, sleep } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { type Duration, milliseconds } from "./time.ts";

export interface Fault {
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`; default all. */
  readonly verbs?: readonly string[];
  /** As kubectl names kinds: `pods`, `deploy`; default all. */
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** Who asks: `system:node:worker`, or all whose name the pattern fits; default all but the test itself. */
  readonly user?: string | RegExp;
  /** How the request fails: `Conflict`, `InternalError`, `ServiceUnavailable`, `TooManyRequests`, `Forbidden`, … Left out: it does not. */
  readonly error?: Reason;
  /** How long it waits before, in the cluster's time: whoever waits for it has to let that go on. */
  readonly delay?: Duration;
  /** How many requests it meets; default all, until it is taken back. */
  readonly times?: number;
  /** Which share of the requests it meets, by chance: 0 to 1. Default all. */
  readonly share?: number;
}

interface Active extends Fault {
  readonly resource: { readonly group: string; readonly plural: string } | undefined;
  left: number;
}

export class Faults {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #own: string;
  readonly #active = new Set<Active>();

  /** `own`: the user as whom the test itself asks. */
  constructor(clock: Clock, random: Random, own: string) {
    this.#clock = clock;
    this.#random = random;
    this.#own = own;
  }

  /** Puts a fault in force; what it returns takes it back. Throws RangeError for a delay that is none. */
  add(fault: Fault, kind: Kind | undefined): () => void {
    if (fault.delay !== undefined) milliseconds(fault.delay);
    const resource = kind && { group: kind.group, plural: kind.plural };
    const active: Active = { ...fault, resource, left: fault.times ?? Number.POSITIVE_INFINITY };
    this.#active.add(active);
    return () => void this.#active.delete(active);
  }

  readonly interfere: Interfere = async (about, user) => {
    for (const fault of this.#active) {
      if (!this.#meets(fault, about, user.name)) continue;
      if (--fault.left <= 0) this.#active.delete(fault);
      if (fault.delay !== undefined) await sleep(this.#clock, milliseconds(fault.delay));
      if (fault.error) throw new ApiError(fault.error, `a fault of the test: ${fault.error}`);
    }
  };

  #meets(fault: Active, about: Parameters<Interfere>[0], who: string): boolean {
    const { resource, user, verbs, namespace, name, share } = fault;
    if (verbs && !verbs.includes(about.verb)) return false;
    if (resource && (resource.group !== about.group || resource.plural !== about.resource)) return false;
    if (namespace !== undefined && namespace !== about.namespace) return false;
    if (name !== undefined && name !== about.name) return false;
    if (user === undefined ? who === this.#own : typeof user === "string" ? who !== user : !user.test(who))
      return false;
    return share === undefined || this.#random.next() < share;
  }
}
