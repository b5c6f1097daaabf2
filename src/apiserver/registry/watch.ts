/**
 * Watches: the log of changes as one client asked to see it
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes).
 */
import { ApiError, badRequest, invalid } from "../../api/errors.ts";
import type { Kind } from "../../api/kind.ts";
import type { KubeObject } from "../../api/object.ts";
import { type FieldError, Path } from "../../api/validation/field-error.ts";
import { type Change, Compacted, type Store } from "../../store/store.ts";
import { type Filter, filterOf, type ListOptions, noVersion, waitFor } from "./read.ts";
import { deletedAt, type Registry } from "./registry.ts";
import { prefixOf } from "./stored.ts";

export interface WatchOptions extends ListOptions {
  readonly allowWatchBookmarks?: boolean;
}

export type WatchEvent =
  | {
      readonly type: "ADDED" | "MODIFIED" | "DELETED";
      readonly object: KubeObject;
      readonly change?: Change<KubeObject>;
    }
  | { readonly type: "BOOKMARK"; readonly resourceVersion: string; readonly initialEventsEnd: boolean };

export interface Watching {
  stop(): void;
  /** The revision up to which all events have been handed over. */
  readonly revision: number;
}

export interface WatchRequest {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  readonly options: WatchOptions;
  /** Events of one commit at a time; must not throw. */
  readonly onEvents: (events: readonly WatchEvent[]) => void;
  /** The watch cannot go on. */
  readonly onEnd: (error: ApiError) => void;
}

/** Starts a watch: what is there already, if that was asked for, comes before this resolves. Throws ApiError. */
export async function watchObjects(registry: Registry, request: WatchRequest): Promise<Watching> {
  const { kind, namespace, options, onEvents } = request;
  const filter = filterOf(kind, options);
  checkWatchOptions(options);
  const prefix = prefixOf(kind, kind.namespaced && namespace ? namespace : undefined);
  const store = registry.storeOf(kind);
  const since = await start(registry, store, prefix, filter, options, onEvents);
  let revision = since;
  try {
    const watching = await store.watch({
      since,
      prefix,
      onChanges(changes) {
        revision = changes.at(-1)?.revision ?? revision;
        const events = filter.isEmpty ? allOf(changes) : eventsOf(changes, filter);
        if (events.length) onEvents(events);
      },
      onEnd: (reason) => request.onEnd(asWatchError(reason)),
    });
    return {
      stop: () => watching.stop(),
      get revision() {
        return Math.max(revision, store.revision);
      },
    };
  } catch (error) {
    throw asWatchError(error);
  }
}

/** Sends the initial state where it was asked for; returns the revision that the watch goes on from. */
async function start(
  registry: Registry,
  store: Store<KubeObject>,
  prefix: string,
  filter: Filter,
  options: WatchOptions,
  onEvents: WatchRequest["onEvents"],
): Promise<number> {
  const asked = options.resourceVersion ?? "";
  const initial = options.sendInitialEvents ?? (asked === "" || asked === "0");
  if (asked && asked !== "0") {
    if (!/^\d+$/.test(asked)) throw badRequest(noVersion(asked));
    if (options.sendInitialEvents === undefined || Number(asked) > registry.store.revision)
      await waitFor(registry, Number(asked));
  }
  if (!initial) return asked && asked !== "0" ? Number(asked) : registry.store.revision;
  const page = await store.list(prefix);
  const events: WatchEvent[] = page.entries
    .filter((e) => filter.isEmpty || filter.matches(e.value))
    .map((e) => ({ type: "ADDED", object: e.value }));
  if (options.sendInitialEvents && options.allowWatchBookmarks) {
    events.push({ type: "BOOKMARK", resourceVersion: String(page.revision), initialEventsEnd: true });
  }
  if (events.length) onEvents(events);
  return page.revision;
}

type Changes = readonly Change<KubeObject>[];
type Sight = Pick<Filter, "isEmpty" | "matches">;

function eventsOf(changes: Changes, filter: Sight): readonly WatchEvent[] {
  const events: WatchEvent[] = [];
  for (const change of changes) {
    const event = eventOf(change, filter);
    if (event) events.push(event);
  }
  return events;
}

let latest: { readonly changes: Changes; readonly events: readonly WatchEvent[] } | undefined;

/** The same for all watchers that see everything, of whom there may be thousands. */
function allOf(changes: Changes): readonly WatchEvent[] {
  if (latest?.changes !== changes) latest = { changes, events: eventsOf(changes, everything) };
  return latest.events;
}

const everything: Sight = { isEmpty: true, matches: () => true };

/** A change as the watcher sees it: an object that begins or ceases to match is added or deleted. */
function eventOf(change: Change<KubeObject>, filter: Sight): WatchEvent | undefined {
  const { before, after } = change;
  const was = before !== undefined && (filter.isEmpty || filter.matches(before.value));
  const is = after !== undefined && (filter.isEmpty || filter.matches(after.value));
  if (is) return { type: was ? "MODIFIED" : "ADDED", object: after.value, change };
  if (was) return { type: "DELETED", object: deletedAt(before.value, change.revision), change };
  return undefined;
}

function checkWatchOptions(options: WatchOptions): void {
  const errors: FieldError[] = [];
  const { sendInitialEvents, resourceVersionMatch } = options;
  const match = new Path("resourceVersionMatch");
  if (sendInitialEvents !== undefined && resourceVersionMatch !== "NotOlderThan")
    errors.push(match.forbidden("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
  if (resourceVersionMatch) {
    if (sendInitialEvents === undefined)
      errors.push(match.forbidden("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
    if (resourceVersionMatch !== "NotOlderThan")
      errors.push(match.notSupported(resourceVersionMatch, ["NotOlderThan"]));
    if (options.continue) errors.push(match.forbidden("resourceVersionMatch is forbidden when continue is provided"));
  }
  if (errors.length) throw invalid({ group: "meta.k8s.io", name: "ListOptions" }, "", errors);
}

function asWatchError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof Compacted)
    return new ApiError("Expired", `too old resource version: ${/\d+/.exec(error.message)?.[0]} (${error.oldest})`);
  return badRequest(error instanceof Error ? error.message : String(error));
}
