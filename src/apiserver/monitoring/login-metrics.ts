/** How often somebody has logged in and been allowed, and how long that took. */
import type { Distribution } from "../../base/metrics/histogram.ts";
import { exponential } from "../../base/metrics/histogram.ts";
import type { Metrics } from "../../base/metrics/metrics.ts";
import type { Counter, Value } from "../../base/metrics/values.ts";

const seconds = exponential(0.001, 2, 15);
const results = ["success", "failure", "error"] as const;
export type LoginResult = (typeof results)[number];
const decisions = ["allowed", "denied", "no-opinion", "error"] as const;
export type AccessResult = (typeof decisions)[number];

/** Users by name would be labels without end: upstream tells these apart. */
const systemName = (name: string): string =>
  name === "admin" || name === "client" || name === "kube_proxy" || name === "kubelet"
    ? name
    : name.startsWith("system:serviceaccount:kube-system")
      ? name
      : name.startsWith("system:serviceaccount")
        ? "system:serviceaccount"
        : "other";

export class LoginMetrics {
  readonly #logins: Readonly<Record<LoginResult, { readonly count: Value; readonly duration: Distribution }>>;
  readonly #accesses: Readonly<Record<AccessResult, { readonly count: Value; readonly duration: Distribution }>>;
  readonly #users: Counter;

  constructor(metrics: Metrics) {
    const labels = ["result"];
    const logins = metrics.counter({
      ...{ name: "authentication_attempts", labels },
      help: "Counter of authenticated attempts.",
    });
    const loginSeconds = metrics.histogram({
      ...{ name: "authentication_duration_seconds", labels, buckets: seconds },
      help: "Authentication duration in seconds broken out by result.",
    });
    const accesses = metrics.counter({
      ...{ name: "authorization_attempts_total", labels },
      help: "Counter of authorization attempts broken down by result. It can be either 'allowed', 'denied', 'no-opinion' or 'error'.",
    });
    const accessSeconds = metrics.histogram({
      ...{ name: "authorization_duration_seconds", labels, buckets: seconds },
      help: "Authorization duration in seconds broken out by result.",
    });
    this.#users = metrics.counter({
      ...{ name: "authenticated_user_requests", labels: ["username"] },
      help: "Counter of authenticated requests broken out by username.",
    });
    const kept = <K extends string>(
      all: readonly K[],
      counter: Counter,
      histogram: { with(v: string): Distribution },
    ) =>
      Object.fromEntries(
        all.map((one) => [one, { count: counter.with(one), duration: histogram.with(one) }]),
      ) as Record<K, { count: Value; duration: Distribution }>;
    this.#logins = kept(results, logins, loginSeconds);
    this.#accesses = kept(decisions, accesses, accessSeconds);
  }

  loggedIn(result: LoginResult, ms: number, name?: string): void {
    this.#logins[result].count.inc();
    this.#logins[result].duration.observe(ms / 1000);
    if (name !== undefined) this.#users.with(systemName(name)).inc();
  }

  judged(result: AccessResult, ms: number): void {
    this.#accesses[result].count.inc();
    this.#accesses[result].duration.observe(ms / 1000);
  }
}
