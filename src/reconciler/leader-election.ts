/**
 * One of several takes the lead, by a Lease (https://kubernetes.io/docs/concepts/architecture/leases/#leader-election;
 * client-go's `tools/leaderelection`).
 *
 * Promises: `onStarted` is called once this one leads; `onLost` once it can no longer be sure to. Between two that lead
 * there is always the time by which a lease outlives its renewal.
 */
import { ApiError } from "../api/errors.ts";
import { type Clock, rfc3339Micro, sleep } from "../base/clock.ts";
import type { Client } from "../client/client.ts";
import { type Lease, leases } from "../client/kinds.ts";
import { EventRecorder, regarding } from "./events.ts";
import type { Running } from "./run.ts";

const leaseSeconds = 15;
const renewDeadlineMs = 10_000;
const retryMs = 2_000;

export interface LeaderElectionOptions {
  readonly client: Client;
  readonly clock: Clock;
  /** The Lease, in kube-system: `kube-controller-manager`. */
  readonly name: string;
  /** Who this is: unlike all others. */
  readonly identity: string;
  readonly onStarted: () => void;
  readonly onLost: () => void;
}

export function runLeaderElection(options: LeaderElectionOptions): Running {
  const election = new Election(options);
  const ended = election.run();
  return {
    async stop() {
      election.end();
      await ended;
    },
  };
}

class Election {
  readonly #options: LeaderElectionOptions;
  readonly #stop = new AbortController();
  readonly #events: EventRecorder;
  /** The lease as last seen, and when it was seen to change, by this clock: the others' clocks are not trusted. */
  #seen: { text: string; atMs: number } | undefined;
  #leading = false;
  #renewedMs = 0;

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
    const { client, clock, name, identity } = options;
    this.#events = new EventRecorder({ client, clock, component: name, reportingInstance: identity });
  }

  end(): void {
    this.#stop.abort();
  }

  async run(): Promise<void> {
    const { clock, onLost } = this.#options;
    while (!this.#stop.signal.aborted) {
      const held = await this.#tryLead().catch(() => false);
      if (held) this.#renewedMs = clock.now();
      else if (this.#leading && clock.now() - this.#renewedMs > renewDeadlineMs) {
        this.#leading = false;
        onLost();
      }
      await sleep(clock, retryMs, this.#stop.signal);
    }
    if (this.#leading) await this.#release().catch(() => {});
    await this.#events.flush();
  }

  async #tryLead(): Promise<boolean> {
    const { client, clock, name, identity } = this.#options;
    const now = rfc3339Micro(clock.now());
    const lease = await this.#read();
    if (!lease) {
      const spec = {
        holderIdentity: identity,
        leaseDurationSeconds: leaseSeconds,
        acquireTime: now,
        renewTime: now,
        leaseTransitions: 0,
      };
      this.#lead(await client.create(leases, { metadata: { name, namespace: "kube-system" }, spec }));
      return true;
    }
    const { spec } = lease;
    const mine = spec.holderIdentity === identity;
    if (!mine && spec.holderIdentity && !this.#hasLapsed(lease)) return false;
    const transitions = spec.leaseTransitions ?? 0;
    const next: Lease = {
      ...lease,
      spec: {
        ...spec,
        holderIdentity: identity,
        leaseDurationSeconds: leaseSeconds,
        renewTime: now,
        acquireTime: mine ? spec.acquireTime : now,
        leaseTransitions: mine ? transitions : transitions + 1,
      },
    };
    this.#lead(await client.update(leases, next));
    return true;
  }

  async #read(): Promise<Lease | undefined> {
    const { client, name } = this.#options;
    try {
      return await client.get(leases, { namespace: "kube-system", name });
    } catch (error) {
      if (error instanceof ApiError && error.reason === "NotFound") return undefined;
      throw error;
    }
  }

  #hasLapsed({ spec }: Lease): boolean {
    const now = this.#options.clock.now();
    const text = `${spec.holderIdentity} ${spec.renewTime}`;
    if (this.#seen?.text !== text) this.#seen = { text, atMs: now };
    return now - this.#seen.atMs >= (spec.leaseDurationSeconds ?? leaseSeconds) * 1000;
  }

  #lead(lease: Lease): void {
    if (this.#leading) return;
    this.#leading = true;
    this.#events.normal(regarding(leases, lease), "LeaderElection", `${this.#options.identity} became leader`);
    this.#options.onStarted();
  }

  /** Lets another one lead at once. */
  async #release(): Promise<void> {
    const { client, clock } = this.#options;
    const lease = await this.#read();
    if (!lease || lease.spec.holderIdentity !== this.#options.identity) return;
    const now = rfc3339Micro(clock.now());
    await client.update(leases, {
      ...lease,
      spec: { ...lease.spec, holderIdentity: "", leaseDurationSeconds: 1, renewTime: now },
    });
  }
}
