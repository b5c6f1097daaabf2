/** Counts requests, as upstream's `endpoints/metrics` does. What is known of a route is looked up once and kept. */

import { type Distribution, exponential, type Histogram } from "../../base/metrics/histogram.ts";
import type { Metrics } from "../../base/metrics/metrics.ts";
import type { Counter, Gauge, Value } from "../../base/metrics/values.ts";
import type { RequestInfo } from "../request-info.ts";

const component = "apiserver";
const route = ["verb", "group", "version", "resource", "subresource", "scope", "component"];
const routeDry = ["verb", "dry_run", ...route.slice(1)];
const durations = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];

/** What is kept of the requests of one route. */
export interface Route {
  readonly labels: readonly string[];
  readonly byCode: Map<number, Value>;
  readonly duration: Distribution;
  readonly sli: Distribution | undefined;
  readonly size: Distribution | undefined;
}

const methods: Readonly<Record<string, string>> = {
  get: "GET",
  list: "LIST",
  watch: "WATCH",
  create: "POST",
  update: "PUT",
  patch: "PATCH",
  delete: "DELETE",
  deletecollection: "DELETE",
  post: "POST",
  put: "PUT",
};
const connects = new Set(["attach", "exec", "portforward", "proxy", "log"]);
const applyType = "application/apply-patch+yaml";

/** Upstream's words for what a request does. */
export function verbOf({ verb, isResource, subresource }: RequestInfo, contentType?: string): string {
  if (isResource && connects.has(subresource)) return "CONNECT";
  if (verb === "patch" && contentType === applyType) return "APPLY";
  return methods[verb] ?? "other";
}

/** How much a request is about. */
export const extentOf = ({ name, verb, namespace, isResource }: RequestInfo): string =>
  name || verb === "create" ? "resource" : namespace ? "namespace" : isResource ? "cluster" : "";

export class RequestMetrics {
  readonly #routes = new Map<string, Route>();
  readonly #total: Counter;
  readonly #durations: Histogram;
  readonly #slis: Histogram;
  readonly #sizes: Histogram;
  readonly #long: Gauge;
  readonly #events: Counter;
  readonly #eventSizes: Histogram;
  readonly #ended: Counter;
  readonly #deprecated: Gauge;
  /** Under way now that are no streams, and the most of the last second. */
  readonly #inFlight = { readOnly: new Peak(), mutating: new Peak() };

  constructor(metrics: Metrics) {
    const stability = "STABLE";
    this.#total = metrics.counter({
      ...{ name: "apiserver_request_total", stability, labels: [...routeDry, "code"] },
      help: "Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.",
    });
    this.#durations = metrics.histogram({
      ...{ name: "apiserver_request_duration_seconds", stability, labels: routeDry, buckets: durations },
      help: "Response latency distribution in seconds for each verb, dry run value, group, version, resource, subresource, scope and component.",
    });
    this.#slis = metrics.histogram({
      ...{ name: "apiserver_request_sli_duration_seconds", labels: route, buckets: durations.slice(2) },
      help: "Response latency distribution (not counting webhook duration and priority & fairness queue wait times) in seconds for each verb, group, version, resource, subresource, scope and component.",
    });
    this.#sizes = metrics.histogram({
      ...{ name: "apiserver_response_sizes", stability, labels: route, buckets: exponential(1000, 10, 7) },
      help: "Response size distribution in bytes for each group, version, verb, resource, subresource, scope and component.",
    });
    this.#long = metrics.gauge({
      ...{ name: "apiserver_longrunning_requests", stability, labels: route },
      help: "Gauge of all active long-running apiserver requests broken out by verb, group, version, resource, scope and component. Not all requests are tracked this way.",
    });
    const resource = ["group", "version", "resource"];
    this.#events = metrics.counter({
      ...{ name: "apiserver_watch_events_total", labels: resource },
      help: "Number of events sent in watch clients",
    });
    this.#eventSizes = metrics.histogram({
      ...{ name: "apiserver_watch_events_sizes", labels: resource, buckets: exponential(1024, 2, 8) },
      help: "Watch event size distribution in bytes",
    });
    this.#ended = metrics.counter({
      ...{ name: "apiserver_request_terminations_total", labels: [...route, "code"] },
      help: "Number of requests which apiserver terminated in self-defense.",
    });
    this.#deprecated = metrics.gauge({
      ...{ name: "apiserver_requested_deprecated_apis", stability },
      labels: ["group", "version", "resource", "subresource", "removed_release"],
      help: "Gauge of deprecated APIs that have been requested, broken out by API group, version, resource, subresource, and removed_release.",
    });
    metrics.observed(
      "gauge",
      {
        ...{ name: "apiserver_current_inflight_requests", stability, labels: ["request_kind"] },
        help: "Maximal number of currently used inflight request limit of this apiserver per request kind in last second.",
      },
      () => [
        [["mutating"], this.#inFlight.mutating.take()],
        [["readOnly"], this.#inFlight.readOnly.take()],
      ],
    );
  }

  /** The route of a request. Only for what the server has: any other text would be a label for ever. */
  route(info: RequestInfo, dryRun: string, contentType?: string): Route {
    const verb = verbOf(info, contentType);
    const extent = extentOf(info);
    const { group, version, resource } = info;
    const subresource = info.isResource ? info.subresource : info.path;
    const key = `${verb} ${group} ${version} ${resource} ${subresource} ${extent} ${dryRun}`;
    let found = this.#routes.get(key);
    if (!found) {
      const labels = [verb, group, version, resource, subresource, extent, component];
      found = {
        labels,
        byCode: new Map(),
        duration: this.#durations.with(verb, dryRun, ...labels.slice(1)),
        sli: dryRun ? undefined : this.#slis.with(...labels),
        size: verb === "GET" || verb === "LIST" ? this.#sizes.with(...labels) : undefined,
      };
      this.#routes.set(key, found);
    }
    return found;
  }

  /** A request has been answered. `elapsedMs` from its coming in, `waitedMs` of it in a queue. */
  answered(to: Route, dryRun: string, code: number, bytes: number, elapsedMs: number, waitedMs = 0): void {
    let count = to.byCode.get(code);
    if (!count) {
      const [verb = "", ...others] = to.labels;
      count = this.#total.with(verb, dryRun, ...others, String(code));
      to.byCode.set(code, count);
    }
    count.inc();
    to.duration.observe(elapsedMs / 1000);
    to.sli?.observe((elapsedMs - waitedMs) / 1000);
    to.size?.observe(bytes);
  }

  /** A request that goes on begins; returns what to call at its end. */
  beginLong(to: Route): () => void {
    const gauge = this.#long.with(...to.labels);
    gauge.inc();
    return () => gauge.dec();
  }

  /** The server has ended a request to protect itself. */
  terminated(to: Route, code: number): void {
    this.#ended.with(...to.labels, String(code)).inc();
  }

  deprecated({ group, version, resource, subresource }: RequestInfo): void {
    this.#deprecated.with(group, version, resource, subresource, "").set(1);
  }

  /** Counts the events of watches of a resource, by their bytes. */
  eventCounter({ group, version, resource }: RequestInfo): (bytes: number) => void {
    const count = this.#events.with(group, version, resource);
    const sizes = this.#eventSizes.with(group, version, resource);
    return (bytes) => {
      count.inc();
      sizes.observe(bytes);
    };
  }

  begin(isMutating: boolean): void {
    this.#inFlight[isMutating ? "mutating" : "readOnly"].add(1);
  }

  end(isMutating: boolean): void {
    this.#inFlight[isMutating ? "mutating" : "readOnly"].add(-1);
  }
}

/** A number, and the most it has been since it was last asked for. */
class Peak {
  #now = 0;
  #most = 0;

  add(by: number): void {
    this.#now += by;
    if (this.#now > this.#most) this.#most = this.#now;
  }

  take(): number {
    const most = this.#most;
    this.#most = this.#now;
    return most;
  }
}
