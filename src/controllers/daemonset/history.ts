/** The revisions of a DaemonSet's template, kept as ControllerRevisions. */
import { ApiError } from "../../api/errors.ts";
import { matchesAll, type Selector } from "../../api/selectors.ts";
import {
  type ControllerRevision,
  controllerRevisions,
  type DaemonSet,
  daemonSets,
  type Pod,
  pods,
} from "../../client/kinds.ts";
import type { ReconcileContext } from "../../reconciler/controller.ts";
import { candidates, claim, ownerReference } from "../ownership/claim.ts";
import { templateHash } from "../pods/template.ts";
import { keepsTemplate, templateData } from "../revisions/template-data.ts";
import { hashLabel } from "./plan.ts";

export interface History {
  /** The hash that pods of the current template carry. */
  readonly hash: string;
  readonly old: readonly ControllerRevision[];
}

/** Old revisions that are one too many and that no pod is of. */
export function planCleanup(
  set: DaemonSet,
  old: readonly ControllerRevision[],
  live: ReadonlySet<string>,
): readonly ControllerRevision[] {
  const excess = Math.max(0, old.length - (set.spec.revisionHistoryLimit ?? 10));
  return old
    .toSorted((a, b) => a.revision - b.revision)
    .filter(({ metadata }) => !live.has(metadata.labels?.[hashLabel] ?? ""))
    .slice(0, excess);
}

/** Finds the revision of the current template or makes one, and gives it the highest number. */
export async function constructHistory(
  set: DaemonSet,
  selector: Selector,
  owned: readonly Pod[],
  context: ReconcileContext,
): Promise<History> {
  const { client, cache } = context;
  const all = await claim(controllerRevisions, candidates(cache(controllerRevisions), set), {
    client,
    owner: { kind: daemonSets, object: set },
    matches: ({ metadata }) => matchesAll(selector, metadata.labels),
  });
  const labelled = await Promise.all(all.map((revision) => withLabel(revision, context)));
  const current = labelled.filter((revision) => keepsTemplate(revision, set.spec.template));
  const old = labelled.filter((revision) => !current.includes(revision));
  const number = Math.max(0, ...old.map(({ revision }) => revision)) + 1;
  const kept = current.length ? await onlyOne(current, owned, context) : await snapshot(set, number, context);
  if (kept.revision < number) await client.update(controllerRevisions, { ...kept, revision: number });
  return { hash: kept.metadata.labels?.[hashLabel] ?? "", old };
}

async function withLabel(revision: ControllerRevision, { client }: ReconcileContext): Promise<ControllerRevision> {
  const { metadata } = revision;
  if (metadata.labels?.[hashLabel] !== undefined) return revision;
  const labels = { ...metadata.labels, [hashLabel]: metadata.name ?? "" };
  return client.update(controllerRevisions, { ...revision, metadata: { ...metadata, labels } });
}

/** Of several revisions of one template the highest stays, and all pods are of that one. */
async function onlyOne(
  current: readonly ControllerRevision[],
  owned: readonly Pod[],
  { client }: ReconcileContext,
): Promise<ControllerRevision> {
  const [kept, ...others] = current.toSorted((a, b) => b.revision - a.revision) as [ControllerRevision];
  if (others.length === 0) return kept;
  const hash = kept.metadata.labels?.[hashLabel];
  for (const { metadata } of owned) {
    if (metadata.labels?.[hashLabel] === hash) continue;
    const target = { namespace: metadata.namespace, name: metadata.name ?? "" };
    await client.patch(pods, target, { metadata: { labels: { [hashLabel]: hash } } });
  }
  for (const { metadata } of others as readonly ControllerRevision[]) {
    await client.delete(controllerRevisions, { namespace: metadata.namespace, name: metadata.name ?? "" });
  }
  return kept;
}

async function snapshot(set: DaemonSet, revision: number, { client }: ReconcileContext): Promise<ControllerRevision> {
  const { metadata, spec, status } = set;
  const hash = templateHash(spec.template, status?.collisionCount);
  const name = `${metadata.name}-${hash}`;
  const draft: ControllerRevision = {
    metadata: {
      name,
      namespace: metadata.namespace,
      labels: { ...spec.template.metadata?.labels, [hashLabel]: hash },
      annotations: metadata.annotations,
      ownerReferences: [ownerReference({ kind: daemonSets, object: set })],
    },
    data: templateData(spec.template),
    revision,
  };
  try {
    return await client.create(controllerRevisions, draft);
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === "AlreadyExists")) throw error;
    const other = await client.get(controllerRevisions, { namespace: metadata.namespace, name });
    if (keepsTemplate(other, spec.template)) return other;
    // another revision has the same hash: the next try counts the collision in
    const next = { ...status, collisionCount: (status?.collisionCount ?? 0) + 1 };
    await client.update(daemonSets, { ...set, status: next }, { subresource: "status" });
    throw error;
  }
}
