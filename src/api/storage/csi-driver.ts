import type { CSIDriver } from "../generated/storage-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { deepEqual } from "../object.ts";
import { csiDriverPrinter } from "./storage-printers.ts";
import { validateDriver, validateDriverUpdate } from "./validation/drivers.ts";

const asDriver = (object: Draft | KubeObject): CSIDriver => object as unknown as CSIDriver;

function defaults(object: Draft): void {
  const { spec } = asDriver(object);
  if (!spec) return;
  spec.attachRequired ??= true;
  spec.podInfoOnMount ??= false;
  spec.storageCapacity ??= false;
  spec.fsGroupPolicy ??= "ReadWriteOnceWithFSType";
  if (!spec.volumeLifecycleModes?.length) spec.volumeLifecycleModes = ["Persistent"];
  spec.requiresRepublish ??= false;
  spec.seLinuxMount ??= false;
}

/** Limits of volumes in the scheduler's scaling are switched off (as by default in upstream's). */
function dropGated(object: Draft): void {
  delete asDriver(object).spec.preventPodSchedulingIfMissing;
}

function warnings(object: KubeObject, old?: KubeObject): string[] {
  const { tokenRequests, serviceAccountTokenInSecrets } = asDriver(object).spec;
  const isNew = !old || !deepEqual(tokenRequests ?? [], asDriver(old).spec.tokenRequests ?? []);
  if (!isNew || !tokenRequests?.length || serviceAccountTokenInSecrets !== undefined) return [];
  return [
    "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes",
  ];
}

export const csiDriver = defineKind({
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSIDriver",
  plural: "csidrivers",
  namespaced: false,
  type: "storage/v1.CSIDriver",
  strategy: {
    defaults,
    prepareForCreate: dropGated,
    prepareForUpdate(object, old) {
      dropGated(object);
      // unlike other kinds it has none at first
      if (!deepEqual(object.spec, old.spec)) object.metadata.generation = (old.metadata.generation ?? 0) + 1;
    },
    validate: (object) => validateDriver(asDriver(object)),
    validateUpdate: (object, old) => validateDriverUpdate(asDriver(object), asDriver(old)),
    warnings,
    allowUnconditionalUpdate: false,
    returnsDeleted: true,
  },
  printer: csiDriverPrinter,
});
