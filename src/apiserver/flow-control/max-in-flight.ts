/** Two plain limits, on requests that change something and on those that do not, where priority and fairness are off. */
import type { User } from "../context.ts";
import type { HttpRequest, HttpResponse } from "../exchange.ts";
import { isLongRunning, type RequestInfo } from "../request-info.ts";
import type { Admitted, FlowControl } from "../server.ts";
import { tooManyRequests } from "./too-many.ts";

const readOnly = new Set(["get", "list", "watch"]);

export class MaxInFlight implements FlowControl {
  readonly #limits: { readonly reading: number; readonly changing: number };
  readonly #under = { reading: 0, changing: 0 };

  /** 0: no limit. */
  constructor(reading: number, changing: number) {
    this.#limits = { reading, changing };
  }

  enter(_request: HttpRequest, info: RequestInfo, user: User): Admitted | HttpResponse | undefined {
    const kind = readOnly.has(info.verb) ? "reading" : "changing";
    const limit = this.#limits[kind];
    if (limit === 0 || isLongRunning(info)) return undefined;
    // administrators have to get in, to end what fills the server
    if (this.#under[kind] >= limit && !user.groups.includes("system:masters")) return tooManyRequests({});
    this.#under[kind]++;
    return { waitedMs: 0, headers: {}, leave: () => void this.#under[kind]-- };
  }
}
