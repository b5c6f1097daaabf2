/**
 * The end of a namespace: everything in it is deleted, pods before all else, and then the namespace is let go
 * (https://kubernetes.io/docs/tasks/administer-cluster/namespaces/#deleting-a-namespace).
 */
import { ApiError } from "../../api/errors.ts";
import type * as core from "../../api/generated/core-v1.ts";
import type { Kind } from "../../api/kind.ts";
import { anyKind } from "../../client/client.ts";
import { type Namespace, namespaces, pods } from "../../client/kinds.ts";
import { againIn, type Controller, done, type ReconcileContext, wake } from "../../reconciler/controller.ts";
import { textOf } from "../pods/pod-control.ts";
import { isTerminal } from "../pods/pod-state.ts";
import { conditionsAfter, type Outcome, type Remaining, unexpected } from "./conditions.ts";

const finalizer = "kubernetes";
const finalizerEstimateSeconds = 15;
/** How often what is left is looked at, beside when pods go; sooner where nobody knows what it waits for. */
const waitMs = 2000;
const unexpectedWaitMs = 250;

/** `kinds`: all that are served now. */
export function namespaceController(kinds: () => readonly Kind[]): Controller<core.Namespace> {
  return {
    name: "namespace-controller",
    reconciles: namespaces,
    workers: 10,
    ignores: ({ after }) => !after?.metadata.deletionTimestamp,
    wakes: [wake(pods, ({ before, after }) => (after ? [] : [before?.metadata.namespace ?? ""]))],
    async reconcile(name, context) {
      const namespace = context.cache(namespaces).get(name);
      if (!namespace?.metadata.deletionTimestamp || !namespace.spec?.finalizers?.length) return done;
      const outcome = await deleteContent(namespace, kinds(), context);
      const told = outcome.podsRemain ? { ...outcome, remaining: [] } : outcome;
      const latest = await tell(namespace, told, context);
      if (outcome.errors.length) throw new Error(outcome.errors.join(", "));
      if (!outcome.remaining.length) {
        await letGo(latest, context);
        return done;
      }
      return againIn(outcome.failures.length ? unexpectedWaitMs : waitMs);
    },
  };
}

interface Result extends Outcome {
  /** Those failures that are the server's, not just something that has not gone yet. */
  readonly errors: readonly string[];
  readonly podsRemain: boolean;
}

async function deleteContent(namespace: Namespace, kinds: readonly Kind[], context: ReconcileContext): Promise<Result> {
  const name = namespace.metadata.name ?? "";
  const remaining: Remaining[] = [];
  const failures: string[] = [];
  const errors: string[] = [];
  const empty = async (kind: Kind, estimateSeconds: number): Promise<void> => {
    try {
      const left = await emptyOf(kind, name, estimateSeconds, context);
      if (!left.count) return;
      remaining.push(left);
      if (!left.estimateSeconds) failures.push(unexpected(name, kind));
    } catch (error) {
      errors.push(textOf(error));
    }
  };
  const isContent = (kind: Kind): boolean =>
    kind.namespaced && !kind.virtual && !kind.storedAs && kind.verbs.includes("delete") && kind.verbs.includes("list");
  await empty(pods, podsEstimate(namespace, context));
  const result = (podsRemain: boolean): Result => ({
    remaining,
    failures: [...failures, ...errors],
    errors,
    podsRemain,
  });
  if (remaining.length) return result(true);
  for (const kind of kinds) if (isContent(kind) && kind.plural !== pods.plural) await empty(kind, 0);
  return result(false);
}

/** The longest time that a pod may take, in seconds, while that is not over. */
function podsEstimate({ metadata }: Namespace, { cache, clock }: ReconcileContext): number {
  const graces = cache(pods)
    .list(metadata.name)
    .map((pod) => (isTerminal(pod) ? 0 : (pod.spec.terminationGracePeriodSeconds ?? 0)));
  const longest = Math.max(0, ...graces);
  const sinceMs = clock.now() - Date.parse(metadata.deletionTimestamp ?? "");
  return sinceMs >= longest * 1000 ? 0 : longest;
}

async function emptyOf(
  kind: Kind,
  namespace: string,
  estimateSeconds: number,
  { client }: ReconcileContext,
): Promise<Remaining> {
  const of = anyKind(kind);
  const none: Remaining = { kind, count: 0, finalizers: new Map(), estimateSeconds: 0 };
  const before = await client.list(of, { namespace });
  if (!before.items.length) return none;
  const options = { propagationPolicy: "Background" } as const;
  if (kind.verbs.includes("deletecollection")) await client.deleteCollection(kind, { namespace }, options);
  else {
    for (const { metadata } of before.items) {
      await client.delete(kind, { namespace, name: metadata.name ?? "" }, options).catch(ignoreGone);
    }
  }
  const { items } = await client.list(of, { namespace });
  const finalizers = new Map<string, number>();
  for (const { metadata } of items) {
    for (const held of metadata.finalizers ?? []) finalizers.set(held, (finalizers.get(held) ?? 0) + 1);
  }
  const seconds = estimateSeconds || (finalizers.size ? finalizerEstimateSeconds : 0);
  return { kind, count: items.length, finalizers, estimateSeconds: seconds };
}

function ignoreGone(error: unknown): void {
  if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
}

/** Writes the conditions; resolves to the namespace as it is then. */
async function tell(namespace: Namespace, outcome: Outcome, { client, clock }: ReconcileContext): Promise<Namespace> {
  const conditions = conditionsAfter(namespace.status?.conditions, outcome, clock.now());
  if (!conditions) return namespace;
  const status = { ...namespace.status, phase: "Terminating", conditions };
  return client.update(namespaces, { ...namespace, status }, { subresource: "status" });
}

async function letGo(namespace: Namespace, { client }: ReconcileContext): Promise<void> {
  const finalizers = namespace.spec?.finalizers?.filter((name) => name !== finalizer) ?? [];
  const spec = finalizers.length ? { finalizers } : {};
  await client.update(namespaces, { ...namespace, spec }, { subresource: "finalize" }).catch(ignoreGone);
}
