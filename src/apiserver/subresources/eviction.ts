/** Eviction: deletion that disruption budgets may refuse (https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/). */
import { pod as podKind } from "../../api/core/pod.ts";
import { ApiError, badRequest, conflict, forbidden, tooManyRequests } from "../../api/errors.ts";
import type { Pod } from "../../api/generated/core-v1.ts";
import type { Eviction, PodDisruptionBudget } from "../../api/generated/policy-v1.ts";
import type { KubeObject, ObjectMeta } from "../../api/object.ts";
import { podDisruptionBudget as budgetKind } from "../../api/policy/pod-disruption-budget.ts";
import { matchesAll, selectorOf } from "../../api/selectors.ts";
import { rfc3339 } from "../../base/clock.ts";
import type { DeleteOptions } from "../context.ts";
import type { HttpResponse } from "../exchange.ts";
import { writeOptions } from "../handlers/options.ts";
import { respondValue } from "../handlers/respond.ts";
import type { Scope } from "../handlers/scope.ts";
import { amend } from "../registry/amend.ts";
import { deleteObject } from "../registry/delete.ts";
import { prefixOf } from "../registry/stored.ts";
import { admitForeign, readForeign } from "./body.ts";
import { withCondition } from "./pod-condition.ts";

const evictionKind = { group: "policy", version: "v1", kind: "Eviction", also: ["policy/v1beta1"] };
/** So many pods may be on their way out of one budget's count. */
const mostDisrupted = 2000;

export async function evictPod(scope: Scope): Promise<HttpResponse> {
  const { info, request, registry } = scope;
  const { dryRun = false } = writeOptions(request.query, "CreateOptions");
  const eviction = (await readForeign(scope, "policy/v1.Eviction", evictionKind)) as unknown as Eviction;
  if (eviction.metadata.name !== info.name) throw badRequest("name in URL does not match name in Eviction object");
  const options = deleteOptions(eviction, dryRun);
  await admitForeign(scope, eviction, dryRun);
  for (;;) {
    const current = await registry.get(podKind, info.namespace, info.name);
    try {
      const pod = current as unknown as Pod;
      const pinned = isFree(pod) ? isPending(pod) : await disrupt(scope, pod, options.dryRun ?? false);
      await evict(scope, pinned ? pin(options, current) : options);
      break;
    } catch (error) {
      const retries = error instanceof ApiError && error.reason === "Conflict" && !options.preconditions;
      if (!retries) throw error;
    }
  }
  return respondValue(request, 201, { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 });
}

function deleteOptions({ deleteOptions: given }: Eviction, dryRun: boolean): DeleteOptions {
  const { uid, resourceVersion } = given?.preconditions ?? {};
  return {
    dryRun: dryRun || Boolean(given?.dryRun?.length),
    ...(given?.gracePeriodSeconds !== undefined && { gracePeriodSeconds: given.gracePeriodSeconds }),
    ...(given?.propagationPolicy && { propagationPolicy: given.propagationPolicy as "Background" }),
    ...(given?.preconditions && {
      preconditions: { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) },
    }),
  };
}

const pin = (options: DeleteOptions, { metadata }: KubeObject): DeleteOptions =>
  options.preconditions?.resourceVersion
    ? options
    : { ...options, preconditions: { ...options.preconditions, resourceVersion: metadata.resourceVersion ?? "" } };

/** Pods that no budget counts: they have ended, have not begun, or are on their way out. */
const isFree = ({ status, metadata }: Pod): boolean =>
  ["Succeeded", "Failed", "Pending"].includes(status.phase ?? "") || Boolean(metadata.deletionTimestamp);
const isPending = ({ status, metadata }: Pod): boolean => status.phase === "Pending" && !metadata.deletionTimestamp;
const isReady = ({ status }: Pod): boolean =>
  Boolean(status.conditions?.some((c) => c.type === "Ready" && c.status === "True"));

/** Asks the pod's budget. True: the pod may go, if it is still as it was. Throws TooManyRequests. */
async function disrupt({ registry, context, info }: Scope, pod: Pod, dryRun: boolean): Promise<boolean> {
  const { entries } = await registry.store.list(prefixOf(budgetKind, info.namespace));
  const budgets = entries
    .map(({ value }) => value as unknown as PodDisruptionBudget)
    .filter(({ spec }) => matchesAll(selectorOf(spec.selector) ?? nothing, pod.metadata.labels));
  const [budget] = budgets;
  if (!budget) return false;
  if (budgets.length > 1) {
    throw new ApiError(
      "",
      "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
      undefined,
      500,
    );
  }
  if (!isReady(pod)) {
    const { currentHealthy, desiredHealthy } = budget.status;
    if (budget.spec.unhealthyPodEvictionPolicy === "AlwaysAllow") return true;
    if (currentHealthy >= desiredHealthy && desiredHealthy > 0) return true;
  }
  await amend(registry, {
    kind: budgetKind,
    namespace: info.namespace,
    name: budget.metadata.name ?? "",
    context,
    dryRun,
    change: (current) => decremented(current, pod.metadata, registry.clock.now()),
  });
  return false;
}
const nothing = [{ key: "", operator: "exists" as const, values: [] }];

const refusal = "Cannot evict pod as it would violate the pod's disruption budget.";

function decremented(current: KubeObject, pod: ObjectMeta, now: number): KubeObject {
  const { metadata, status } = current as unknown as PodDisruptionBudget;
  const name = metadata.name ?? "";
  const refuse = (message: string, retryAfterSeconds: number): never => {
    throw tooManyRequests(refusal, retryAfterSeconds, [{ reason: "DisruptionBudget", message }]);
  };
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0))
    refuse(`The disruption budget ${name} is still being processed by the server.`, 10);
  const about = { group: "policy", name: "poddisruptionbudget" };
  if (status.disruptionsAllowed < 0) throw forbidden(about, name, "pdb disruptions allowed is negative");
  if (Object.keys(status.disruptedPods ?? {}).length > mostDisrupted)
    throw forbidden(about, name, "DisruptedPods map too big - too many evictions not confirmed by PDB controller");
  if (status.disruptionsAllowed === 0) refuse(whyNot(name, status), 0);
  const left = status.disruptionsAllowed - 1;
  const conditions = left === 0 ? notAllowed(status.conditions, metadata.generation, now) : status.conditions;
  return {
    ...current,
    status: {
      ...status,
      disruptionsAllowed: left,
      ...(conditions && { conditions }),
      disruptedPods: { ...status.disruptedPods, [pod.name ?? ""]: rfc3339(now) },
    },
  };
}

function whyNot(name: string, { conditions, currentHealthy, desiredHealthy }: PodDisruptionBudget["status"]): string {
  const condition = conditions?.find((c) => c.type === "DisruptionAllowed" && c.status === "False");
  const base = `The disruption budget ${name} does not allow evicting pods currently`;
  if (condition?.message && condition.reason === "SyncFailed")
    return `${base} because it failed sync: ${condition.message}`;
  if (currentHealthy <= desiredHealthy)
    return `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  return condition?.message ? `${base} (${condition.reason}): ${condition.message}` : base;
}

function notAllowed(
  conditions: PodDisruptionBudget["status"]["conditions"],
  generation: number | undefined,
  now: number,
): PodDisruptionBudget["status"]["conditions"] {
  const condition = {
    type: "DisruptionAllowed",
    status: "False",
    ...(generation && { observedGeneration: generation }),
    lastTransitionTime: rfc3339(now),
    reason: "InsufficientPods",
    message: "",
  };
  return [...(conditions ?? []).filter((c) => c.type !== "DisruptionAllowed"), condition];
}

async function evict({ registry, context, info }: Scope, options: DeleteOptions): Promise<void> {
  const { namespace, name } = info;
  let preconditions = options.preconditions;
  if (!options.dryRun) {
    const marked = await amend(registry, {
      kind: podKind,
      namespace,
      name,
      context,
      change: (latest) => {
        check(latest, options);
        return disrupted(latest, registry.clock.now());
      },
    });
    if (preconditions?.resourceVersion)
      preconditions = { ...preconditions, resourceVersion: marked.metadata.resourceVersion ?? "" };
  }
  await deleteObject(registry, {
    kind: podKind,
    namespace,
    name,
    options: { ...options, ...(preconditions && { preconditions }) },
    context,
  });
}

function check({ metadata }: KubeObject, { preconditions }: DeleteOptions): void {
  const { uid, resourceVersion } = preconditions ?? {};
  const refuse = (why: string): never => {
    throw conflict({ group: "", name: "Pod" }, metadata.name ?? "", why);
  };
  if (uid && uid !== metadata.uid)
    refuse(
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
  if (resourceVersion && resourceVersion !== metadata.resourceVersion)
    refuse(
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`,
    );
}

function disrupted(current: KubeObject, now: number): KubeObject {
  const { status } = current as unknown as Pod;
  const target = {
    type: "DisruptionTarget",
    status: "True",
    reason: "EvictionByEvictionAPI",
    message: "Eviction API: evicting",
  };
  return {
    ...current,
    status: { ...status, conditions: withCondition(status.conditions, target, now) },
  };
}
