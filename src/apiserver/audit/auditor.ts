/** Begins the audit record of each request that the policy wants one of, and counts. */
import type { Clock } from "../../base/clock.ts";
import type { Metrics } from "../../base/metrics/metrics.ts";
import type { Counter } from "../../base/metrics/values.ts";
import type { User } from "../context.ts";
import type { HttpRequest } from "../exchange.ts";
import type { RequestInfo } from "../request-info.ts";
import type { AuditLog } from "./log.ts";
import { type AuditPolicy, decide } from "./policy.ts";
import { AuditRecord } from "./record.ts";

export interface AuditorOptions {
  readonly policy: AuditPolicy;
  readonly log: AuditLog;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** What comes from within this process has no address. */
const ownAddress = "127.0.0.1";

export class Auditor {
  readonly #options: AuditorOptions;
  readonly #events: Counter;
  readonly #levels: Counter;

  constructor(options: AuditorOptions) {
    this.#options = options;
    const { metrics } = options;
    this.#events = metrics.counter({
      name: "apiserver_audit_event_total",
      help: "Counter of audit events generated and sent to the audit backend.",
    });
    this.#levels = metrics.counter({
      name: "apiserver_audit_level_total",
      help: "Counter of policy levels for audit events (1 per request).",
      labels: ["level"],
    });
  }

  /** The record of a request, if the policy wants one; it has told that the request came in. */
  begin(request: HttpRequest, info: RequestInfo, user: User, id: string, receivedMs: number): AuditRecord | undefined {
    const record = this.#record(info, user, () => ({
      ...{ id, info, user, receivedMs, uri: uriOf(request), sourceIPs: sourcesOf(request) },
      userAgent: request.headers["user-agent"] ?? "",
    }));
    record?.received();
    return record;
  }

  /** The same for a call within this process, which has no request of HTTP. */
  beginLocal(uri: string, userAgent: string, info: RequestInfo, user: User, id: string): AuditRecord | undefined {
    const receivedMs = this.#options.clock.now();
    const sourceIPs = [ownAddress];
    const record = this.#record(info, user, () => ({ id, info, user, receivedMs, uri, sourceIPs, userAgent }));
    record?.received();
    return record;
  }

  /** Notes a request whose credentials are no good. */
  refused(request: HttpRequest, info: RequestInfo, id: string, receivedMs: number): void {
    const user: User = { name: "", groups: [] };
    const record = this.#record(info, user, () => ({
      ...{ id, info, user, receivedMs, uri: uriOf(request), sourceIPs: sourcesOf(request) },
      userAgent: request.headers["user-agent"] ?? "",
    }));
    record?.refused(attempted(request), 401);
  }

  #record(
    info: RequestInfo,
    user: User,
    request: () => ConstructorParameters<typeof AuditRecord>[0],
  ): AuditRecord | undefined {
    const { policy, log, clock } = this.#options;
    const decision = decide(policy, user, info);
    this.#levels.with(decision.level).inc();
    if (decision.level === "None") return undefined;
    const now = (): number => clock.now();
    return new AuditRecord(request(), decision, now, (event) => {
      this.#events.inc();
      log.add(event);
    });
  }
}

function uriOf({ path, query }: HttpRequest): string {
  return query.size ? `${path}?${query}` : path;
}

const isAddress = (text: string): boolean => /^[\d.]+$|:/.test(text);

/** Where it came from: those that passed it on say so, and the last is the peer itself. */
function sourcesOf({ headers, remoteAddress }: HttpRequest): string[] {
  const all = (headers["x-forwarded-for"] ?? "").split(",").map((one) => one.trim());
  const sources = all.filter(isAddress);
  const real = headers["x-real-ip"];
  if (real && isAddress(real) && !sources.includes(real)) sources.push(real);
  const peer = remoteAddress?.replace(/^::ffff:/, "") ?? ownAddress;
  if (sources.at(-1) !== peer) sources.push(peer);
  return sources;
}

function attempted({ headers, certificateUser, frontProxy }: HttpRequest): string {
  const ways: string[] = [];
  if (/^basic /i.test(headers.authorization ?? "")) ways.push("basic");
  if (/^bearer /i.test(headers.authorization ?? "")) ways.push("bearer");
  if (certificateUser || frontProxy !== undefined) ways.push("x509");
  return ways.length
    ? `Authentication failed, attempted: ${ways.join(", ")}`
    : "Authentication failed, no credentials provided";
}
