/** Updating an object: PUT, every kind of PATCH, and the subresources that show the object itself. */
import { withConversions } from "../../api/apiextensions/conversions.ts";
import { ApiError, badRequest, conflict, invalid, notFound } from "../../api/errors.ts";
import { type GroupVersionKind, type Kind, kindOf, nameRuleOf, resourceOf } from "../../api/kind.ts";
import { type Draft, deepEqual, type KubeObject } from "../../api/object.ts";
import { FieldError, Path } from "../../api/validation/field-error.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../../api/validation/object-meta.ts";
import type { AdmissionRequest } from "../admission/admission.ts";
import type { RequestContext, WriteOptions } from "../context.ts";
import { createObject, matchNamespace, validateFinalizers } from "./create.ts";
import { recordManaged } from "./managed.ts";
import { writeOptionsObject } from "./options-object.ts";
import { afterAdmission, dedupeOwners } from "./owner-references.ts";
import { isConflict, modified, type Registry } from "./registry.ts";
import { inOrder, storeKey } from "./stored.ts";

export interface UpdateRequest {
  readonly kind: Kind;
  /** The version the client spoke, if it is not the stored one. */
  readonly spoken?: Kind;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /**
   * Makes the wanted object from the current one. Called anew when another write came between; it may throw ApiError.
   * The result is the registry's to keep; if it names no resourceVersion, the write does not depend on one.
   */
  readonly change: (current: KubeObject) => Draft | Promise<Draft>;
  /** Makes the object where there is none (PUT on some kinds, apply); undefined refuses. */
  readonly create?: () => Draft | Promise<Draft>;
  readonly options: WriteOptions;
  readonly context: RequestContext;
  /** What is made carries its managed fields already (server-side apply). */
  readonly tracked?: boolean;
  /** What admission is shown in place of the object (the scale of something). */
  readonly view?: AdmissionView;
  /** By PATCH: admission sees what was asked for. */
  readonly isPatch?: boolean;
  /** The uid that is wanted, if any, must be that of the object, or the write is refused before it is looked at (PUT). */
  readonly sameUid?: boolean;
}

export interface AdmissionView {
  readonly subresource: string;
  readonly objectKind: GroupVersionKind;
  show(object: Draft | KubeObject): Draft;
  /** Writes into the object what admission has made of what it was shown. */
  take(shown: Draft, object: Draft): void;
}

export interface Updated {
  readonly object: KubeObject;
  readonly created: boolean;
}

/**
 * Another write in between makes the change anew from what is there then, which refuses it if it names a version. That some
 * write went through each time keeps this from running for ever. Throws ApiError.
 */
export async function updateObject(registry: Registry, request: UpdateRequest): Promise<Updated> {
  const { kind, namespace, name } = request;
  const key = storeKey(kind, namespace, name);
  for (;;) {
    const entry = await registry.storeOf(kind).get(key);
    try {
      if (entry) {
        const next = await prepareUpdate(registry, request, entry.value);
        const object = await commitUpdate(registry, request, key, entry.value, next, entry.revision);
        return { object, created: false };
      }
      if (!request.create || request.subresource) throw notFound(resourceOf(kind), name);
      return { object: await createInstead(registry, request), created: true };
    } catch (error) {
      if (!isConflict(error) && (entry || !(await cameBetween(registry, key, error)))) throw error;
    }
  }
}

/** Whether an object could not be created because another made it just now. */
const cameBetween = async (registry: Registry, key: string, error: unknown): Promise<boolean> =>
  error instanceof ApiError && error.reason === "AlreadyExists" && (await registry.store.get(key)) !== undefined;

async function createInstead(registry: Registry, request: UpdateRequest): Promise<KubeObject> {
  const object = (await request.create?.()) as Draft;
  delete object.metadata.resourceVersion; // there is no version that it could differ from
  const { spoken, tracked } = request;
  return createObject(registry, {
    kind: request.kind,
    namespace: request.namespace,
    object,
    options: request.options,
    context: request.context,
    ...(spoken && { spoken }),
    ...(tracked && { tracked }),
  });
}

async function prepareUpdate(registry: Registry, request: UpdateRequest, current: KubeObject): Promise<Draft> {
  const { kind, name, context, subresource } = request;
  const next = await withConversions(() => request.change(current));
  const { metadata } = next;
  const old = current.metadata;
  if (request.sameUid && metadata.uid && metadata.uid !== old.uid) {
    const where = `/registry/${kind.plural}/${kind.namespaced ? `${request.namespace}/` : ""}${name}`;
    const why = `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${old.uid}`;
    throw conflict(
      resourceOf(kind),
      name,
      `StorageError: invalid object, Code: 4, Key: ${where}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`,
    );
  }
  if (!versionOf(metadata.resourceVersion)) {
    if (kind.strategy.allowUnconditionalUpdate === false) {
      const field = new FieldError(
        "FieldValueInvalid",
        "metadata.resourceVersion",
        "0",
        "must be specified for an update",
      );
      throw invalid(resourceOf(kind), name, [field]);
    }
    metadata.resourceVersion = old.resourceVersion;
  } else if (metadata.resourceVersion !== old.resourceVersion) throw modified(kind, name);
  if (request.sameUid) dedupeOwners(next, context.warnings);
  if (!request.tracked) await withConversions(() => recordManaged(registry, request, current, next));
  const admission = admissionRequest(request, next, current);
  await registry.admission.admit(admission);
  if (request.view && admission.object) request.view.take(admission.object, next);
  dedupeOwners(next, context.warnings, afterAdmission);
  matchNamespace(kind, request.namespace, next);
  keepSystemFields(next, current);
  applyStrategy(kind, subresource, next, current, registry.clock.now());
  return next;
}

/** The version an object names; 0 for none. Throws BadRequest. */
function versionOf(text: string | undefined): number {
  if (!text) return 0;
  if (!/^\d+$/.test(text)) throw badRequest(`strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

const admissionRequest = (request: UpdateRequest, object: Draft, old: KubeObject): AdmissionRequest => ({
  operation: "UPDATE",
  kind: request.kind,
  ...(request.view && { objectKind: request.view.objectKind }),
  subresource: request.view?.subresource ?? request.subresource,
  namespace: request.kind.namespaced ? request.namespace : request.kind.plural === "namespaces" ? request.name : "",
  name: request.name,
  object: request.view?.show(object) ?? object,
  old: (request.view?.show(old) as KubeObject | undefined) ?? old,
  ...(request.spoken && request.spoken !== request.kind && { spoken: request.spoken }),
  dryRun: request.options.dryRun ?? false,
  options: writeOptionsObject(request.isPatch ? "PatchOptions" : "UpdateOptions", request.options),
  context: request.context,
});

function keepSystemFields(next: Draft, { metadata: old }: KubeObject): void {
  const { metadata } = next;
  metadata.uid ||= old.uid;
  metadata.creationTimestamp = old.creationTimestamp;
  if (old.generation === undefined) delete metadata.generation;
  else metadata.generation = old.generation;
  if (old.deletionTimestamp) metadata.deletionTimestamp = old.deletionTimestamp;
  if (old.deletionGracePeriodSeconds !== undefined && metadata.deletionGracePeriodSeconds === undefined) {
    metadata.deletionGracePeriodSeconds = old.deletionGracePeriodSeconds;
  }
  delete metadata.selfLink;
}

function applyStrategy(kind: Kind, subresource: string, next: Draft, current: KubeObject, nowMs: number): void {
  if (subresource) {
    const sub = kind.objectSubresources[subresource];
    if (sub?.prepareForUpdate) sub.prepareForUpdate(next, current, nowMs);
    else keepAllBut(next, current, subresource === "status" ? "status" : "spec");
    return;
  }
  if (kind.hasStatus && kind.objectSubresources.status) copyField(next, current, "status");
  kind.strategy.prepareForUpdate?.(next, current);
  if (kind.strategy.generation && !sameDesire(next, current))
    next.metadata.generation = (current.metadata.generation ?? 0) + 1;
}

function copyField(next: Draft, current: KubeObject, field: string): void {
  if (current[field] === undefined) delete next[field];
  else next[field] = current[field];
}

function keepAllBut(next: Draft, current: KubeObject, changed: string): void {
  for (const field of new Set([...Object.keys(next), ...Object.keys(current)])) {
    if (!["metadata", "apiVersion", "kind", changed].includes(field)) copyField(next, current, field);
  }
}

/** Whether nothing but metadata and status differs. */
function sameDesire(next: Draft, current: KubeObject): boolean {
  const rest = ({ metadata: _m, status: _s, apiVersion: _a, kind: _k, ...others }: KubeObject): object => others;
  return deepEqual(rest(next), rest(current));
}

function validate({ kind, spoken, subresource, context }: UpdateRequest, next: Draft, current: KubeObject): void {
  const { strategy } = kind;
  const own = spoken?.strategy.validateUpdate ?? spoken?.strategy.validate;
  const path = new Path("metadata");
  const check = subresource
    ? kind.objectSubresources[subresource]?.validateUpdate
    : (own ?? strategy.validateUpdate ?? strategy.validate);
  const warn = (text: string): void => void context.warnings.push(text);
  const ofNew = validateObjectMeta(next.metadata, kind.namespaced, nameRuleOf(kind), path);
  const ofUpdate = validateObjectMetaUpdate(next.metadata, current.metadata, path);
  // upstream looks at metadata for all kinds, and again for each, and gives every fault as a cause each time
  const ofFinalizers = validateFinalizers(kind, next, path);
  const ofKind = [...ofUpdate, ...ofFinalizers, ...ofNew, ...ofFinalizers, ...(check?.(next, current, warn) ?? [])];
  const errors = [...ofNew, ...ofUpdate, ...ofKind];
  if (errors.length) throw invalid(kindOf(kind), current.metadata.name ?? "", errors);
  if (!subresource) for (const warning of strategy.warnings?.(next, current) ?? []) context.warnings.push(warning);
}

async function commitUpdate(
  registry: Registry,
  request: UpdateRequest,
  key: string,
  current: KubeObject,
  next: Draft,
  revision: number,
): Promise<KubeObject> {
  const { kind, context, options } = request;
  const admission = admissionRequest(request, next, current);
  const giveBack = request.subresource
    ? undefined
    : await registry.allocators.get(kind.plural)?.allocate(next, current, options.dryRun ?? false);
  try {
    validate(request, next, current);
    await registry.admission.validate(admission);
    if (options.dryRun) return sameButForTimes(next, current) ? current : { ...next, metadata: inOrder(next.metadata) };
    if (endsNow(next) && !kind.strategy.holdsDeletion?.(next)) {
      await registry.commit(kind, { key, expected: revision }, context);
      registry.allocators.get(kind.plural)?.release(current);
      return next;
    }
    if (sameButForTimes(next, current) && !kind.custom?.forms.isOutdated(current)) return current;
    const stored = (await registry.commit(kind, { key, value: next, expected: revision }, context)) as KubeObject;
    if (!request.subresource) registry.allocators.get(kind.plural)?.release(current, stored);
    return stored;
  } catch (error) {
    giveBack?.();
    registry.admission.undo(admission);
    throw error;
  }
}

/** The last finalizer of an object that was to be deleted is gone. */
const endsNow = ({ metadata }: Draft): boolean =>
  Boolean(metadata.deletionTimestamp) && !metadata.finalizers?.length && !metadata.deletionGracePeriodSeconds;

/** A write that changes nothing but when a manager last wrote is no write. */
function sameButForTimes(next: Draft, current: KubeObject): boolean {
  const timeless = (object: Draft | KubeObject): unknown => ({
    ...object,
    metadata: {
      ...object.metadata,
      managedFields: object.metadata.managedFields?.map(({ time: _, ...entry }) => entry),
    },
  });
  return deepEqual(timeless(next), timeless(current));
}
