/** Going back to an earlier revision by the annotation that has outlived its field. */
import { type Deployment, deployments } from "../../client/kinds.ts";
import type { ReconcileContext } from "../../reconciler/controller.ts";
import { regarding } from "../../reconciler/events.ts";
import { hashLabel, sameTemplate } from "../pods/template.ts";
import { allOf, type Sets } from "./plan.ts";
import { annotationsFrom, lastRevision, revisionOf, rollbackAnnotation } from "./revisions.ts";

/** The revision to go back to; 0: the one before; undefined: nowhere. */
export function rollbackTarget({ metadata }: Deployment): number | undefined {
  const text = metadata.annotations?.[rollbackAnnotation] ?? "";
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

export interface Rollback {
  readonly deployment: Deployment;
  readonly event: { readonly type: "normal" | "warning"; readonly reason: string; readonly message: string };
}

/** The Deployment without the annotation and, where there is something to go back to, with its template. */
export function planRollback(deployment: Deployment, sets: Sets, target: number): Rollback {
  const { name } = deployment.metadata;
  const revision = target || lastRevision(allOf(sets));
  const warning = (reason: string, message: string): Rollback => ({
    deployment: withoutTarget(deployment),
    event: { type: "warning", reason, message },
  });
  if (revision === 0) return warning("DeploymentRollbackRevisionNotFound", "Unable to find last revision.");
  const set = allOf(sets).find((candidate) => revisionOf(candidate) === revision);
  if (!set) return warning("DeploymentRollbackRevisionNotFound", "Unable to find the revision to rollback to.");
  if (sameTemplate(set.spec.template, deployment.spec.template)) {
    const text = `The rollback revision contains the same template as current deployment "${name}"`;
    return warning("DeploymentRollbackTemplateUnchanged", text);
  }
  const { [hashLabel]: _, ...labels } = set.spec.template.metadata?.labels ?? {};
  const template = { ...set.spec.template, metadata: { ...set.spec.template.metadata, labels } };
  const next: Deployment = {
    ...deployment,
    metadata: { ...deployment.metadata, annotations: annotationsFrom(deployment, set) },
    spec: { ...deployment.spec, template },
  };
  const message = `Rolled back deployment "${name}" to revision ${revision}`;
  return { deployment: withoutTarget(next), event: { type: "normal", reason: "DeploymentRollback", message } };
}

function withoutTarget(deployment: Deployment): Deployment {
  const { [rollbackAnnotation]: _, ...annotations } = deployment.metadata.annotations ?? {};
  return { ...deployment, metadata: { ...deployment.metadata, annotations } };
}

export async function rollBack(
  deployment: Deployment,
  sets: Sets,
  target: number,
  { client, events }: ReconcileContext,
): Promise<void> {
  const { deployment: next, event } = planRollback(deployment, sets, target);
  const about = regarding(deployments, deployment);
  if (event.type === "warning") events.warning(about, event.reason, event.message);
  await client.update(deployments, next);
  if (event.type === "normal") events.normal(about, event.reason, event.message);
}
