/** How far a rollout is, in kubectl's words. */
import type { KubeObject } from "../../api/object.ts";
import type { DaemonSet, Deployment, StatefulSet } from "../../client/kinds.ts";
import { VerbError } from "../verbs/failures.ts";
import { revisionOf } from "./replica-sets.ts";

export interface RolloutStatus {
  readonly text: string;
  readonly done: boolean;
}

const waiting = (text: string): RolloutStatus => ({ text, done: false });
const done = (text: string): RolloutStatus => ({ text, done: true });

/** Throws VerbError where the rollout has failed, or can have none. */
export function rolloutStatus(object: KubeObject, revision = 0): RolloutStatus {
  switch (object.kind) {
    case "Deployment":
      return deploymentStatus(object as unknown as Deployment, revision);
    case "DaemonSet":
      return daemonSetStatus(object as unknown as DaemonSet);
    case "StatefulSet":
      return statefulSetStatus(object as unknown as StatefulSet);
    default:
      throw new VerbError(`no status viewer has been implemented for ${object.kind}`);
  }
}

function deploymentStatus({ metadata, spec, status }: Deployment, revision: number): RolloutStatus {
  const { name = "" } = metadata;
  const running = revisionOf({ metadata });
  if (revision > 0 && revision !== running)
    throw new VerbError(`desired revision (${revision}) is different from the running revision (${running})`);
  if ((metadata.generation ?? 0) > (status?.observedGeneration ?? 0))
    return waiting("Waiting for deployment spec update to be observed...");
  if (status?.conditions?.some(({ type, reason }) => type === "Progressing" && reason === "ProgressDeadlineExceeded"))
    throw new VerbError(`deployment ${JSON.stringify(name)} exceeded its progress deadline`);
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = status ?? {};
  const head = `Waiting for deployment ${JSON.stringify(name)} rollout to finish: `;
  if (updatedReplicas < (spec.replicas ?? 1))
    return waiting(`${head}${updatedReplicas} out of ${spec.replicas ?? 1} new replicas have been updated...`);
  if (replicas > updatedReplicas)
    return waiting(`${head}${replicas - updatedReplicas} old replicas are pending termination...`);
  if (availableReplicas < updatedReplicas)
    return waiting(`${head}${availableReplicas} of ${updatedReplicas} updated replicas are available...`);
  return done(`deployment ${JSON.stringify(name)} successfully rolled out`);
}

const onlyRolling = new VerbError("rollout status is only available for RollingUpdate strategy type");

function daemonSetStatus({ metadata, spec, status }: DaemonSet): RolloutStatus {
  if (spec.updateStrategy?.type !== "RollingUpdate") throw onlyRolling;
  if ((metadata.generation ?? 0) > (status?.observedGeneration ?? 0))
    return waiting("Waiting for daemon set spec update to be observed...");
  const { updatedNumberScheduled = 0, desiredNumberScheduled = 0, numberAvailable = 0 } = status ?? {};
  const head = `Waiting for daemon set ${JSON.stringify(metadata.name)} rollout to finish: `;
  if (updatedNumberScheduled < desiredNumberScheduled)
    return waiting(`${head}${updatedNumberScheduled} out of ${desiredNumberScheduled} new pods have been updated...`);
  if (numberAvailable < desiredNumberScheduled)
    return waiting(`${head}${numberAvailable} of ${desiredNumberScheduled} updated pods are available...`);
  return done(`daemon set ${JSON.stringify(metadata.name)} successfully rolled out`);
}

function statefulSetStatus({ metadata, spec, status }: StatefulSet): RolloutStatus {
  if (spec.updateStrategy?.type !== "RollingUpdate") throw onlyRolling;
  const observed = status?.observedGeneration ?? 0;
  if (!observed || (metadata.generation ?? 0) > observed)
    return waiting("Waiting for statefulset spec update to be observed...");
  const { readyReplicas = 0, updatedReplicas = 0, currentReplicas = 0, updateRevision, currentRevision } = status ?? {};
  const replicas = spec.replicas ?? 1;
  if (readyReplicas < replicas) return waiting(`Waiting for ${replicas - readyReplicas} pods to be ready...`);
  const rolling = spec.updateStrategy.rollingUpdate;
  if (rolling) {
    const wanted = replicas - (rolling.partition ?? 0);
    if (rolling.partition !== undefined && updatedReplicas < wanted)
      return waiting(
        `Waiting for partitioned roll out to finish: ${updatedReplicas} out of ${wanted} new pods have been updated...`,
      );
    return done(`partitioned roll out complete: ${updatedReplicas} new pods have been updated...`);
  }
  if (updateRevision !== currentRevision)
    return waiting(
      `waiting for statefulset rolling update to complete ${updatedReplicas} pods at revision ${updateRevision}...`,
    );
  return done(`statefulset rolling update complete ${currentReplicas} pods at revision ${currentRevision}...`);
}
