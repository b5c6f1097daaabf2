/** What tells the pods of a StatefulSet apart and stays theirs: number, name, host name, claims. */
import type { PersistentVolumeClaim, Pod, StatefulSet } from "../../client/kinds.ts";
import { statefulSets } from "../../client/kinds.ts";
import { type PodTemplateSpec, podFromTemplate } from "../pods/pod-control.ts";

export const revisionLabel = "controller-revision-hash";
const nameLabel = "statefulset.kubernetes.io/pod-name";
const indexLabel = "apps.kubernetes.io/pod-index";

/** The name of the set and the number that a pod's name is made of. */
export function parentOf({ metadata }: Pod): { readonly name: string; readonly ordinal: number } | undefined {
  const found = /^(.*)-(\d+)$/s.exec(metadata.name ?? "");
  if (!found || Number(found[2]) > 0x7fffffff) return undefined;
  return { name: found[1] ?? "", ordinal: Number(found[2]) };
}

/** -1 for pods without a number. */
export const ordinalOf = (pod: Pod): number => parentOf(pod)?.ordinal ?? -1;

export const firstOrdinal = ({ spec }: StatefulSet): number => spec.ordinals?.start ?? 0;
export const replicasOf = ({ spec }: StatefulSet): number => spec.replicas ?? 1;

export function isInRange(pod: Pod, set: StatefulSet): boolean {
  const [ordinal, first] = [ordinalOf(pod), firstOrdinal(set)];
  return ordinal >= first && ordinal < first + replicasOf(set);
}

export const revisionOf = ({ metadata }: Pod): string => metadata.labels?.[revisionLabel] ?? "";

type ClaimTemplate = NonNullable<StatefulSet["spec"]["volumeClaimTemplates"]>[number];

export const claimName = ({ metadata }: StatefulSet, template: ClaimTemplate, ordinal: number): string =>
  `${template.metadata?.name}-${metadata.name}-${ordinal}`;

export const claimNames = (set: StatefulSet, pod: Pod): string[] =>
  (set.spec.volumeClaimTemplates ?? []).map((template) => claimName(set, template, ordinalOf(pod)));

/** The claims that the pod of that name is to have. */
export const claimsOf = (set: StatefulSet, pod: Pod): PersistentVolumeClaim[] =>
  (set.spec.volumeClaimTemplates ?? []).map((template) => ({
    ...template,
    metadata: {
      ...template.metadata,
      name: claimName(set, template, ordinalOf(pod)),
      namespace: set.metadata.namespace,
      labels: { ...template.metadata?.labels, ...set.spec.selector?.matchLabels },
    },
  }));

/** A pod of that number, made of that template. */
export function newPod(set: StatefulSet, template: PodTemplateSpec, revision: string, ordinal: number): Pod {
  const pod = podFromTemplate(template, { kind: statefulSets, object: set });
  const name = `${set.metadata.name}-${ordinal}`;
  const labels = { ...pod.metadata.labels, [revisionLabel]: revision };
  const metadata = { ...pod.metadata, name, labels };
  const spec = { ...pod.spec, hostname: name, subdomain: set.spec.serviceName || undefined };
  return withStorage(withIdentity({ ...pod, metadata, spec }, set), set);
}

export function hasIdentity(pod: Pod, set: StatefulSet): boolean {
  const { name, namespace, labels } = pod.metadata;
  const parent = parentOf(pod);
  if (parent?.name !== set.metadata.name || namespace !== set.metadata.namespace) return false;
  return name === `${parent?.name}-${parent?.ordinal}` && labels?.[nameLabel] === name;
}

export function withIdentity(pod: Pod, set: StatefulSet): Pod {
  const name = `${set.metadata.name}-${ordinalOf(pod)}`;
  const labels = { ...pod.metadata.labels, [nameLabel]: name, [indexLabel]: String(ordinalOf(pod)) };
  return { ...pod, metadata: { ...pod.metadata, name, namespace: set.metadata.namespace, labels } };
}

export function hasStorage(pod: Pod, set: StatefulSet): boolean {
  const ordinal = ordinalOf(pod);
  return (set.spec.volumeClaimTemplates ?? []).every((template) => {
    const volume = pod.spec?.volumes?.find(({ name }) => name === template.metadata?.name);
    return volume?.persistentVolumeClaim?.claimName === claimName(set, template, ordinal);
  });
}

/** A volume for each claim, in place of those of the same name. */
export function withStorage(pod: Pod, set: StatefulSet): Pod {
  const templates = set.spec.volumeClaimTemplates ?? [];
  if (templates.length === 0) return pod;
  const claimed = templates.map((template) => ({
    name: template.metadata?.name ?? "",
    persistentVolumeClaim: { claimName: claimName(set, template, ordinalOf(pod)) },
  }));
  const others = (pod.spec.volumes ?? []).filter(({ name }) => !claimed.some((volume) => volume.name === name));
  return { ...pod, spec: { ...pod.spec, volumes: [...claimed, ...others] } };
}
