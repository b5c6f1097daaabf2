/**
 * Which objects each node has to do with, kept as the store changes: what its pods name, the volumes behind their claims,
 * attachments and slices of its own. Answers in constant time, whatever the size of the cluster.
 */
import { persistentVolume as volumeKind } from "../../api/core/persistent-volume.ts";
import { pod as podKind } from "../../api/core/pod.ts";
import { claimOf, configMapsOf, resourceClaimsOf, secretsOf } from "../../api/core/pod-references.ts";
import type { PersistentVolume, Pod } from "../../api/generated/core-v1.ts";
import type { ResourceSlice } from "../../api/generated/resource-v1.ts";
import type { VolumeAttachment } from "../../api/generated/storage-v1.ts";
import type { Kind } from "../../api/kind.ts";
import type { KubeObject } from "../../api/object.ts";
import { resourceSlice as sliceKind } from "../../api/resource/resource-slice.ts";
import { volumeAttachment as attachmentKind } from "../../api/storage/volume-attachment.ts";
import type { Change, Store } from "../../store/store.ts";
import { prefixOf } from "../registry/stored.ts";

export type Related =
  | "configmaps"
  | "persistentvolumeclaims"
  | "persistentvolumes"
  | "pods"
  | "resourceclaims"
  | "resourceslices"
  | "secrets"
  | "serviceaccounts"
  | "volumeattachments";

const keyOf = (resource: Related, namespace: string, name: string): string => `${resource}/${namespace}/${name}`;

/** What one object adds to the graph: a node and what it is related to, or a volume and where it leads. */
interface Part {
  readonly node?: string;
  readonly related: readonly string[];
  readonly claim?: string;
}

export class NodeGraph {
  /** By object: its nodes, each with the number of pods that name it. */
  readonly #nodes = new Map<string, Map<string, number>>();
  /** By volume and by secret of a volume: the claims that lead to it. */
  readonly #claims = new Map<string, Map<string, number>>();
  readonly #parts = new Map<string, Part>();
  readonly #stops: { stop(): void }[] = [];

  /** Reads what is there and follows what changes, until `stop`. */
  async start(store: Store<KubeObject>): Promise<void> {
    const sources: readonly (readonly [Kind, (object: KubeObject) => Part | undefined])[] = [
      [podKind, (object) => partOfPod(object as unknown as Pod)],
      [volumeKind, (object) => partOfVolume(object as unknown as PersistentVolume)],
      [attachmentKind, (object) => partOfAttachment(object as unknown as VolumeAttachment)],
      [sliceKind, (object) => partOfSlice(object as unknown as ResourceSlice)],
    ];
    for (const [kind, partOf] of sources) {
      const prefix = prefixOf(kind);
      const { entries, revision } = await store.list(prefix);
      for (const { key, value } of entries) this.#set(key, partOf(value));
      const onChanges = (changes: readonly Change<KubeObject>[]): void => {
        for (const { key, before, after } of changes)
          if (!before || !after || !isAsBefore(before.value, after.value)) this.#set(key, after && partOf(after.value));
      };
      this.#stops.push(await store.watch({ since: revision, prefix, onChanges }));
    }
  }

  stop(): void {
    for (const watching of this.#stops) watching.stop();
  }

  /** Whether the object is one that the node has to do with. */
  relates(node: string, resource: Related, namespace: string, name: string): boolean {
    const key = keyOf(resource, namespace, name);
    if (this.#nodes.get(key)?.has(node)) return true;
    for (const claim of this.#claims.get(key)?.keys() ?? []) if (this.#nodes.get(claim)?.has(node)) return true;
    return false;
  }

  #set(key: string, part: Part | undefined): void {
    const old = this.#parts.get(key);
    if (old) this.#count(old, -1);
    if (part) {
      this.#parts.set(key, part);
      this.#count(part, 1);
    } else this.#parts.delete(key);
  }

  #count({ node, claim, related }: Part, by: number): void {
    for (const key of related) {
      if (node) add(this.#nodes, key, node, by);
      if (claim) add(this.#claims, key, claim, by);
    }
  }
}

function add(map: Map<string, Map<string, number>>, key: string, to: string, by: number): void {
  const inner = map.get(key) ?? new Map<string, number>();
  const count = (inner.get(to) ?? 0) + by;
  if (count > 0) inner.set(to, count);
  else inner.delete(to);
  if (inner.size) map.set(key, inner);
  else map.delete(key);
}

/** A spec does not change what it names, but for the node, new ephemeral containers, and claims made for the pod. */
function isAsBefore(before: KubeObject, after: KubeObject): boolean {
  const [old, now] = [before as unknown as Pod, after as unknown as Pod];
  return (
    before.metadata.uid === after.metadata.uid &&
    old.spec?.containers !== undefined &&
    old.spec.nodeName === now.spec.nodeName &&
    old.spec.ephemeralContainers?.length === now.spec.ephemeralContainers?.length &&
    resourceClaimsOf(old).join() === resourceClaimsOf(now).join()
  );
}

function partOfPod(pod: Pod): Part | undefined {
  const { metadata, spec } = pod;
  const { name = "", namespace = "" } = metadata;
  if (!spec.nodeName) return undefined;
  const itself = keyOf("pods", namespace, name);
  // a mirror pod names nothing that its node may read for it
  if (metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined)
    return { node: spec.nodeName, related: [itself] };
  const keys = (resource: Related, names: readonly (string | undefined)[]): string[] =>
    names.flatMap((one) => (one ? [keyOf(resource, namespace, one)] : []));
  const claims = (spec.volumes ?? []).map((volume) => claimOf(name, volume));
  const related = [
    itself,
    ...keys("serviceaccounts", [spec.serviceAccountName]),
    ...keys("secrets", secretsOf(spec)),
    ...keys("configmaps", configMapsOf(spec)),
    ...keys("persistentvolumeclaims", [...new Set(claims)]),
    ...keys("resourceclaims", resourceClaimsOf(pod)),
  ];
  return { node: spec.nodeName, related };
}

function partOfVolume({ metadata, spec }: PersistentVolume): Part | undefined {
  const { claimRef } = spec;
  if (!claimRef) return undefined;
  const claim = keyOf("persistentvolumeclaims", claimRef.namespace ?? "", claimRef.name ?? "");
  const secrets = secretsOfVolume(spec, claimRef.namespace ?? "").filter(({ name }) => name);
  return {
    claim,
    related: [
      keyOf("persistentvolumes", "", metadata.name ?? ""),
      ...secrets.map(({ namespace, name }) => keyOf("secrets", namespace, name)),
    ],
  };
}

/** The secrets that a node reads to mount the volume; older objects mean the namespace of the claim. */
function secretsOfVolume(spec: PersistentVolume["spec"], claim: string): { namespace: string; name: string }[] {
  if (spec.azureFile) return [{ namespace: spec.azureFile.secretNamespace || claim, name: spec.azureFile.secretName }];
  const references = [
    spec.cephfs?.secretRef,
    spec.cinder?.secretRef,
    spec.flexVolume?.secretRef,
    spec.rbd?.secretRef,
    spec.scaleIO?.secretRef,
    spec.iscsi?.secretRef,
    spec.storageos?.secretRef,
    spec.csi?.nodeStageSecretRef,
    spec.csi?.nodePublishSecretRef,
    spec.csi?.nodeExpandSecretRef,
  ];
  return references.flatMap((one) => (one ? [{ namespace: one.namespace || claim, name: one.name ?? "" }] : []));
}

function partOfAttachment({ metadata, spec }: VolumeAttachment): Part {
  return { node: spec.nodeName, related: [keyOf("volumeattachments", "", metadata.name ?? "")] };
}

function partOfSlice({ metadata, spec }: ResourceSlice): Part | undefined {
  if (!spec.nodeName) return undefined;
  return { node: spec.nodeName, related: [keyOf("resourceslices", "", metadata.name ?? "")] };
}

/** The name that a node is known by, where a user is one: `undefined` for others, empty for one that does not say which. */
export function nodeOf({
  name,
  groups,
}: {
  readonly name: string;
  readonly groups: readonly string[];
}): string | undefined {
  const prefix = "system:node:";
  return name.startsWith(prefix) && groups.includes("system:nodes") ? name.slice(prefix.length) : undefined;
}
