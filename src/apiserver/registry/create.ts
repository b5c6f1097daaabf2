/** Creating an object. */
import { ApiError, alreadyExists, badRequest, invalid } from "../../api/errors.ts";
import { type Kind, kindOf, nameRuleOf, resourceOf } from "../../api/kind.ts";
import type { Draft, KubeObject } from "../../api/object.ts";
import { zero } from "../../api/schema/decode.ts";
import { type FieldError, Path } from "../../api/validation/field-error.ts";
import { validateFinalizerNames, validateObjectMeta } from "../../api/validation/object-meta.ts";
import { rfc3339 } from "../../base/clock.ts";
import { nameSuffix, uuid } from "../../base/random.ts";
import type { AdmissionRequest } from "../admission/admission.ts";
import type { RequestContext, WriteOptions } from "../context.ts";
import { recordManaged } from "./managed.ts";
import { writeOptionsObject } from "./options-object.ts";
import { afterAdmission, dedupeOwners } from "./owner-references.ts";
import { isConflict, type Registry } from "./registry.ts";
import { inOrder, storeKey } from "./stored.ts";

/** The longest prefix that leaves room for the letters of a generated name. */
const longestPrefix = 63 - 5;
const attempts = 8;

export interface CreateRequest {
  readonly kind: Kind;
  /** The version the client spoke, if it is not the stored one. */
  readonly spoken?: Kind;
  readonly namespace: string;
  readonly object: Draft;
  readonly options: WriteOptions;
  readonly context: RequestContext;
  /** The object carries its managed fields already (server-side apply). */
  readonly tracked?: boolean;
}

/** Creates the object; a name made from `generateName` is made anew if it is taken. Throws ApiError. */
export async function createObject(registry: Registry, request: CreateRequest): Promise<KubeObject> {
  const { kind, object, context, options } = request;
  const isGenerated = !object.metadata.name && Boolean(object.metadata.generateName);
  wipeSystemFields(request);
  dedupeOwners(object, context.warnings);
  if (!request.tracked) recordManaged(registry, { ...request, subresource: "" }, undefined, object);
  const { metadata } = object;
  const admission: AdmissionRequest = {
    operation: "CREATE",
    kind,
    subresource: "",
    namespace: kind.namespaced ? request.namespace : kind.plural === "namespaces" ? (metadata.name ?? "") : "",
    name: metadata.name ?? "",
    object,
    ...(request.spoken && request.spoken !== kind && { spoken: request.spoken }),
    dryRun: options.dryRun ?? false,
    options: writeOptionsObject("CreateOptions", options),
    context,
  };
  await registry.admission.admit(admission);
  dedupeOwners(object, context.warnings, afterAdmission);
  matchNamespace(kind, request.namespace, object);
  fillSystemFields(registry, object);
  prepare(kind, object);
  kind.strategy.signCreate?.(object, request.context.user);
  // a name that was made is known to those that only look
  return store(registry, request, { ...admission, name: admission.name || (object.metadata.name ?? "") }, isGenerated);
}

async function store(
  registry: Registry,
  request: CreateRequest,
  admission: AdmissionRequest,
  isGenerated: boolean,
): Promise<KubeObject> {
  const { kind, object, context, options, namespace } = request;
  const { metadata } = object;
  const giveBack = await registry.allocators.get(kind.plural)?.allocate(object, undefined, options.dryRun ?? false);
  try {
    validate(kind, request.spoken, object, context);
    await registry.admission.validate(admission);
    for (let attempt = 1; ; attempt++) {
      const key = storeKey(kind, namespace, metadata.name ?? "");
      if (options.dryRun) {
        if (await registry.storeOf(kind).get(key)) throw alreadyExists(resourceOf(kind), metadata.name ?? "");
        return { ...object, metadata: inOrder(metadata) };
      }
      try {
        return (await registry.commit(kind, { key, value: object, expected: 0 }, context)) as KubeObject;
      } catch (error) {
        if (!isConflict(error)) throw error;
        if (!isGenerated || attempt === attempts)
          throw taken(kind, metadata.name ?? "", error.current?.value, isGenerated);
        metadata.name = generateName(registry, metadata.generateName ?? "");
      }
    }
  } catch (error) {
    giveBack?.();
    registry.admission.undo(admission);
    throw error;
  }
}

function taken(kind: Kind, name: string, current: KubeObject | undefined, generated: boolean): ApiError {
  const error = alreadyExists(resourceOf(kind), name);
  if (generated) {
    return new ApiError(
      "AlreadyExists",
      `${error.message}, the server was not able to generate a unique name for the object`,
      error.details,
    ); // prettier-ignore
  }
  if (current?.metadata.deletionTimestamp) {
    return new ApiError("AlreadyExists", `object is being deleted: ${error.message}`, error.details);
  }
  return error;
}

const generateName = (registry: Registry, prefix: string): string =>
  prefix.slice(0, longestPrefix) + nameSuffix(registry.random);

/** What the server alone writes is not taken from clients. */
function wipeSystemFields({ kind, namespace, object }: CreateRequest): void {
  const { metadata } = object;
  if (metadata.resourceVersion) {
    throw new ApiError("", "resourceVersion should not be set on objects to be created", undefined, 500);
  }
  matchNamespace(kind, namespace, object);
  delete metadata.creationTimestamp;
  delete metadata.uid;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.selfLink;
}

/** Comes after admission: what is to have a generated name has none before. */
function fillSystemFields(registry: Registry, { metadata }: Draft): void {
  metadata.creationTimestamp = rfc3339(registry.clock.now());
  metadata.uid = uuid(registry.random);
  if (!metadata.name && metadata.generateName) metadata.name = generateName(registry, metadata.generateName);
}

/** The namespace of the request holds: one in the object must be the same, or goes where there is none. Throws BadRequest. */
export function matchNamespace(kind: Kind, namespace: string, object: Draft): void {
  const { metadata } = object;
  if (!kind.namespaced) delete metadata.namespace;
  else if (!metadata.namespace) {
    if (namespace) metadata.namespace = namespace;
  } else if (metadata.namespace !== namespace)
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
}

/** Runs the strategy's hook over a new object. */
export function prepare(kind: Kind, object: Draft): void {
  if (kind.hasStatus && !kind.strategy.createsStatus) resetStatus(kind, object);
  if (kind.strategy.generation) object.metadata.generation = 1;
  kind.strategy.prepareForCreate?.(object);
}

function resetStatus(kind: Kind, object: Draft): void {
  const field = kind.schema.byName.get("status");
  if (!field) return;
  if (field.pointer) delete object.status;
  else object.status = zero(field);
}

/** Groups that are served beside the core's code upstream, which alone looks at names of finalizers. */
const besideCore = /^(apiextensions|apiregistration)\//;

/** Custom resources may name their finalizers as they like. */
export const validateFinalizers = ({ schema }: Kind, object: Draft, metadata: Path): FieldError[] =>
  schema.groupVersion && !besideCore.test(schema.groupVersion)
    ? validateFinalizerNames(object.metadata.finalizers, metadata.child("finalizers"))
    : [];

/** What errors call the object: custom resources, what they call themselves. */
const calls = (kind: Kind, object: Draft): ReturnType<typeof kindOf> =>
  kindOf(kind.custom && object.kind ? { ...kind, kind: object.kind } : kind);

function validate(kind: Kind, spoken: Kind | undefined, object: Draft, context: RequestContext): void {
  const check = spoken?.strategy.validate ?? kind.strategy.validate;
  const errors = [
    ...validateObjectMeta(object.metadata, kind.namespaced, nameRuleOf(kind), new Path("metadata")),
    ...validateFinalizers(kind, object, new Path("metadata")),
    ...(check?.(object) ?? []),
  ];
  if (errors.length) throw invalid(calls(kind, object), object.metadata.name ?? "", errors);
  for (const warning of kind.strategy.warnings?.(object) ?? []) context.warnings.push(warning);
}
