/** Waiting for an object to become what a test wants, and what to say when it does not. */
import type { KubeObject } from "../api/object.ts";
import type { AnyObject, Client, Shared } from "../client/client.ts";
import { events } from "../client/kinds.ts";
import type { Change } from "../store/store.ts";
import { type Reference, shownReference } from "./references.ts";
import type { Time } from "./time.ts";

export interface Awaited {
  readonly reference: Reference;
  readonly namespace: string | undefined;
  /** Undefined: it is not there. */
  readonly isMet: (object: Shared<AnyObject> | undefined) => boolean;
  readonly timeoutMs: number;
}

/** What was waited for did not come. Its message tells what the cluster knows. */
export class NotMet extends Error {
  override readonly name = "NotMet";
}

/** Resolves to the object once the condition holds. Rejects with NotMet, and as the condition throws. */
export async function waitFor(
  client: Client,
  time: Time,
  wanted: Awaited,
  log: () => Promise<readonly Change<KubeObject>[]>,
): Promise<Shared<AnyObject> | undefined> {
  const seen = new Sight(client, wanted);
  try {
    if (await time.until(seen.met, wanted.timeoutMs)) return seen.object;
  } finally {
    seen.stop();
  }
  throw new NotMet(await reportOf(client, wanted, seen.object, await log()));
}

/** Keeps the object in sight from one watch to the next. */
class Sight {
  object: Shared<AnyObject> | undefined;
  readonly met: Promise<void>;
  readonly #client: Client;
  readonly #wanted: Awaited;
  #settle: { resolve(): void; reject(error: unknown): void } = { resolve() {}, reject() {} };
  #watching: { stop(): void } | undefined;
  #stopped = false;

  constructor(client: Client, wanted: Awaited) {
    this.#client = client;
    this.#wanted = wanted;
    this.met = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    void this.#watch();
  }

  stop(): void {
    this.#stopped = true;
    this.#watching?.stop();
  }

  async #watch(): Promise<void> {
    const { reference, namespace } = this.#wanted;
    const { kind, name } = reference;
    const selection = { ...(namespace && { namespace }), fieldSelector: `metadata.name=${name}` };
    try {
      const list = await this.#client.list(kind, selection);
      this.#see(list.items[0]);
      const watching = await this.#client.watch(kind, {
        ...selection,
        resourceVersion: list.resourceVersion,
        onEvents: (all) => {
          for (const { type, object } of all) this.#see(type === "DELETED" ? undefined : object);
        },
        onEnd: () => {
          if (!this.#stopped) void this.#watch();
        },
      });
      this.#watching = watching;
      if (this.#stopped) watching.stop();
    } catch (error) {
      this.#settle.reject(error);
    }
  }

  #see(object: Shared<AnyObject> | undefined): void {
    this.object = object;
    try {
      if (this.#wanted.isMet(object)) this.#settle.resolve();
    } catch (error) {
      this.#settle.reject(error);
    }
  }
}

const mostEvents = 10;
const mostChanges = 15;

async function reportOf(
  client: Client,
  { reference, namespace, isMet, timeoutMs }: Awaited,
  object: Shared<AnyObject> | undefined,
  changes: readonly Change<KubeObject>[],
): Promise<string> {
  const name = shownReference(reference);
  const where = namespace ? ` in namespace ${namespace}` : "";
  return [
    `${name}${where} did not become what was waited for within ${timeoutMs / 1000} s: ${String(isMet).slice(0, 200)}`,
    ...section(
      "status",
      object ? [JSON.stringify((object as { status?: unknown }).status ?? null)] : ["it is not there"],
    ),
    ...section("events", await eventsOf(client, namespace)),
    ...section("last changes, the newest last", changes.filter(isTelling).slice(-mostChanges).map(changeText)),
  ].join("\n");
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length ? [`${title}:`, ...lines.map((line) => `  ${line}`)] : [];

async function eventsOf(client: Client, namespace: string | undefined): Promise<string[]> {
  const { items } = await client.list(events, { namespace });
  return items.slice(-mostEvents).map(({ type, reason, involvedObject, message }) => {
    const { kind = "", name = "" } = involvedObject;
    return `${type} ${reason} ${kind.toLowerCase()}/${name}: ${message}`;
  });
}

/** Signs of life, and events, which are told by themselves, hide what matters. */
const isTelling = ({ key }: Change<KubeObject>): boolean => !/^\/(leases\.coordination\.k8s\.io|events)\//.test(key);

function changeText({ revision, key, actor, cause, before, after }: Change<KubeObject>): string {
  const what = !after ? "deleted" : before ? "changed" : "made";
  const why = cause && "revision" in cause ? `, because of ${cause.revision}` : "";
  return `${revision} ${key.slice(1)} ${what} by ${actor}${why}`;
}
