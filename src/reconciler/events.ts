/**
 * Events about objects, as every component of Kubernetes tells them: like ones are counted, many alike are combined, and a
 * flood is cut (client-go's `tools/record`).
 *
 * Promises: recording never fails and never waits; what cannot be written is dropped. Events about one object are
 * written in the order they were recorded.
 */
import { ApiError } from "../api/errors.ts";
import { type Clock, rfc3339 } from "../base/clock.ts";
import { type AnyObject, type Cause, type Client, causeOf, type KindOf, type Shared } from "../client/client.ts";
import { type Event, events } from "../client/kinds.ts";

export interface EventRecorderOptions {
  readonly client: Client;
  readonly clock: Clock;
  /** Who tells: `kubelet`, `replicaset-controller`. */
  readonly component: string;
  /** The node, where there is one per node. */
  readonly host?: string;
  readonly reportingInstance?: string;
}

/** What an event is about. */
export interface Regarding {
  readonly kind: string;
  readonly apiVersion: string;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly fieldPath?: string | undefined;
}

export function regarding<T extends AnyObject>(
  kind: KindOf<T>,
  object: Shared<AnyObject>,
  fieldPath?: string,
): Regarding {
  const { namespace, name = "", uid, resourceVersion } = object.metadata;
  const apiVersion = kind.group ? `${kind.group}/${kind.version}` : kind.version;
  return { kind: kind.kind, apiVersion, namespace, name, uid, resourceVersion, fieldPath };
}

/** More than this many like events (but for their message) within ten minutes are combined. */
const combineFrom = 10;
const combineWindowMs = 600_000;
/** Per object: a burst, then one more every five minutes. */
const burst = 25;
const refillMs = 300_000;
const kept = 4096;

interface Sent {
  readonly event: Shared<Event>;
  count: number;
}

export class EventRecorder {
  readonly #options: EventRecorderOptions;
  /** By all that makes two events the same. */
  readonly #sent = new Map<string, Sent>();
  /** By all but the message: which messages there were, and when the last one came. */
  readonly #alike = new Map<string, { messages: Set<string>; lastMs: number }>();
  readonly #tokens = new Map<string, { left: number; atMs: number }>();
  readonly #writing = new Map<string, Promise<void>>();
  #made = 0;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
  }

  normal(about: Regarding, reason: string, message: string): void {
    this.#record(about, "Normal", reason, message);
  }

  warning(about: Regarding, reason: string, message: string): void {
    this.#record(about, "Warning", reason, message);
  }

  /** Resolves once all that was recorded so far is written or dropped. */
  async flush(): Promise<void> {
    await Promise.all(this.#writing.values());
  }

  #record(about: Regarding, type: string, reason: string, message: string): void {
    const { component, host = "", clock } = this.#options;
    const now = clock.now();
    const object = [component, host, about.kind, about.namespace, about.name, about.uid, about.apiVersion].join(
      "\u0000",
    );
    const group = [object, about.fieldPath, type, reason].join("\u0000");
    const combined = this.#combine(group, message, now);
    if (!this.#admits(object, now)) return;
    const text = (combined ? `(combined from similar events): ${message}` : message).slice(0, 1024);
    const identity = combined ? group : `${group}\u0000${message}`;
    const before = this.#writing.get(object) ?? Promise.resolve();
    const cause = about.resourceVersion ? causeOf({ metadata: about }) : undefined;
    const writing: Promise<void> = before
      .then(() => this.#write(identity, about, type, reason, text, now, cause))
      .catch(() => {})
      .then(() => {
        if (this.#writing.get(object) === writing) this.#writing.delete(object);
      });
    this.#writing.set(object, writing);
  }

  #combine(group: string, message: string, now: number): boolean {
    let alike = this.#alike.get(group);
    if (!alike || now - alike.lastMs > combineWindowMs) alike = { messages: new Set(), lastMs: now };
    alike.lastMs = now;
    alike.messages.add(message);
    remember(this.#alike, group, alike);
    if (alike.messages.size < combineFrom) return false;
    // the set need not grow for ever
    const oldest = alike.messages.values().next().value;
    if (alike.messages.size > combineFrom && oldest !== undefined) alike.messages.delete(oldest);
    return true;
  }

  #admits(object: string, now: number): boolean {
    const bucket = this.#tokens.get(object) ?? { left: burst, atMs: now };
    bucket.left = Math.min(burst, bucket.left + (now - bucket.atMs) / refillMs);
    bucket.atMs = now;
    remember(this.#tokens, object, bucket);
    if (bucket.left < 1) return false;
    bucket.left--;
    return true;
  }

  async #write(
    identity: string,
    about: Regarding,
    type: string,
    reason: string,
    message: string,
    now: number,
    cause: Cause | undefined,
  ): Promise<void> {
    const client = this.#options.client.because(cause);
    const sent = this.#sent.get(identity);
    if (sent) {
      sent.count++;
      const { namespace, name = "" } = sent.event.metadata;
      try {
        const change = { count: sent.count, lastTimestamp: rfc3339(now), message };
        await client.patch(events, { namespace, name }, change, { type: "strategic" });
        return;
      } catch (error) {
        if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
      }
    }
    const event = this.#event(about, type, reason, message, now, sent?.count ?? 1);
    remember(this.#sent, identity, { event: await client.create(events, event), count: event.count ?? 1 });
  }

  #event(about: Regarding, type: string, reason: string, message: string, now: number, count: number): Shared<Event> {
    const { component, host } = this.#options;
    const namespace = about.namespace || "default";
    const involvedObject = Object.fromEntries(Object.entries(about).filter(([, value]) => value));
    return {
      metadata: { name: `${about.name}.${this.#stamp(now)}`, namespace },
      involvedObject,
      reason,
      message,
      source: { component, ...(host && { host }) },
      firstTimestamp: rfc3339(now),
      lastTimestamp: rfc3339(now),
      count,
      type,
      reportingComponent: component,
      reportingInstance: host ?? "",
    };
  }

  /** Nanoseconds since 1970 in hexadecimal, as upstream names events; a counter stands in for what the clock does not tell. */
  #stamp(now: number): string {
    this.#made = (this.#made + 1) % 1_000_000;
    return (BigInt(Math.floor(now)) * 1_000_000n + BigInt(this.#made)).toString(16);
  }
}

/** Keeps the map at the size of upstream's caches: the oldest goes. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > kept) map.delete(map.keys().next().value as string);
}
