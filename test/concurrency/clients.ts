/** Clients that write, read and watch objects of one namespace, and write down what they asked and were told. */
import { below, type Random } from "../../src/base/random.ts";
import type { Data, Done, Version, WriteDone } from "./history.ts";
import type { Answer, Server } from "./server.ts";

export const collection = "/api/v1/namespaces/default/configmaps";
const labels = { of: "the-test" };
export const selector = "labelSelector=of%3Dthe-test";

interface Item {
  readonly metadata: { readonly name: string; readonly resourceVersion: string };
  readonly data?: Data;
}

/** One clock for all clients: each tick is an instant of its own. */
export class Ticks {
  #now = 0;
  next(): number {
    return ++this.#now;
  }
}

const itemOf = (body: Answer["body"]): Item => body as unknown as Item;
const revisionOf = ({ metadata }: Item): number => Number(metadata.resourceVersion);

export interface Work {
  readonly server: Server;
  readonly ticks: Ticks;
  readonly done: Done[];
  readonly keys: readonly string[];
  readonly random: Random;
}

/** A writer and reader; `name` begins what it writes. */
export class Worker {
  readonly #name: string;
  #writes = 0;
  /** What it last saw of each key. */
  readonly #seen = new Map<string, number>();

  constructor(name: string) {
    this.#name = name;
  }

  /** One request. Resolves to false when the connection has broken. */
  async step(work: Work): Promise<boolean> {
    const { random, keys } = work;
    const key = keys[below(random, keys.length)] ?? "";
    const chance = random.next();
    try {
      if (chance < 0.25) await this.#read(work, key);
      else if (chance < 0.35) await this.#list(work);
      else return await this.#write(work, key, chance);
      return true;
    } catch {
      return false; // a read that is not answered says nothing
    }
  }

  async #read({ server, ticks, done }: Work, key: string): Promise<void> {
    const asked = ticks.next();
    const { status, body } = await server.ask("GET", `${collection}/${key}`);
    const answered = ticks.next();
    const item = status === 200 ? itemOf(body) : undefined;
    if (!item && status !== 404) throw new Error(`GET: ${status} ${JSON.stringify(body)}`);
    if (item) this.#seen.set(key, revisionOf(item));
    done.push({
      is: "read",
      key,
      revision: item && revisionOf(item),
      data: item && (item.data ?? {}),
      asked,
      answered,
    });
  } // prettier-ignore

  /** In pages, now and then. */
  async #list({ server, ticks, done, random }: Work): Promise<void> {
    const limit = random.next() < 0.5 ? "" : "&limit=2";
    const asked = ticks.next();
    const items: Item[] = [];
    let page = { metadata: { resourceVersion: "", continue: "" }, items: [] as Item[] };
    do {
      const next = page.metadata.continue ? `&continue=${encodeURIComponent(page.metadata.continue)}` : "";
      const { status, body } = await server.ask("GET", `${collection}?${selector}${limit}${next}`);
      if (status === 410) return; // forgotten meanwhile
      if (status !== 200) throw new Error(`list: ${status}`);
      page = body as unknown as typeof page;
      items.push(...page.items);
    } while (page.metadata.continue);
    const revision = Number(page.metadata.resourceVersion);
    const found = new Map(items.map((item) => [item.metadata.name, revisionOf(item)]));
    done.push({ is: "list", revision, items: found, asked, answered: ticks.next() });
  }

  async #write({ server, ticks, done, random }: Work, key: string, chance: number): Promise<boolean> {
    const id = `${this.#name}.${++this.#writes}`;
    const seen = this.#seen.get(key);
    const isDelete = chance >= 0.9;
    if (isDelete && seen === undefined) return true;
    const conditional = seen !== undefined && (isDelete || random.next() < 0.7);
    const metadata = { name: key, labels, ...(conditional && { resourceVersion: String(seen) }) };
    const expected = conditional ? { expected: seen } : {};
    const asked = ticks.next();
    const [verb, send] = this.#request(chance, key, id, metadata, conditional, server);
    const about = { is: "write", key, id, verb, ...(verb === "create" ? {} : expected), asked } as const;
    try {
      const { status, body } = await send();
      done.push(outcome(about, status, body, ticks.next()));
      if (status < 300 && verb !== "delete") this.#seen.set(key, revisionOf(itemOf(body)));
      return true;
    } catch {
      done.push({ ...about, outcome: "unknown", answered: Number.POSITIVE_INFINITY });
      return false;
    }
  }

  #request(
    chance: number,
    key: string,
    id: string,
    metadata: { readonly resourceVersion?: string; readonly name: string; readonly labels: typeof labels },
    conditional: boolean,
    server: Server,
  ): [WriteDone["verb"], () => Promise<Answer>] {
    const target = `${collection}/${key}`;
    if (chance < 0.55) {
      const { resourceVersion: _, ...bare } = metadata;
      return ["create", () => server.ask("POST", collection, { metadata: bare, data: { by: id } })];
    }
    if (chance < 0.72) return ["update", () => server.ask("PUT", target, { metadata, data: { by: id } })];
    if (chance < 0.9) {
      const patch = {
        ...(conditional && { metadata: { resourceVersion: metadata.resourceVersion } }),
        data: { [this.#name]: id },
      };
      return ["patch", () => server.ask("PATCH", target, patch, "application/merge-patch+json")];
    }
    // which deletion was whose, only this tells
    const preconditions = { resourceVersion: metadata.resourceVersion };
    return ["delete", () => server.ask("DELETE", target, { preconditions })];
  } // prettier-ignore
}

type About = Omit<WriteDone, "outcome" | "answered">;

function outcome(about: About, status: number, body: Answer["body"], answered: number): WriteDone {
  // a deletion is answered with a Status, which does not say at which revision
  if (status < 300 && about.verb === "delete") return { ...about, outcome: "done", answered };
  if (status < 300) return { ...about, outcome: "done", revision: revisionOf(itemOf(body)), answered };
  const reason = String(body.reason);
  if (!["Conflict", "NotFound", "AlreadyExists"].includes(reason))
    throw new Error(`${about.verb}: ${JSON.stringify(body)}`);
  return { ...about, outcome: "refused", reason, answered };
} // prettier-ignore

/** What one watch was told from `since` on, up to `until`; `isExpired`: there was no going on from there. */
export interface Watched {
  readonly since: number;
  readonly until: number;
  readonly versions: readonly Version[];
  readonly isExpired: boolean;
}

interface WatchEvent {
  readonly type: string;
  readonly object: Item & { readonly code?: number };
}

/** Watches until the connection breaks, `signal` aborts or `enough` says so. */
export async function watch(
  server: Server,
  since: number,
  signal: AbortSignal,
  onVersion: (version: Version, seen: number) => boolean = () => false,
): Promise<Watched> {
  const versions: Version[] = [];
  let until = since;
  const result = (isExpired: boolean): Watched => ({ since, until, versions, isExpired });
  try {
    const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${since}&${selector}`;
    for await (const line of server.lines(`${collection}?${query}`, signal)) {
      const { type, object } = line as unknown as WatchEvent;
      if (type === "ERROR" && object.code === 410) return result(true);
      if (line.kind === "Status" && line.code === 410) return result(true);
      if (type !== "BOOKMARK" && !["ADDED", "MODIFIED", "DELETED"].includes(type))
        throw new Error(JSON.stringify(line));
      until = revisionOf(object);
      if (type === "BOOKMARK") continue;
      const data = type === "DELETED" ? undefined : (object.data ?? {});
      const version = { revision: until, key: object.metadata.name, data };
      versions.push(version);
      if (onVersion(version, versions.length)) break;
    }
  } catch (error) {
    if (!isBroken(error)) throw error;
  }
  return result(false);
}

const isBroken = (error: unknown): boolean =>
  error instanceof Error && ("code" in error || error.name === "AbortError" || /aborted|socket/.test(error.message));
