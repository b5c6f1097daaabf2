/**
 * The stream of a watch. An event is encoded once for all who watch in the same form; a watcher that does not keep up is cut off
 * and must list again.
 */
import type { ApiError } from "../../api/errors.ts";
import { groupVersionOf, type Kind } from "../../api/kind.ts";
import type { KubeObject } from "../../api/object.ts";
import { encodeProtobuf } from "../../api/schema/protobuf.ts";
import { notAcceptable, type Representation } from "../encode/negotiate.ts";
import { typed, typedParts } from "../encode/objects.ts";
import { metadataOnly, tableOf } from "../encode/table.ts";
import type { HttpResponse, Sink } from "../exchange.ts";
import { type WatchEvent, watchObjects } from "../registry/watch.ts";
import { watchOptions } from "./options.ts";
import { representation } from "./respond.ts";
import type { Scope } from "./scope.ts";
import { shown } from "./write.ts";

const encoder = new TextEncoder();
/** YAML has no form for one document after another that clients read. */
const streamed = ["application/json;stream=watch", "application/vnd.kubernetes.protobuf;stream=watch"];
/** Bytes a watcher may be behind before it is cut off, beside what it was told at first, which may be a long list. */
const mostBehind = 16 << 20;
const bookmarkEveryMs = 60_000;
/** Watches end by themselves after a while, spread so that not all come back at once (upstream: 30 to 60 minutes). */
const shortestWatchMs = 1_800_000;

export async function watch(scope: Scope): Promise<HttpResponse> {
  const { registry, info, request } = scope;
  const form = representation(request, true);
  if (form.mediaType === "application/yaml") throw notAcceptable(streamed);
  const options = watchOptions(request.query);
  const named =
    info.name && info.resource !== "namespaces" ? { ...options, fieldSelector: `metadata.name=${info.name}` } : options;
  const stream = new EventStream(scope, form);
  const watching = await watchObjects(registry, {
    kind: scope.kind,
    namespace: info.resource === "namespaces" ? undefined : info.namespace,
    options: named,
    onEvents: (events) => stream.send(events),
    onEnd: (error) => stream.fail(error),
  });
  const lifeMs = options.timeoutSeconds
    ? options.timeoutSeconds * 1000
    : (scope.context.minWatchMs ?? shortestWatchMs) * (1 + registry.random.next());
  const end = registry.clock.after(lifeMs, () => stream.finish());
  // who watches objects in a form that is no more begins anew
  const unserved = scope.kind.custom?.served.onEnd(() => stream.finish());
  const bookmarks = options.allowWatchBookmarks
    ? every(scope, bookmarkEveryMs, () => stream.bookmark(watching.revision))
    : undefined;
  return {
    status: 200,
    headers: { "content-type": streamType(form), "cache-control": "no-cache, private" },
    body: async (sink, signal) => {
      try {
        await stream.run(sink, signal);
      } finally {
        watching.stop();
        end.cancel();
        unserved?.();
        bookmarks?.cancel();
      }
    },
  };
}

const streamType = ({ mediaType }: Representation): string =>
  mediaType === "application/json" ? mediaType : `${mediaType};stream=watch`;

function every({ registry }: Scope, ms: number, run: () => void): { cancel(): void } {
  let timer = registry.clock.after(ms, tick, { idle: true });
  function tick(): void {
    run();
    timer = registry.clock.after(ms, tick, { idle: true });
  }
  return { cancel: () => timer.cancel() };
}

type Lines = WeakMap<object, Uint8Array>;
/** Encoded events by form; shared by all watchers of a process. */
const encodedLines = new Map<string, Lines>();

function linesOf(form: string): Lines {
  const lines = encodedLines.get(form) ?? new WeakMap();
  encodedLines.set(form, lines);
  return lines;
}

/** Streams with something to write: what they are told in one turn leaves in one write, and one turn serves all. */
const full: EventStream[] = [];

function flushLater(stream: EventStream): void {
  if (full.push(stream) > 1) return;
  queueMicrotask(() => {
    for (const one of full.splice(0)) {
      try {
        one.flush();
      } catch {
        one.cut(); // it alone: the others are told
      }
    }
  });
}

class EventStream {
  readonly #scope: Scope;
  readonly #form: Representation;
  readonly #waiting: Uint8Array[] = [];
  readonly #ended: Promise<void>;
  #end: () => void = () => {};
  #sink: Sink | undefined;
  #allowance: number | undefined;
  #tables = 0;
  #flushing = false;
  readonly #lines: { [type in "ADDED" | "MODIFIED" | "DELETED"]?: Lines } = {};

  constructor(scope: Scope, form: Representation) {
    this.#scope = scope;
    this.#form = form;
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  send(events: readonly WatchEvent[]): void {
    for (const event of events) {
      if (event.type === "BOOKMARK") this.bookmark(Number(event.resourceVersion), event.initialEventsEnd);
      else {
        const line = this.#line(event);
        this.#scope.context.countEvent?.(line.length);
        this.#waiting.push(line);
      }
    }
    this.#flushSoon();
  }

  bookmark(revision: number, initialEventsEnd = false): void {
    const annotations = initialEventsEnd && { annotations: { "k8s.io/initial-events-end": "true" } };
    const object = {
      metadata: { resourceVersion: String(revision), ...annotations },
    } as unknown as KubeObject;
    const { kind, registry } = this.#scope;
    const value = this.#form.as ? this.#transformed(object, registry.clock.now()) : typed(kind, object);
    this.#waiting.push(this.#encode("BOOKMARK", value));
    this.#flushSoon();
  }

  fail(error: ApiError): void {
    this.#waiting.push(this.#encode("ERROR", error.status));
    this.flush();
    this.finish();
  }

  finish(): void {
    this.flush();
    this.#end();
  }

  async run(sink: Sink, signal: AbortSignal): Promise<void> {
    this.#sink = sink;
    signal.addEventListener("abort", () => this.#end(), { once: true });
    if (signal.aborted) return;
    this.flush();
    await this.#ended;
  }

  #flushSoon(): void {
    if (this.#flushing || !this.#sink) return;
    this.#flushing = true;
    flushLater(this);
  }

  flush(): void {
    this.#flushing = false;
    const sink = this.#sink;
    if (!sink || !this.#waiting.length) return;
    const [only] = this.#waiting;
    const bytes = this.#waiting.length === 1 && only ? only : joinedOnce(this.#waiting);
    sink.write(bytes);
    this.#waiting.length = 0;
    this.#allowance ??= bytes.length + mostBehind;
    if (sink.buffered > this.#allowance) this.cut();
  }

  /** Breaks the stream off: its client lists again. */
  cut(): void {
    this.#sink?.abort();
    this.#end();
  }

  #line({ type, object, change }: Exclude<WatchEvent, { type: "BOOKMARK" }>): Uint8Array {
    const { kind } = this.#scope;
    if (this.#form.as)
      return this.#encode(type, this.#transformed(shown(this.#scope, object), this.#scope.registry.clock.now()));
    this.#lines[type] ??= linesOf(`${type} ${groupVersionOf(kind)} ${this.#form.mediaType}`);
    const lines = this.#lines[type];
    const key = change ?? object;
    let line = lines.get(key);
    if (!line) {
      const seen = shown(this.#scope, object);
      line =
        this.#form.mediaType === "application/json"
          ? jsonLine(type, kind, seen)
          : this.#encode(type, typed(kind, seen));
      lines.set(key, line);
    }
    return line;
  }

  #transformed(object: KubeObject, now: number): object {
    const version = this.#form.as?.version ?? "v1";
    if (this.#form.as?.kind !== "Table") return metadataOnly(object, version);
    const metadata = { resourceVersion: object.metadata.resourceVersion ?? "" };
    return tableOf(this.#scope, version, [object], metadata, now, this.#tables++ === 0);
  }

  #encode(type: string, object: object): Uint8Array {
    if (this.#form.mediaType === "application/vnd.kubernetes.protobuf")
      return protobufFrame(type, this.#scope.kind, object as KubeObject);
    return encoder.encode(`${JSON.stringify({ type, object })}\n`);
  }
}

function jsonLine(type: string, kind: Kind, object: KubeObject): Uint8Array {
  return joined([encoder.encode(`{"type":"${type}","object":`), ...typedParts(kind, object), encoder.encode("}\n")]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Watches of the same objects have the same lines waiting: what was joined for one serves those that follow it. */
function joinedOnce(parts: readonly Uint8Array[]): Uint8Array {
  if (last?.parts.length === parts.length && last.parts.every((part, i) => part === parts[i])) return last.bytes;
  last = { parts: [...parts], bytes: joined(parts) };
  return last.bytes;
}

let last: { readonly parts: readonly Uint8Array[]; readonly bytes: Uint8Array } | undefined;

/** `uint32 length`, then a WatchEvent {1: type, 2: {1: the object with its envelope}}. */
function protobufFrame(type: string, kind: Kind, object: KubeObject): Uint8Array {
  const isStatus = object.kind === "Status";
  const raw = isStatus
    ? encoder.encode(JSON.stringify(object))
    : encodeProtobuf(kind.schema, groupVersionOf(kind), kind.kind, object as { [key: string]: unknown });
  const name = encoder.encode(type);
  const inner = joined([Uint8Array.from(field(1, raw.length)), raw]);
  const event = joined([Uint8Array.from(field(1, name.length)), name, Uint8Array.from(field(2, inner.length)), inner]);
  const frame = new Uint8Array(4 + event.length);
  new DataView(frame.buffer).setUint32(0, event.length);
  frame.set(event, 4);
  return frame;
}

/** Tag and length of a delimited protobuf field. */
function field(number: number, length: number): number[] {
  const bytes = [(number << 3) | 2];
  let left = length;
  for (; left > 127; left >>>= 7) bytes.push((left & 127) | 128);
  return [...bytes, left];
}
