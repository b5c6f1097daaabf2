/** What else every cluster has from the start: who serves which group, where services are, whom to trust, what goes first. */
import { apiService } from "../api/apiregistration/api-service.ts";
import type { Catalog } from "../api/catalog.ts";
import { flowSchema } from "../api/flowcontrol/flow-schema.ts";
import { priorityLevelConfiguration } from "../api/flowcontrol/priority-level-configuration.ts";
import { groupVersionOf, type Kind } from "../api/kind.ts";
import { serviceCidr } from "../api/networking/service-cidr.ts";
import { type Clock, rfc3339 } from "../base/clock.ts";
import { type AnyObject, anyKind, type Client } from "../client/client.ts";
import { configMaps } from "../client/kinds.ts";
import { frontProxyName } from "./aggregation.ts";
import { flowSchemas, priorityLevels } from "./bootstrap-flow-control.ts";

export interface BootstrapFacts {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly serviceRange: string;
  readonly caCertificate?: string | undefined;
  /** PEM of the authority of those who may say to other servers who asks. */
  readonly frontProxyCa?: string | undefined;
}

export async function bootstrapObjects(client: Client, facts: BootstrapFacts): Promise<void> {
  const { catalog, clock, serviceRange } = facts;
  const system = (name: string, data: object): object => ({ metadata: { name, namespace: "kube-system" }, data });
  await Promise.all([
    addMissing(client, apiService, apiServices(catalog.all())),
    addMissing(client, serviceCidr, [{ metadata: { name: "kubernetes" }, spec: { cidrs: serviceRange.split(",") } }]),
    addMissing(client, flowSchema, Object.entries(flowSchemas).map(kept)),
    addMissing(client, priorityLevelConfiguration, Object.entries(priorityLevels).map(kept)),
    addMissing(client, configMaps, [
      system("kube-apiserver-legacy-service-account-token-tracking", { since: rfc3339(clock.now()).slice(0, 10) }),
    ]),
    publishAuthentication(client, facts),
  ]);
}

/** By what other servers of the API know their users: whose certificates to believe, and who may say who asks. */
async function publishAuthentication(client: Client, { caCertificate, frontProxyCa }: BootstrapFacts): Promise<void> {
  const list = (...names: string[]): string => JSON.stringify(names);
  const data = {
    ...(caCertificate && { "client-ca-file": caCertificate }),
    ...(frontProxyCa && {
      "requestheader-allowed-names": list(frontProxyName),
      "requestheader-client-ca-file": frontProxyCa,
      "requestheader-extra-headers-prefix": list("X-Remote-Extra-"),
      "requestheader-group-headers": list("X-Remote-Group"),
      "requestheader-uid-headers": list("X-Remote-Uid"),
      "requestheader-username-headers": list("X-Remote-User"),
    }),
  };
  if (!Object.keys(data).length) return;
  const target = { namespace: "kube-system", name: "extension-apiserver-authentication" };
  const known = await client.get(configMaps, target).catch(() => undefined);
  if (!known) await client.create(configMaps, { metadata: target, data });
  else if (Object.entries(data).some(([key, value]) => known.data?.[key] !== value))
    await client.update(configMaps, { ...known, data: { ...known.data, ...data } });
}

/** Upstream keeps their specs as they were, as long as this stands there. */
const kept = ([name, spec]: readonly [string, object]): object => ({
  metadata: { name, annotations: { "apf.kubernetes.io/autoupdate-spec": "true" } },
  spec,
});

async function addMissing(client: Client, kind: Kind, wanted: readonly object[]): Promise<void> {
  const key = ({ metadata }: AnyObject): string => `${metadata.namespace ?? ""}/${metadata.name}`;
  const { items } = await client.list(anyKind(kind));
  const there = new Set(items.map((object) => key(object as AnyObject)));
  const missing = (wanted as readonly AnyObject[]).filter((object) => !there.has(key(object)));
  await Promise.all(missing.map((object) => client.create(anyKind(kind), object)));
}

/** Groups in the order of discovery, and within a group its versions: the higher comes first. */
const priorities: Readonly<Record<string, readonly [group: number, version?: number]>> = {
  "": [18_000, 1],
  apps: [17_800],
  "events.k8s.io": [17_750],
  "authentication.k8s.io": [17_700],
  "authorization.k8s.io": [17_600],
  autoscaling: [17_500],
  batch: [17_400],
  "certificates.k8s.io": [17_300],
  "networking.k8s.io": [17_200],
  policy: [17_100],
  "rbac.authorization.k8s.io": [17_000],
  "storage.k8s.io": [16_800],
  "apiextensions.k8s.io": [16_700],
  "admissionregistration.k8s.io": [16_700],
  "scheduling.k8s.io": [16_600],
  "coordination.k8s.io": [16_500],
  "node.k8s.io": [16_300],
  "discovery.k8s.io": [16_200],
  "resource.k8s.io": [16_200, 21],
  "flowcontrol.apiserver.k8s.io": [16_100, 21],
  "metrics.k8s.io": [100, 100],
};

/** That the server serves its own groups itself; that of the services is not among them. */
function apiServices(kinds: readonly Kind[]): object[] {
  const versions = new Map(kinds.map((kind) => [groupVersionOf(kind), kind]));
  return [...versions.values()].flatMap(({ group, version }) => {
    const [groupPriorityMinimum, versionPriority = version === "v2" ? 30 : 15] = priorities[group] ?? [];
    if (groupPriorityMinimum === undefined) return [];
    return {
      metadata: { name: `${version}.${group}`, labels: { "kube-aggregator.kubernetes.io/automanaged": "onstart" } },
      spec: { ...(group && { group }), version, groupPriorityMinimum, versionPriority },
    };
  });
}
