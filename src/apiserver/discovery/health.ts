/** `/healthz`, `/livez`, `/readyz` with their checks, and `/version` (https://kubernetes.io/docs/reference/using-api/health-checks/). */
import { methodNotAllowed } from "../../api/errors.ts";
import type { Metrics } from "../../base/metrics/metrics.ts";
import type { Counter, Gauge } from "../../base/metrics/values.ts";
import { negotiate } from "../encode/negotiate.ts";
import type { HttpRequest, HttpResponse } from "../exchange.ts";
import { respondText, respondValue } from "../handlers/respond.ts";
import type { RequestInfo } from "../request-info.ts";
import type { PathHandler } from "../server.ts";

/** One thing that must hold; throws, with why, when it does not. */
export interface HealthCheck {
  readonly name: string;
  readonly check: () => Promise<void> | void;
  /** Left out of `/livez`: not being ready is no reason to restart. */
  readonly readinessOnly?: boolean;
  /** Left out of `/readyz`. */
  readonly livenessOnly?: boolean;
}

export const ping: HealthCheck = { name: "ping", check: () => {} };

export interface ServerState {
  /** What every cluster has from the start is there. */
  readonly isStarted: boolean;
  /** The server has been told to end. */
  readonly isEnding: boolean;
}

export interface HealthFacts {
  /** Rejects when the store does not answer. */
  readonly storeAnswers: () => Promise<void>;
  readonly state: ServerState;
}

/** What upstream begins after its start; here all of it is done when the server begins to answer. */
const hooks = `apiservice-discovery-controller apiservice-openapi-controller apiservice-openapiv3-controller
  apiservice-registration-controller apiservice-status-local-available-controller apiservice-status-remote-available-controller
  apiservice-wait-for-first-sync bootstrap-controller crd-informer-synced generic-apiserver-start-informers
  kube-apiserver-autoregistration priority-and-fairness-config-consumer priority-and-fairness-config-producer
  priority-and-fairness-filter rbac/bootstrap-roles scheduling/bootstrap-system-priority-classes
  start-apiextensions-controllers start-apiextensions-informers start-apiserver-admission-initializer
  start-cluster-authentication-info-controller start-kube-aggregator-informers start-kubernetes-service-cidr-controller
  start-legacy-token-tracking-controller start-service-ip-repair-controllers start-system-namespaces-controller
  storage-object-count-tracker-hook storage-readiness`.split(/\s+/);

/** The checks that operators ask for by name. */
export function healthChecks({ storeAnswers, state }: HealthFacts): readonly HealthCheck[] {
  const started = (): void => {
    if (!state.isStarted) throw new Error("not finished");
  };
  const ending = (): void => {
    if (state.isEnding) throw new Error("process is shutting down");
  };
  return [
    ping,
    { name: "log", check: () => {} },
    { name: "etcd", check: storeAnswers, livenessOnly: true },
    { name: "informer-sync", check: started, readinessOnly: true },
    ...hooks.map((hook) => ({ name: `poststarthook/${hook}`, check: started })),
    { name: "autoregister-completion", check: started },
    { name: "shutdown", check: ending, readinessOnly: true },
  ];
}

export class Health implements PathHandler {
  readonly #checks: readonly HealthCheck[];
  readonly #gauge: Gauge;
  readonly #counter: Counter;

  /** `slis`: gets a metric of each check that was made. */
  constructor(checks: readonly HealthCheck[], slis: Metrics) {
    this.#checks = checks;
    const stability = "STABLE";
    this.#gauge = slis.gauge({
      ...{ name: "kubernetes_healthcheck", stability, labels: ["name", "type"] },
      help: "This metric records the result of a single healthcheck.",
    });
    this.#counter = slis.counter({
      ...{ name: "kubernetes_healthchecks_total", stability, labels: ["name", "status", "type"] },
      help: "This metric records the results of all healthcheck.",
    });
  }

  async handle({ query }: HttpRequest, { path }: RequestInfo): Promise<HttpResponse | undefined> {
    const [endpoint = "", ...rest] = path.split("/").filter(Boolean);
    if (!["healthz", "livez", "readyz"].includes(endpoint)) return undefined;
    const all = this.#checks.filter((c) => (endpoint === "readyz" ? !c.livenessOnly : !c.readinessOnly));
    const checks = all.map((one) => this.#noted(one, endpoint));
    const name = rest.join("/");
    if (name) {
      const one = checks.find((c) => c.name === name);
      return one ? answer(endpoint, [one], query, false) : undefined;
    }
    return answer(endpoint, checks, query, query.has("verbose"));
  }

  #noted({ name, check }: HealthCheck, type: string): HealthCheck {
    const note = (isGood: boolean): void => {
      this.#gauge.with(name, type).set(isGood ? 1 : 0);
      this.#counter.with(name, isGood ? "success" : "error", type).inc();
    };
    return {
      name,
      check: async () => {
        try {
          await check();
          note(true);
        } catch (error) {
          note(false);
          throw error;
        }
      },
    };
  }
}

async function answer(
  endpoint: string,
  checks: readonly HealthCheck[],
  query: URLSearchParams,
  verbose: boolean,
): Promise<HttpResponse> {
  const excluded = query.getAll("exclude");
  const lines: string[] = [];
  let failed = false;
  for (const { name, check } of checks) {
    if (excluded.includes(name)) {
      lines.push(`[+]${name} excluded: ok`);
      continue;
    }
    try {
      await check();
      lines.push(`[+]${name} ok`);
    } catch {
      failed = true;
      lines.push(`[-]${name} failed: reason withheld`);
    }
  }
  const unknown = excluded.filter((name) => !checks.some((c) => c.name === name));
  if (unknown.length)
    lines.push(
      `warn: some health checks cannot be excluded: no matches for ${unknown.map((n) => JSON.stringify(n)).join(", ")}`,
    );
  if (failed) return respondText(500, `${lines.join("\n")}\n${endpoint} check failed\n`);
  return respondText(200, verbose ? `${lines.join("\n")}\n${endpoint} check passed\n` : "ok");
}

/** What `kubectl version` reads. The Kubernetes version is the one whose behaviour is served. */
export interface VersionInfo {
  readonly gitVersion: string;
  readonly gitCommit: string;
  readonly buildDate: string;
  readonly platform: string;
}

export class Version implements PathHandler {
  readonly #info: VersionInfo;
  constructor(info: VersionInfo) {
    this.#info = info;
  }

  handle(request: HttpRequest, { path }: RequestInfo): HttpResponse | undefined {
    if (path !== "/version" && path !== "/version/") return undefined;
    if (request.method !== "GET") throw methodNotAllowed();
    const { gitVersion, gitCommit, buildDate, platform } = this.#info;
    const minors = {
      emulationMajor: "1",
      emulationMinor: "36",
      minCompatibilityMajor: "1",
      minCompatibilityMinor: "35",
    };
    const built = {
      gitVersion,
      gitCommit,
      gitTreeState: "clean",
      buildDate,
      goVersion: "none",
      compiler: "tsc",
      platform,
    };
    negotiate(request.headers.accept, false, { transforms: false, supported: ["application/json"] });
    return respondValue({ ...request, headers: { ...request.headers, accept: "application/json" } }, 200, {
      major: "1",
      minor: "36",
      ...minors,
      ...built,
    });
  }
}
