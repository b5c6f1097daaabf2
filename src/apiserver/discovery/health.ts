/** `/healthz`, `/livez`, `/readyz` with their checks, and `/version` (https://kubernetes.io/docs/reference/using-api/health-checks/). */
import { methodNotAllowed } from "../../api/errors.ts";
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

/** The checks that operators ask for by name; `storeAnswers` rejects when the store does not. */
export const healthChecks = (storeAnswers: () => Promise<void>): readonly HealthCheck[] => [
  ping,
  { name: "log", check: () => {} },
  { name: "etcd", check: storeAnswers, livenessOnly: true },
  { name: "informer-sync", check: () => {}, readinessOnly: true },
  { name: "shutdown", check: () => {}, readinessOnly: true },
];

export class Health implements PathHandler {
  readonly #checks: readonly HealthCheck[];
  constructor(checks: readonly HealthCheck[]) {
    this.#checks = checks;
  }

  async handle({ query }: HttpRequest, { path }: RequestInfo): Promise<HttpResponse | undefined> {
    const [endpoint = "", ...rest] = path.split("/").filter(Boolean);
    if (!["healthz", "livez", "readyz"].includes(endpoint)) return undefined;
    const checks = this.#checks.filter((c) => (endpoint === "readyz" ? !c.livenessOnly : !c.readinessOnly));
    const name = rest.join("/");
    if (name) {
      const one = checks.find((c) => c.name === name);
      return one ? answer(endpoint, [one], query, false) : undefined;
    }
    return answer(endpoint, checks, query, query.has("verbose"));
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
