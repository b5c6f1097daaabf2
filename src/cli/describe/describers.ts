/** Which description belongs to which kind; all others are described field by field. */
import { describeBinding, describeRole } from "./access.ts";
import * as config from "./config.ts";
import type { Describer } from "./describer.ts";
import { describeAnything } from "./generic.ts";
import { describeEndpoints, describeIngress, describeService } from "./network.ts";
import { describeNetworkPolicy } from "./network-policy.ts";
import { describeNode } from "./node.ts";
import { describePod } from "./pod.ts";
import { describeClaim, describeStorageClass } from "./storage.ts";
import * as workloads from "./workloads.ts";

const rbac = "rbac.authorization.k8s.io";

const byResource: Readonly<Record<string, Describer>> = {
  pods: describePod,
  nodes: describeNode,
  namespaces: config.describeNamespace,
  configmaps: config.describeConfigMap,
  secrets: config.describeSecret,
  serviceaccounts: config.describeServiceAccount,
  resourcequotas: config.describeQuota,
  limitranges: config.describeLimitRange,
  services: describeService,
  endpoints: describeEndpoints,
  persistentvolumeclaims: describeClaim,
  replicationcontrollers: workloads.describeReplicationController,
  "deployments.apps": workloads.describeDeployment,
  "replicasets.apps": workloads.describeReplicaSet,
  "daemonsets.apps": workloads.describeDaemonSet,
  "statefulsets.apps": workloads.describeStatefulSet,
  "jobs.batch": workloads.describeJob,
  "cronjobs.batch": workloads.describeCronJob,
  "ingresses.networking.k8s.io": describeIngress,
  "networkpolicies.networking.k8s.io": describeNetworkPolicy,
  "poddisruptionbudgets.policy": config.describeDisruptionBudget,
  "priorityclasses.scheduling.k8s.io": config.describePriorityClass,
  "storageclasses.storage.k8s.io": describeStorageClass,
  [`roles.${rbac}`]: describeRole,
  [`clusterroles.${rbac}`]: describeRole,
  [`rolebindings.${rbac}`]: describeBinding,
  [`clusterrolebindings.${rbac}`]: describeBinding,
};

/** By the qualified name of a resource: `deployments.apps`. */
export const describerOf = (resource: string): Describer => byResource[resource] ?? describeAnything;
