/** `/metrics` and `/metrics/slis` (https://kubernetes.io/docs/concepts/cluster-administration/system-metrics/). */
import { methodNotAllowed } from "../../api/errors.ts";
import { type Metrics, metricsType } from "../../base/metrics/metrics.ts";
import type { HttpRequest, HttpResponse } from "../exchange.ts";
import type { RequestInfo } from "../request-info.ts";
import type { PathHandler } from "../server.ts";

export const metricsAnswer = (text: string): HttpResponse => ({
  status: 200,
  headers: { "content-type": metricsType },
  body: [new TextEncoder().encode(text)],
});

export class MetricsPage implements PathHandler {
  readonly #pages: ReadonlyMap<string, Metrics>;
  readonly #prepare: () => Promise<void>;

  /** By path; `prepare` looks up what takes longer than a turn. */
  constructor(pages: ReadonlyMap<string, Metrics>, prepare: () => Promise<void>) {
    this.#pages = pages;
    this.#prepare = prepare;
  }

  async handle(request: HttpRequest, { path }: RequestInfo): Promise<HttpResponse | undefined> {
    const metrics = this.#pages.get(path);
    if (!metrics) return undefined;
    if (request.method !== "GET") throw methodNotAllowed();
    await this.#prepare();
    return metricsAnswer(metrics.text());
  }
}
