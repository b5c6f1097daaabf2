/** The audit events of one request: one for each stage that the policy does not leave out. */
import type { Status } from "../../api/errors.ts";
import { rfc3339Micro } from "../../base/clock.ts";
import type { User } from "../context.ts";
import type { RequestInfo } from "../request-info.ts";
import type { AuditDecision, Stage } from "./policy.ts";
import { prepared } from "./prepared.ts";

/** What is known of a request when it comes in. */
export interface AuditedRequest {
  readonly id: string;
  readonly uri: string;
  readonly info: RequestInfo;
  readonly user: User;
  readonly userAgent: string;
  readonly sourceIPs: readonly string[];
  readonly receivedMs: number;
}

type Json = Readonly<Record<string, unknown>>;
interface Referred {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

const longestUserAgent = 1024;
export const userInfo = ({ name, uid, groups, extra }: User): object => ({
  username: name,
  ...(uid && { uid }),
  ...(groups.length && { groups }),
  ...(extra && Object.keys(extra).length && { extra }),
});

export class AuditRecord {
  readonly #request: AuditedRequest;
  readonly #decision: AuditDecision;
  readonly #write: (event: object) => void;
  readonly #now: () => number;
  readonly #annotations: Record<string, string> = {};
  #impersonated: User | undefined;
  #reference: Record<string, string | undefined> | undefined;
  #requestObject: object | undefined;
  #responseObject: object | undefined;
  #status: Json | undefined;

  constructor(request: AuditedRequest, decision: AuditDecision, now: () => number, write: (event: object) => void) {
    this.#request = request;
    this.#decision = decision;
    this.#now = now;
    this.#write = write;
    const { isResource, namespace, name, resource, subresource, group, version } = request.info;
    if (isResource)
      this.#reference = {
        resource,
        namespace,
        name,
        uid: "",
        apiGroup: group,
        apiVersion: version,
        resourceVersion: "",
        subresource,
      };
  }

  /** The first value of a key stays. */
  annotate(key: string, value: string): void {
    this.#annotations[key] ??= value;
  }

  impersonated(user: User): void {
    this.#impersonated = user;
  }

  /** The object that was sent, or what was sent to change one. */
  requestObject(object: object): void {
    const { metadata } = object as { metadata?: Referred };
    const reference = this.#reference;
    if (reference && metadata && !Array.isArray(object)) {
      reference.namespace ||= metadata.namespace;
      reference.name ||= metadata.name;
      reference.uid ||= metadata.uid;
      reference.resourceVersion ||= metadata.resourceVersion;
    }
    if (this.#decision.level === "Request" || this.#decision.level === "RequestResponse") this.#requestObject = object;
  }

  get wantsResponse(): boolean {
    return this.#decision.level === "RequestResponse";
  }

  responseObject(object: object): void {
    if (this.wantsResponse) this.#responseObject = object;
  }

  received(): void {
    this.#stage("RequestReceived");
  }

  /** The head of an answer that goes on for long is out. */
  started(code: number): void {
    this.#status ??= { metadata: {}, code };
    this.#stage("ResponseStarted");
  }

  /** `status`: of an answer that is one. */
  completed(code: number, status?: Status): void {
    if (status) this.#status = statusOf(status, code);
    else this.#status ??= { metadata: {}, code };
    this.#stage("ResponseComplete");
  }

  panicked(message: string): void {
    this.#status = {
      metadata: {},
      status: "Failure",
      message: `APIServer panic'd: ${message}`,
      reason: "InternalError",
      code: 500,
    };
    this.#stage("Panic");
  }

  /** A request whose credentials are no good: two stages, and no more of who it was. */
  refused(message: string, code: number): void {
    this.#status = { metadata: {}, message, code };
    this.#stage("ResponseStarted");
    this.#stage("ResponseComplete");
  }

  #stage(stage: Stage): void {
    const { level, omitStages, omitManagedFields } = this.#decision;
    if (omitStages.includes(stage)) return;
    const { id, uri, info, user, userAgent, sourceIPs, receivedMs } = this.#request;
    const answered = stage !== "RequestReceived";
    const object = (one: object | undefined): object | undefined => one && prepared(one, info, omitManagedFields);
    this.#write({
      kind: "Event",
      apiVersion: "audit.k8s.io/v1",
      level,
      auditID: id,
      stage,
      requestURI: uri,
      verb: info.verb,
      user: userInfo(user),
      impersonatedUser: this.#impersonated && userInfo(this.#impersonated),
      sourceIPs: sourceIPs.length ? sourceIPs : undefined,
      userAgent:
        userAgent.length > longestUserAgent
          ? `${userAgent.slice(0, longestUserAgent)}...TRUNCATED`
          : userAgent || undefined,
      objectRef: this.#reference && withoutEmpty(this.#reference),
      responseStatus: answered ? this.#status : undefined,
      requestObject: answered ? object(this.#requestObject) : undefined,
      responseObject: stage === "ResponseComplete" ? object(this.#responseObject) : undefined,
      requestReceivedTimestamp: rfc3339Micro(receivedMs),
      stageTimestamp: rfc3339Micro(this.#now()),
      annotations: Object.keys(this.#annotations).length ? { ...this.#annotations } : undefined,
    });
  }
}

const withoutEmpty = (map: Readonly<Record<string, string | undefined>>): object =>
  Object.fromEntries(Object.entries(map).filter(([, value]) => value));

/** Without its type, which is known. */
function statusOf({ kind: _, apiVersion: __, ...rest }: Status, code: number): Json {
  return { ...rest, code };
}
