/** What a namespace may use at most (https://kubernetes.io/docs/concepts/policy/resource-quotas/): counted when it is asked for. */
import { resourceQuota as quotaKind } from "../../api/core/resource-quota.ts";
import type { Pod, ResourceQuota } from "../../api/generated/core-v1.ts";
import type { KubeObject } from "../../api/object.ts";
import { compareQuantities, formatQuantity, quantityOf, subtractQuantities } from "../../api/quantity.ts";
import { addUsage, inScope, type ResourceList, resourcesOf, unsaid, usageOf } from "../../api/quota/usage.ts";
import { amend } from "../registry/amend.ts";
import type { Registry } from "../registry/registry.ts";
import { prefixOf } from "../registry/stored.ts";
import type { AdmissionPlugin, AdmissionRequest } from "./admission.ts";
import { refused } from "./refuse.ts";

export function resourceQuotaAdmission(registry: () => Registry): AdmissionPlugin {
  return {
    name: "ResourceQuota",
    async validate(request) {
      const { kind, namespace, object, operation } = request;
      if (!object || operation === "DELETE" || !kind.namespaced || kind.virtual || !isCounted(request)) return;
      const { entries } = await registry().store.list(prefixOf(quotaKind, namespace));
      for (const { value } of entries) await charge(registry(), request, value as unknown as ResourceQuota);
    },
  };
}

function isCounted({ kind, subresource, operation }: AdmissionRequest): boolean {
  if (kind.group === "events.k8s.io" || kind.plural === "events") return false;
  if (kind.group === "" && kind.plural === "pods")
    return operation === "CREATE" ? subresource === "" : subresource === "resize";
  if (subresource) return false;
  const changing = kind.group === "" && ["services", "persistentvolumeclaims"].includes(kind.plural);
  return operation === "CREATE" || changing;
}

async function charge(registry: Registry, request: AdmissionRequest, quota: ResourceQuota): Promise<void> {
  const { kind, object, namespace, context, dryRun } = request;
  const wanted = object as unknown as KubeObject;
  if (!limits(request, quota).length || !inScope(quota, kind, wanted)) return;
  await amend(registry, {
    kind: quotaKind,
    namespace,
    name: quota.metadata.name ?? "",
    context: { ...context, user: { name: "system:apiserver", groups: [] } },
    dryRun,
    change: (current) => charged(registry, request, current),
  });
}

const limits = ({ kind }: AdmissionRequest, { status }: ResourceQuota): string[] =>
  resourcesOf(kind, Object.keys(status.hard ?? {}));

function charged(registry: Registry, request: AdmissionRequest, current: KubeObject): KubeObject {
  const quota = current as unknown as ResourceQuota;
  const { metadata, status } = quota;
  const name = metadata.name ?? "";
  const { hard = {}, used = {} } = status;
  const object = request.object as unknown as KubeObject;
  const names = limits(request, quota);
  if (request.kind.plural === "pods" && request.kind.group === "") {
    const missing = unsaid(object as unknown as Pod, names);
    if (missing) throw refused(request, `failed quota: ${name}: ${missing}`);
  }
  const uncounted = names.filter((resource) => used[resource] === undefined);
  if (uncounted.length)
    throw refused(request, `status unknown for quota: ${name}, resources: ${names.sort().join(",")}`);
  const delta = deltaOf(registry, request, object, names);
  if (!Object.keys(delta).length) return current;
  const next = addUsage(used, delta);
  const exceeded = Object.keys(delta).filter((resource) => compareQuantities(next[resource], hard[resource]) > 0);
  if (exceeded.length && request.subresource !== "status") {
    const show = (list: ResourceList): string =>
      exceeded
        .sort()
        .map((resource) => `${resource}=${formatQuantity(quantityOf(list[resource]))}`)
        .join(",");
    throw refused(
      request,
      `exceeded quota: ${name}, requested: ${show(delta)}, used: ${show(used)}, limited: ${show(hard)}`,
    );
  }
  return { ...current, status: { ...status, used: next } };
}

/** What the request adds of the quota's resources. */
function deltaOf(
  registry: Registry,
  { kind, old, operation }: AdmissionRequest,
  object: KubeObject,
  names: readonly string[],
): ResourceList {
  const now = registry.clock.now();
  const usage = usageOf(kind, object, now);
  const before = operation === "UPDATE" && old ? usageOf(kind, old, now) : {};
  const delta: ResourceList = {};
  for (const name of names) {
    const quantity = usage[name];
    if (quantity === undefined) continue;
    const more = subtractQuantities(quantity, before[name] ?? "0");
    if (compareQuantities(more, "0") > 0) delta[name] = more;
  }
  return delta;
}
