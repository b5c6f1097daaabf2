import { rfc3339 } from "../../base/clock.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { withConditions } from "./definition/naming.ts";
import { definitionErrors, definitionStatusErrors } from "./definition/validation.ts";
import { type Definition, versionsOf } from "./definition/versions.ts";
import { unknownFormats } from "./schema/unknown-formats.ts";

const asDefinition = (object: KubeObject): Definition => object as unknown as Definition;

interface Names {
  kind: string;
  singular?: string;
  listKind?: string;
}

function defaults(object: Draft): void {
  const spec = object.spec as { names: Names; conversion?: Conversion; versions: Version[] | null };
  const { names } = spec;
  if (!names.singular && names.kind) names.singular = names.kind.toLowerCase();
  if (!names.listKind && names.kind) names.listKind = `${names.kind}List`;
  spec.conversion ??= { strategy: "None" };
  const service = spec.conversion.webhook?.clientConfig?.service;
  if (service) service.port ??= 443;
  // false is what it means where it is not said
  if ((spec as { preserveUnknownFields?: boolean }).preserveUnknownFields === false)
    delete (spec as { preserveUnknownFields?: boolean }).preserveUnknownFields;
  keepStoredVersion(object);
}

interface Version {
  name: string;
  storage: boolean;
}
interface Conversion {
  strategy: string;
  webhook?: { clientConfig?: { service?: { port?: number } } };
}

/** Once objects have been stored in a version, the status says so. */
function keepStoredVersion(object: Draft): void {
  const storage = versionsOf(asDefinition(object as KubeObject).spec).find((version) => version.storage);
  const status = object.status as { storedVersions: string[] | null };
  const stored = status.storedVersions ?? [];
  if (storage && !stored.includes(storage.name))
    object.status = { ...status, storedVersions: [...stored, storage.name] };
}

function formatWarnings(object: KubeObject, old?: KubeObject): string[] {
  const before = new Set(old ? unknownFormats(asDefinition(old)) : []);
  return unknownFormats(asDefinition(object))
    .filter((format) => !before.has(format))
    .map((format) => `unrecognized format ${JSON.stringify(format)}`);
}

/** Its objects go first. */
export const cleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";

const terminating = {
  type: "Terminating",
  status: "True",
  reason: "InstanceDeletionPending",
  message: "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
} as const;

function markTerminating(object: Draft, nowMs: number): void {
  const { status } = asDefinition(object as KubeObject);
  object.status = { ...status, conditions: withConditions(status.conditions ?? [], [terminating], rfc3339(nowMs)) };
}

export const customResourceDefinition = defineKind({
  group: "apiextensions.k8s.io",
  version: "v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  shortNames: ["crd", "crds"],
  categories: ["api-extensions"],
  namespaced: false,
  storageVersion: "v1beta1",
  type: "apiextensions/v1.CustomResourceDefinition",
  status: {
    verbs: ["get", "patch", "update"],
    validateUpdate: (object) => definitionStatusErrors(asDefinition(object)),
  },
  strategy: {
    defaults,
    generation: true,
    allowUnconditionalUpdate: false,
    prepareForCreate: keepStoredVersion,
    prepareForUpdate: keepStoredVersion,
    validate: (object) => definitionErrors(asDefinition(object)),
    validateUpdate: (object, old) => definitionErrors(asDefinition(object), asDefinition(old)),
    warnings: formatWarnings,
    deletionFinalizers: [cleanupFinalizer],
    onDeletion: markTerminating,
    returnsDeleted: true,
  },
});
