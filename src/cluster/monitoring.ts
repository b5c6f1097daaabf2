/** What is measured of the server and of the parts in its process, and where it is shown. */
import type { Catalog } from "../api/catalog.ts";
import type { KubeObject } from "../api/object.ts";
import type { ApiServerConfiguration } from "../apiserver/configuration/configuration.ts";
import { AdmissionMetrics } from "../apiserver/monitoring/admission-metrics.ts";
import { LoginMetrics } from "../apiserver/monitoring/login-metrics.ts";
import { MetricsPage } from "../apiserver/monitoring/metrics-page.ts";
import { RequestMetrics } from "../apiserver/monitoring/request-metrics.ts";
import { StoredObjects } from "../apiserver/monitoring/stored-objects.ts";
import type { Onlookers } from "../apiserver/passage.ts";
import type { PathHandler } from "../apiserver/server.ts";
import type { Clock } from "../base/clock.ts";
import { Metrics } from "../base/metrics/metrics.ts";
import { QueueMetrics } from "../base/metrics/queue-metrics.ts";
import type { Store } from "../store/store.ts";
import { processMetrics } from "./process-metrics.ts";

export interface Monitoring {
  readonly metrics: Metrics;
  /** Of the checks of health. */
  readonly slis: Metrics;
  readonly onlookers: Onlookers;
  readonly paths: readonly PathHandler[];
  readonly queues: QueueMetrics | undefined;
}

export interface MonitoringFacts {
  readonly store: Store<KubeObject>;
  readonly catalog: Catalog;
  readonly clock: Clock;
}

export function monitoring(
  { metrics: isOn }: ApiServerConfiguration,
  { store, catalog, clock }: MonitoringFacts,
): Monitoring {
  const metrics = new Metrics();
  const slis = new Metrics();
  if (!isOn) return { metrics, slis, onlookers: {}, paths: [], queues: undefined };
  processMetrics(metrics);
  const objects = new StoredObjects(metrics, store, catalog);
  const pages = new Map([
    ["/metrics", metrics],
    ["/metrics/slis", slis],
  ]);
  return {
    ...{ metrics, slis },
    onlookers: {
      requests: new RequestMetrics(metrics),
      logins: new LoginMetrics(metrics),
      admission: new AdmissionMetrics(metrics, clock),
    },
    paths: [new MetricsPage(pages, () => objects.look())],
    queues: new QueueMetrics(metrics, clock),
  };
}
