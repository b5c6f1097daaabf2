/** `metrics.k8s.io`: what nodes and pods use, asked of the nodes when it is asked for; what `kubectl top` and autoscalers read. */
import { node as nodeKind } from "../../api/core/node.ts";
import { pod as podKind } from "../../api/core/pod.ts";
import { notFound } from "../../api/errors.ts";
import type { Pod } from "../../api/generated/core-v1.ts";
import type { ContainerUsage, NodeUsage } from "../../api/metrics/usage.ts";
import type { KubeObject } from "../../api/object.ts";
import { rfc3339 } from "../../base/clock.ts";
import type { HttpResponse } from "../exchange.ts";
import type { SubresourceHandlers } from "../handlers/dispatch.ts";
import { listOptions } from "../handlers/options.ts";
import { respondList, respondObject } from "../handlers/respond.ts";
import type { Scope } from "../handlers/scope.ts";
import { listObjects } from "../registry/read.ts";
import type { NodeConnections } from "../streams/node-connection.ts";

type Usage = Pick<ContainerUsage, "cpuNanoCores" | "memoryBytes">;

export const metricsHandlers = (nodes: NodeConnections): SubresourceHandlers => ({
  "nodes.metrics.k8s.io": async (scope) => {
    const { info, registry } = scope;
    const asked = info.name ? [await registry.get(nodeKind, "", info.name)] : await all(scope, nodeKind);
    const measured = await Promise.all(
      asked.map(async (node) => {
        const usage = await usageOf(nodes, node.metadata.name ?? "");
        return usage && nodeMetrics(node, usage);
      }),
    );
    return answer(scope, measured);
  },
  "pods.metrics.k8s.io": async (scope) => {
    const { info, registry } = scope;
    const asked = info.name ? [await registry.get(podKind, info.namespace, info.name)] : await all(scope, podKind);
    const measured = await Promise.all(
      (asked as unknown as Pod[]).map(async (pod) => {
        const usage = pod.spec.nodeName ? await usageOf(nodes, pod.spec.nodeName) : undefined;
        return usage && podMetrics(pod, usage);
      }),
    );
    return answer(scope, measured);
  },
});

async function all(scope: Scope, kind: typeof nodeKind): Promise<readonly KubeObject[]> {
  const { registry, info, request } = scope;
  const { items } = await listObjects(registry, kind, info.namespace, listOptions(request.query));
  return items;
}

/** Undefined: the node cannot be asked now. */
const usageOf = (nodes: NodeConnections, name: string): Promise<NodeUsage | undefined> =>
  nodes
    .to(name)
    ?.usage()
    .catch(() => undefined) ?? Promise.resolve(undefined);

function answer(scope: Scope, measured: readonly (KubeObject | undefined)[]): HttpResponse | Promise<HttpResponse> {
  const { info, kind, registry } = scope;
  const items = measured.filter((one) => one !== undefined);
  if (!info.name) return respondList(scope, { items, resourceVersion: String(registry.store.revision) });
  const [one] = items;
  if (!one) throw notFound({ group: kind.group, name: kind.plural }, info.name);
  return respondObject(scope, 200, kind, one);
}

/** As metrics-server writes amounts: billionths of a core, and KiB. */
const amounts = ({ cpuNanoCores, memoryBytes }: Usage): Record<string, string> => ({
  cpu: `${cpuNanoCores}n`,
  memory: `${Math.ceil(memoryBytes / 1024)}Ki`,
});

const measuredAt = ({ time, windowMs }: NodeUsage): { timestamp: string; window: string } => ({
  timestamp: rfc3339(time),
  window: `${windowMs / 1000}s`,
});

const named = ({ metadata }: Pick<KubeObject, "metadata">, { time }: NodeUsage) => ({
  name: metadata.name ?? "",
  ...(metadata.namespace && { namespace: metadata.namespace }),
  creationTimestamp: rfc3339(time),
  ...(metadata.labels && { labels: metadata.labels }),
});

function nodeMetrics(node: KubeObject, usage: NodeUsage): KubeObject {
  const total = { cpuNanoCores: 0, memoryBytes: 0 };
  for (const { cpuNanoCores, memoryBytes } of usage.containers) {
    total.cpuNanoCores += cpuNanoCores;
    total.memoryBytes += memoryBytes;
  }
  return { metadata: named(node, usage), ...measuredAt(usage), usage: amounts(total) };
}

/** Undefined: none of its containers has been measured yet. */
function podMetrics(pod: Pod, usage: NodeUsage): KubeObject | undefined {
  const { name, namespace } = pod.metadata;
  const containers = usage.containers
    .filter((one) => one.pod === name && one.namespace === namespace)
    .map((one) => ({ name: one.container, usage: amounts(one) }));
  if (!containers.length) return undefined;
  return { metadata: named(pod as unknown as KubeObject, usage), ...measuredAt(usage), containers };
}
