/**
 * What other servers say of themselves in OpenAPI v2: asked for when our own document is, and sent anew only if it has
 * changed. What one said last stands in for it where it does not answer.
 */
import type { Clock } from "../../base/clock.ts";
import { type Swagger, swaggerBelow } from "../openapi/merge-swagger.ts";
import { type ApiServices, groupVersionOf, isAvailable, type RemoteApiService } from "./api-services.ts";
import { askInTime } from "./ask-in-time.ts";
import { textOf } from "./remote-discovery.ts";
import { asReader } from "./remote-openapi.ts";
import type { RemoteServers } from "./remote-server.ts";

interface Known {
  readonly etag: string | undefined;
  /** Rises with each that is another. */
  readonly turn: number;
  readonly document: Swagger;
}

export interface Swaggers {
  /** Other than before if one of the documents is. */
  readonly key: string;
  readonly documents: readonly Swagger[];
}

export class RemoteSwaggers {
  readonly #services: ApiServices;
  readonly #servers: RemoteServers;
  readonly #clock: Clock;
  readonly #known = new Map<string, Known>();
  #turn = 0;

  constructor(services: ApiServices, servers: RemoteServers, clock: Clock) {
    this.#services = services;
    this.#servers = servers;
    this.#clock = clock;
  }

  async current(): Promise<Swaggers> {
    const remote = this.#services.remote.filter(isAvailable);
    const names = new Set(remote.map(groupVersionOf));
    for (const name of this.#known.keys()) if (!names.has(name)) this.#known.delete(name);
    await Promise.all(remote.map((one) => this.#look(one).catch(() => {})));
    const known = [...names].toSorted().flatMap((name) => this.#known.get(name) ?? []);
    return { key: known.map(({ turn }) => turn).join(), documents: known.map(({ document }) => document) };
  }

  async #look(of: RemoteApiService): Promise<void> {
    const name = groupVersionOf(of);
    const known = this.#known.get(name);
    const match = known?.etag;
    const headers = { ...asReader, accept: "application/json", ...(match && { "if-none-match": match }) };
    await askInTime(this.#clock, async (signal) => {
      const answer = await this.#servers.ask(of, {
        ...{ method: "GET", path: "/openapi/v2", headers, body: new Uint8Array(), signal },
      });
      if (answer.status !== 200) return; // 304: it is as it was
      const document = swaggerBelow(JSON.parse(await textOf(answer)) as Swagger, `/apis/${name}/`);
      if (known && JSON.stringify(known.document) === JSON.stringify(document)) return;
      const { etag } = answer.headers;
      this.#known.set(name, { document, turn: ++this.#turn, etag: typeof etag === "string" ? etag : undefined });
    });
  }
}
