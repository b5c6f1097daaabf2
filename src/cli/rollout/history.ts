/** The revisions that a workload has had: replica sets of a deployment, controller revisions of the others. */
import type { KubeObject } from "../../api/object.ts";
import type { ControllerRevision, Deployment } from "../../client/kinds.ts";
import type { Template } from "../describe/pod.ts";
import { labelSelectorFrom } from "../pods/selector-text.ts";
import { VerbError } from "../verbs/failures.ts";
import type { Session } from "../verbs/session.ts";
import { newAndOld, revisionOf } from "./replica-sets.ts";

export interface Revision {
  readonly number: number;
  readonly cause: string;
  readonly template: Template;
  /** For controller revisions: what brings the workload back, a strategic merge patch. */
  readonly patch?: object;
}

interface Annotated {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> | undefined };
}

const changeCause = "kubernetes.io/change-cause";
const causeOf = ({ metadata }: Annotated): string => metadata.annotations?.[changeCause] || "<none>";

/** In the order of their numbers. Throws VerbError for kinds without history. */
export async function historyOf(session: Session, object: KubeObject): Promise<readonly Revision[]> {
  if (object.kind === "Deployment") return deploymentHistory(session, object);
  if (object.kind === "DaemonSet" || object.kind === "StatefulSet") return controllerHistory(session, object);
  const group = (object.apiVersion ?? "").split("/")[0];
  throw new VerbError(
    `no history viewer has been implemented for ${JSON.stringify(`${object.kind}${group && group !== "v1" ? `.${group}` : ""}`)}`,
  );
}

const selectorOf = (object: KubeObject): string => labelSelectorFrom((object as unknown as Deployment).spec.selector);

async function deploymentHistory(session: Session, object: KubeObject): Promise<readonly Revision[]> {
  const sets = await session.resource("replicasets.apps");
  const { items } = await session.client.list(sets, object.metadata.namespace, { labelSelector: selectorOf(object) });
  return newAndOld(object, items)
    .all.map((set) => {
      const cause = causeOf(set);
      const template = set.spec.template as Template;
      const annotations =
        cause === "<none>"
          ? template?.metadata?.annotations
          : { ...template?.metadata?.annotations, [changeCause]: cause };
      return {
        number: revisionOf(set),
        cause,
        template: { ...template, metadata: { ...template?.metadata, ...(annotations && { annotations }) } } as Template,
      };
    })
    .filter(({ number }) => number > 0)
    .sort((a, b) => a.number - b.number);
}

async function controllerHistory(session: Session, object: KubeObject): Promise<readonly Revision[]> {
  const resource = await session.resource("controllerrevisions.apps");
  const { items } = await session.client.list(resource, object.metadata.namespace, {
    labelSelector: selectorOf(object),
  });
  const own = (items as unknown as readonly ControllerRevision[]).filter(({ metadata }) =>
    metadata.ownerReferences?.some(({ controller, uid }) => controller && uid === object.metadata.uid),
  );
  return own
    .map((revision) => {
      const data = revision.data as unknown as {
        readonly spec: { readonly template: Template & { readonly $patch?: string } };
      };
      const { $patch: _, ...template } = data.spec.template as Template & { $patch?: string };
      return { number: revision.revision, cause: causeOf(revision), template: template as Template, patch: data };
    })
    .sort((a, b) => a.number - b.number);
}
