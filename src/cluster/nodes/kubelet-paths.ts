/** What a kubelet answers on its own port, for `nodes/NAME/proxy`: the paths of kubelet's `pkg/kubelet/server`. */
import { ApiError } from "../../api/errors.ts";
import type { HttpResponse } from "../../apiserver/exchange.ts";
import { respondText } from "../../apiserver/handlers/respond.ts";
import { metricsAnswer } from "../../apiserver/monitoring/metrics-page.ts";
import { readLogOptions } from "../../apiserver/streams/log.ts";
import type { LogRequest, PodRequest, PodTarget } from "../../apiserver/streams/node-connection.ts";
import type { Kubelet } from "../../kubelet/kubelet.ts";
import { cadvisorMetrics, kubeletMetrics, resourceMetrics } from "../../kubelet/server/metrics-pages.ts";
import { viewNode } from "../../kubelet/server/node-view.ts";
import { summary } from "../../kubelet/server/summary.ts";
import { runAt } from "./kubelet-sessions.ts";

export interface KubeletPathsOptions {
  readonly kubelet: Kubelet;
  readonly log: (pod: PodTarget, request: LogRequest) => Promise<HttpResponse>;
}

const notFound = respondText(404, "404 page not found\n");

const json = (value: object): HttpResponse => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: [new TextEncoder().encode(JSON.stringify(value))],
});

/** Answers a request to the kubelet's port. */
export async function askKubelet({ kubelet, log }: KubeletPathsOptions, request: PodRequest): Promise<HttpResponse> {
  const { pathname, searchParams } = new URL(request.path, "http://node");
  if (request.method === "POST" && pathname.startsWith("/run/")) return runAt(kubelet, request);
  if (request.method !== "GET" && request.method !== "HEAD") return respondText(405, "405: Method Not Allowed");
  const path = pathname.replace(/\/$/, "");
  switch (path) {
    case "/healthz":
    case "/healthz/ping":
    case "/healthz/log":
    case "/healthz/syncloop":
      return respondText(200, "ok");
    case "/pods":
      return json(podList(kubelet, () => true));
    case "/runningpods":
      return json(podList(kubelet, (uid) => kubelet.parts.observer.get(uid).sandboxes.some(({ ready }) => ready)));
    case "/stats/summary":
      return json(summary(await viewNode(kubelet, searchParams.get("only_cpu_and_memory") !== "false")));
    case "/metrics":
      return metricsAnswer(kubeletMetrics(await viewNode(kubelet)));
    case "/metrics/resource":
      return metricsAnswer(resourceMetrics(await viewNode(kubelet)));
    case "/metrics/cadvisor":
      return metricsAnswer(cadvisorMetrics(await viewNode(kubelet)));
    case "/metrics/probes":
      return metricsAnswer("");
    case "/configz":
      return json({ kubeletconfig: configuration(kubelet) });
    default:
      return path.startsWith("/containerLogs/") ? containerLog({ kubelet, log }, path, searchParams) : notFound;
  }
}

function podList(kubelet: Kubelet, isShown: (uid: string) => boolean): object {
  const shown = [...kubelet.workers()].filter(({ uid }) => isShown(uid));
  const items = shown.map(({ pod }) => ({ ...pod, kind: "Pod", apiVersion: "v1" }));
  return { kind: "PodList", apiVersion: "v1", metadata: {}, items };
}

function configuration({ parts, registration }: Kubelet): object {
  const { clusterDns, clusterDomain } = parts.settings;
  return {
    ...{ kind: "KubeletConfiguration", apiVersion: "kubelet.config.k8s.io/v1beta1" },
    ...{ clusterDNS: clusterDns, clusterDomain, maxPods: Number(registration.node?.status.capacity?.pods ?? 110) },
  };
}

async function containerLog(
  { kubelet, log }: KubeletPathsOptions,
  path: string,
  query: URLSearchParams,
): Promise<HttpResponse> {
  const [, , namespace = "", name = "", container = ""] = path.split("/").map(decodeURIComponent);
  const pod = kubelet.find(namespace, name)?.pod;
  if (!pod) return respondText(404, `pod ${JSON.stringify(name)} not found\n`);
  const known = [
    ...(pod.spec.containers ?? []),
    ...(pod.spec.initContainers ?? []),
    ...(pod.spec.ephemeralContainers ?? []),
  ];
  if (!known.some((one) => one.name === container))
    return respondText(404, `container ${JSON.stringify(container)} not found in pod ${JSON.stringify(name)}\n`);
  try {
    const options = readLogOptions(query, kubelet.parts.clock.now());
    return await log({ namespace, name, uid: pod.metadata.uid ?? "" }, { ...options, container });
  } catch (error) {
    if (error instanceof ApiError) return respondText(error.code, `${error.message}\n`);
    throw error;
  }
}
