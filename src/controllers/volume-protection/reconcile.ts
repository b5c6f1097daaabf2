/** Lets go of claims, volumes and their classes that are to be deleted, once nothing uses them (https://kubernetes.io/docs/concepts/storage/persistent-volumes/#storage-object-in-use-protection). */
import { claimOf } from "../../api/core/pod-references.ts";
import { ApiError } from "../../api/errors.ts";
import type * as core from "../../api/generated/core-v1.ts";
import type * as storage from "../../api/generated/storage-v1.ts";
import { volumeAttributesClass } from "../../api/storage/volume-attributes-class.ts";
import type { AnyObject, Client, KindOf, Shared } from "../../client/client.ts";
import {
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
} from "../../client/kinds.ts";
import { type Controller, done, wake } from "../../reconciler/controller.ts";

const classes: KindOf<storage.VolumeAttributesClass> = volumeAttributesClass;

/** The claims that a pod on a node uses; one that is nowhere yet holds nothing. */
export function claimsInUse({ metadata, spec }: Pod): string[] {
  if (!spec.nodeName) return [];
  const names = (spec.volumes ?? []).map((volume) => claimOf(metadata.name ?? "", volume));
  return names.flatMap((name) => (name ? [`${metadata.namespace}/${name}`] : []));
}

export const isDue = ({ metadata }: Shared<AnyObject>, finalizer: string): boolean =>
  Boolean(metadata.deletionTimestamp) && (metadata.finalizers?.includes(finalizer) ?? false);

async function letGo<T extends AnyObject>(
  client: Client,
  kind: KindOf<T>,
  object: Shared<T>,
  finalizer: string,
): Promise<void> {
  const { metadata } = object as Shared<AnyObject>;
  const finalizers = metadata.finalizers?.filter((one) => one !== finalizer);
  try {
    await client.update(kind, { ...object, metadata: { ...metadata, finalizers } } as never);
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
  }
}

const ofClaims = "kubernetes.io/pvc-protection";

export const claimProtection: Controller<core.PersistentVolumeClaim> = {
  name: "pvc-protection-controller",
  reconciles: persistentVolumeClaims,
  ignores: ({ after }) => !after || !isDue(after, ofClaims),
  wakes: [wake(pods, ({ before, after }) => (before && !after?.spec.nodeName ? claimsInUse(before) : []))],
  async reconcile(key, { cache, client }) {
    const claim = cache(persistentVolumeClaims).get(key);
    if (!claim || !isDue(claim, ofClaims)) return done;
    if (cache(pods).by("claim", key, claimsInUse).length) return done;
    await letGo(client, persistentVolumeClaims, claim, ofClaims);
    return done;
  },
};

const ofVolumes = "kubernetes.io/pv-protection";

export const volumeProtection: Controller<core.PersistentVolume> = {
  name: "pv-protection-controller",
  reconciles: persistentVolumes,
  ignores: ({ after }) => !after || !isDue(after, ofVolumes),
  async reconcile(name, { cache, client }) {
    const volume = cache(persistentVolumes).get(name);
    if (!volume || !isDue(volume, ofVolumes) || volume.status?.phase === "Bound") return done;
    await letGo(client, persistentVolumes, volume, ofVolumes);
    return done;
  },
};

const ofClasses = "kubernetes.io/vac-protection";
const classesOfClaim = ({ spec, status }: PersistentVolumeClaim): string[] =>
  [spec.volumeAttributesClassName, status?.currentVolumeAttributesClassName].filter((n): n is string => Boolean(n));
const classesOfVolume = ({ spec }: PersistentVolume): string[] =>
  spec.volumeAttributesClassName ? [spec.volumeAttributesClassName] : [];

export const classProtection: Controller<storage.VolumeAttributesClass> = {
  name: "volumeattributesclass-protection-controller",
  reconciles: classes,
  ignores: ({ after }) => !after || !isDue(after, ofClasses),
  wakes: [
    wake(persistentVolumeClaims, ({ before }) => (before ? classesOfClaim(before) : [])),
    wake(persistentVolumes, ({ before }) => (before ? classesOfVolume(before) : [])),
  ],
  async reconcile(name, { cache, client }) {
    const found = cache(classes).get(name);
    if (!found || !isDue(found, ofClasses)) return done;
    if (cache(persistentVolumeClaims).by("attributes class", name, classesOfClaim).length) return done;
    if (cache(persistentVolumes).by("attributes class", name, classesOfVolume).length) return done;
    await letGo(client, classes, found, ofClasses);
    return done;
  },
};
