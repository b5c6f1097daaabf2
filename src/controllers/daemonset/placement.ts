/** Where the pods of a DaemonSet belong, and what binds them there (https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#how-daemon-pods-are-scheduled). */
import { matchesNode } from "../../api/core/node-affinity.ts";
import { forbids, type Toleration, untolerated } from "../../api/core/taints.ts";
import { deepEqual } from "../../api/object.ts";
import type { DaemonSet, Node, Pod } from "../../client/kinds.ts";

type PodSpec = Pod["spec"];

/** Trouble of a node that pods of the node itself put up with. */
const troubles: readonly (readonly [key: string, effect: string])[] = [
  ["node.kubernetes.io/not-ready", "NoExecute"],
  ["node.kubernetes.io/unreachable", "NoExecute"],
  ["node.kubernetes.io/disk-pressure", "NoSchedule"],
  ["node.kubernetes.io/memory-pressure", "NoSchedule"],
  ["node.kubernetes.io/pid-pressure", "NoSchedule"],
  ["node.kubernetes.io/unschedulable", "NoSchedule"],
];
const noNetwork = ["node.kubernetes.io/network-unavailable", "NoSchedule"] as const;

const known = new WeakMap<object, readonly Toleration[]>();

/** Those of the template, and those that every pod of a DaemonSet gets. */
export function tolerationsOf(spec: PodSpec): readonly Toleration[] {
  let tolerations = known.get(spec);
  if (!tolerations) {
    const own = spec.tolerations ?? [];
    const added = (spec.hostNetwork ? [...troubles, noNetwork] : troubles)
      .map(([key, effect]): Toleration => ({ key, operator: "Exists", effect }))
      .filter((one) => !own.some((other) => deepEqual(one, other)));
    tolerations = [...own, ...added];
    known.set(spec, tolerations);
  }
  return tolerations;
}

export interface Placement {
  /** A pod is to be there. */
  readonly wanted: boolean;
  /** One that is there may stay. */
  readonly mayStay: boolean;
}

export function placementOn(node: Node, { spec: { template } }: DaemonSet): Placement {
  const { spec } = template;
  const isPinnedElsewhere = Boolean(spec?.nodeName) && spec?.nodeName !== node.metadata.name;
  if (!spec || isPinnedElsewhere || !matchesNode(spec, node)) return { wanted: false, mayStay: false };
  const { taints } = node.spec ?? {};
  const tolerations = tolerationsOf(spec);
  if (!untolerated(taints, tolerations, forbids)) return { wanted: true, mayStay: true };
  const evicting = untolerated(taints, tolerations, ({ effect }) => effect === "NoExecute");
  return { wanted: false, mayStay: !evicting };
}

/** The spec of a pod that the scheduler can put on that node alone. */
export function pinnedTo(node: string, spec: PodSpec): PodSpec {
  const matchFields = [{ key: "metadata.name", operator: "In", values: [node] }];
  const required = { nodeSelectorTerms: [{ matchFields }] };
  const nodeAffinity = {
    ...spec.affinity?.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: required,
  };
  return { ...spec, affinity: { ...spec.affinity, nodeAffinity }, tolerations: tolerationsOf(spec) };
}

/** The node a pod is on, or is meant for; undefined if neither can be told. */
export function targetOf({ spec }: Pod): string | undefined {
  if (spec?.nodeName) return spec.nodeName;
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const field = terms
    .flatMap(({ matchFields }) => matchFields ?? [])
    .find(({ key, operator }) => key === "metadata.name" && operator === "In");
  return field?.values?.length === 1 ? field.values[0] : undefined;
}
