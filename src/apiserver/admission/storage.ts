/** What is used is held when it is deleted, claims get the default class, and grow only where their class lets them. */
import type { PersistentVolumeClaim } from "../../api/generated/core-v1.ts";
import type { StorageClass } from "../../api/generated/storage-v1.ts";
import { compareQuantities } from "../../api/quantity.ts";
import { storageClass as classKind } from "../../api/storage/storage-class.ts";
import type { Registry } from "../registry/registry.ts";
import type { AdmissionPlugin, AdmissionRequest } from "./admission.ts";
import { newestDefault } from "./default-class.ts";
import { refused } from "./refuse.ts";

const classAnnotation = "volume.beta.kubernetes.io/storage-class";
const isClaim = ({ kind, subresource }: AdmissionRequest): boolean =>
  kind.group === "" && kind.plural === "persistentvolumeclaims" && subresource === "";

const protections: Readonly<Record<string, string>> = {
  persistentvolumes: "kubernetes.io/pv-protection",
  persistentvolumeclaims: "kubernetes.io/pvc-protection",
  "volumeattributesclasses.storage.k8s.io": "kubernetes.io/vac-protection",
};

/** https://kubernetes.io/docs/concepts/storage/persistent-volumes/#storage-object-in-use-protection */
export const storageObjectInUseProtection: AdmissionPlugin = {
  name: "StorageObjectInUseProtection",
  admit({ operation, kind, subresource, object }) {
    if (operation !== "CREATE" || subresource || !object) return;
    const finalizer = protections[kind.group ? `${kind.plural}.${kind.group}` : kind.plural];
    const finalizers = object.metadata.finalizers ?? [];
    if (finalizer && !finalizers.includes(finalizer)) object.metadata.finalizers = [...finalizers, finalizer];
  },
};

/** https://kubernetes.io/docs/concepts/storage/storage-classes/#default-storageclass */
export function defaultStorageClass(registry: () => Registry): AdmissionPlugin {
  return {
    name: "DefaultStorageClass",
    async admit(request) {
      if (request.operation !== "CREATE" || !isClaim(request)) return;
      const { metadata, spec } = request.object as unknown as PersistentVolumeClaim;
      if (metadata.annotations?.[classAnnotation] !== undefined || spec.storageClassName !== undefined) return;
      const marks = ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];
      const name = await newestDefault(registry(), classKind, marks);
      if (name) spec.storageClassName = name;
    },
  };
}

/** https://kubernetes.io/docs/concepts/storage/persistent-volumes/#expanding-persistent-volumes-claims */
export function claimResize(registry: () => Registry): AdmissionPlugin {
  return {
    name: "PersistentVolumeClaimResize",
    async validate(request) {
      if (request.operation !== "UPDATE" || !isClaim(request)) return;
      const now = request.object as unknown as PersistentVolumeClaim;
      const old = request.old as unknown as PersistentVolumeClaim;
      const size = ({ spec }: PersistentVolumeClaim): string => spec.resources?.requests?.storage ?? "0";
      if (compareQuantities(size(now), size(old)) <= 0) return;
      if (old.status?.phase !== "Bound") throw refused(request, "Only bound persistent volume claims can be expanded");
      if (await mayGrow(registry(), now, old)) return;
      throw refused(
        request,
        "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize",
      );
    },
  };
}

const classOf = ({ metadata, spec }: PersistentVolumeClaim): string =>
  metadata.annotations?.[classAnnotation] ?? spec.storageClassName ?? "";

async function mayGrow(registry: Registry, now: PersistentVolumeClaim, old: PersistentVolumeClaim): Promise<boolean> {
  const name = classOf(now);
  if (!name || name !== classOf(old)) return false;
  const found = (await registry.find(classKind, "", name)) as unknown as StorageClass | undefined;
  return found?.allowVolumeExpansion ?? false;
}
