/** The revisions of a StatefulSet's template. */
import { ApiError } from "../../api/errors.ts";
import { matchesAll, type Selector } from "../../api/selectors.ts";
import {
  type ControllerRevision,
  controllerRevisions,
  type Pod,
  type StatefulSet,
  statefulSets,
} from "../../client/kinds.ts";
import type { ReconcileContext } from "../../reconciler/controller.ts";
import { candidates, claim, managerOf, ownerReference } from "../ownership/claim.ts";
import { byCreation } from "../pods/by-creation.ts";
import { dataHash, keepsTemplate, templateData, templateIn } from "../revisions/template-data.ts";
import { revisionOf } from "./identity.ts";
import type { Revision } from "./plan.ts";

const hashLabel = "controller.kubernetes.io/hash";
const longestPrefix = 223;

export interface History {
  readonly all: readonly ControllerRevision[];
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
  readonly collisions: number;
}

export const asRevision = (revision: ControllerRevision, set: StatefulSet): Revision => ({
  name: revision.metadata.name ?? "",
  template: templateIn(revision) ?? set.spec.template,
});

export async function revisionsOf(
  set: StatefulSet,
  selector: Selector,
  { client, cache }: ReconcileContext,
): Promise<ControllerRevision[]> {
  const isSelected = ({ metadata }: ControllerRevision): boolean => matchesAll(selector, metadata.labels);
  const all = await claim(controllerRevisions, candidates(cache(controllerRevisions), set), {
    client,
    owner: { kind: statefulSets, object: set },
    // what it has it keeps
    matches: (revision) => managerOf(revision) !== undefined || isSelected(revision),
  });
  return all.filter(isSelected).toSorted((a, b) => a.revision - b.revision || byCreation(a, b));
}

/** Finds the revision of the template or makes one; it gets the highest number. */
export async function constructHistory(
  set: StatefulSet,
  all: readonly ControllerRevision[],
  context: ReconcileContext,
): Promise<History> {
  const last = all.at(-1);
  const number = (last?.revision ?? 0) + 1;
  const equal = all.findLast((revision) => keepsTemplate(revision, set.spec.template));
  const collisions = set.status.collisionCount ?? 0;
  const found = async (update: ControllerRevision, count = collisions): Promise<History> => {
    const current = all.find(({ metadata }) => metadata.name === set.status.currentRevision) ?? update;
    return { all, current, update, collisions: count };
  };
  if (equal && equal === last) return found(equal);
  if (equal) return found(await context.client.update(controllerRevisions, { ...equal, revision: number }));
  const { revision, count } = await create(set, number, collisions, context);
  return found(revision, count);
}

async function create(set: StatefulSet, revision: number, collisions: number, { client }: ReconcileContext) {
  const { metadata, spec } = set;
  const data = templateData(spec.template);
  for (let count = collisions; ; count++) {
    const hash = dataHash(data, count);
    const name = `${(metadata.name ?? "").slice(0, longestPrefix)}-${hash}`;
    const draft: ControllerRevision = {
      metadata: {
        name,
        namespace: metadata.namespace,
        labels: { ...spec.template.metadata?.labels, [hashLabel]: hash },
        annotations: metadata.annotations,
        ownerReferences: [ownerReference({ kind: statefulSets, object: set })],
      },
      data,
      revision,
    };
    try {
      return { revision: await client.create(controllerRevisions, draft), count };
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === "AlreadyExists")) throw error;
      const other = await client.get(controllerRevisions, { namespace: metadata.namespace, name });
      if (keepsTemplate(other, spec.template)) return { revision: other, count };
    }
  }
}

/** Revisions that are one too many, of which no pod is and which the status does not name; the oldest first. */
export function planCleanup(set: StatefulSet, history: History, pods: readonly Pod[]): readonly ControllerRevision[] {
  const live = new Set([history.current.metadata.name, history.update.metadata.name, ...pods.map(revisionOf)]);
  const old = history.all.filter(({ metadata }) => !live.has(metadata.name));
  return old.slice(0, Math.max(0, old.length - (set.spec.revisionHistoryLimit ?? 10)));
}
