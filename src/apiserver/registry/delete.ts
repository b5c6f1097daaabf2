/**
 * Deleting: at once, gracefully, or once finalizers are done
 * (https://kubernetes.io/docs/concepts/architecture/garbage-collection/#cascading-deletion).
 */
import { conflict, forbidden, invalid } from "../../api/errors.ts";
import { type Kind, resourceOf } from "../../api/kind.ts";
import type { Draft, KubeObject, ObjectMeta } from "../../api/object.ts";
import { Path } from "../../api/validation/field-error.ts";
import { rfc3339 } from "../../base/clock.ts";
import type { AdmissionRequest } from "../admission/admission.ts";
import type { DeleteOptions, RequestContext } from "../context.ts";
import { deleteOptionsObject } from "./options-object.ts";
import { isConflict, type Registry } from "./registry.ts";
import { storeKey } from "./stored.ts";

export interface DeleteRequest {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  readonly options: DeleteOptions;
  readonly context: RequestContext;
  /** One of many that go together: admission is told no name. */
  readonly inCollection?: boolean;
}

export interface Deleted {
  /** The object as it was last, or as it is while it waits. */
  readonly object: KubeObject;
  /** It is gone; else its deletion waits for a grace period or finalizers. */
  readonly gone: boolean;
}

/** Throws ApiError. */
export async function deleteObject(registry: Registry, request: DeleteRequest): Promise<Deleted> {
  checkOptions(request.options);
  const refused = request.kind.strategy.undeletable?.(request.name);
  if (refused) throw forbidden(resourceOf(request.kind), request.name, refused);
  const { propagationWarning } = request.kind.strategy;
  const { propagationPolicy, orphanDependents } = request.options;
  if (propagationWarning && !propagationPolicy && orphanDependents === undefined)
    request.context.warnings.push(propagationWarning);
  for (;;) {
    const current = await registry.get(request.kind, request.namespace, request.name);
    checkPreconditions(request, current);
    const admission = admissionRequest(request, current);
    await registry.admission.admit(admission);
    await registry.admission.validate(admission);
    try {
      return await step(registry, request, current);
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
}

const admissionRequest = (
  { kind, namespace, name, options, context, inCollection }: DeleteRequest,
  old: KubeObject,
): AdmissionRequest => ({
  operation: "DELETE",
  kind,
  subresource: "",
  namespace: kind.namespaced ? namespace : kind.plural === "namespaces" ? name : "",
  name: inCollection ? "" : name,
  old,
  dryRun: options.dryRun ?? false,
  options: deleteOptionsObject(options),
  context,
});

export function checkOptions({ propagationPolicy, orphanDependents }: DeleteOptions): void {
  const path = new Path("propagationPolicy");
  const errors = [];
  if (orphanDependents !== undefined && propagationPolicy) {
    errors.push(path.invalid(propagationPolicy, "orphanDependents and deletionPropagation cannot be both set"));
  }
  const known = ["Foreground", "Background", "Orphan"];
  if (propagationPolicy && !known.includes(propagationPolicy))
    errors.push(path.notSupported(propagationPolicy, [...known, "nil"]));
  if (errors.length) throw invalid({ group: "meta.k8s.io", name: "DeleteOptions" }, "", errors);
}

function checkPreconditions({ kind, name, options }: DeleteRequest, { metadata }: KubeObject): void {
  const { uid, resourceVersion } = options.preconditions ?? {};
  // namespaces look for themselves, in words of their own
  const isNamespace = kind.group === "" && kind.plural === "namespaces";
  const check = (field: string, asked: string | undefined, is: string | undefined, why: string): void => {
    if (asked === undefined || asked === is) return;
    if (isNamespace)
      throw conflict(
        { group: "", name: kind.plural },
        name,
        `Precondition failed: ${field} in precondition: ${asked}, ${field} in object meta: ${is}`,
      );
    throw conflict(
      { group: kind.group, name: kind.kind },
      name,
      `the ${field} in the precondition (${asked}) does not match the ${field} in record (${is}). The object might have been ${why}`,
    );
  };
  check("UID", uid, metadata.uid, "deleted and then recreated");
  check("ResourceVersion", resourceVersion, metadata.resourceVersion, "modified");
}

type Grace =
  | { readonly kind: "none" }
  | { readonly kind: "pending" }
  | { readonly kind: "set"; readonly seconds: number; readonly at: number };

/** One try at the state as it is now. Throws the store's Conflict if that has changed. */
async function step(registry: Registry, request: DeleteRequest, current: KubeObject): Promise<Deleted> {
  const { kind, options, context } = request;
  const grace = graceOf(registry, request, current);
  if (grace.kind === "pending") return { object: current, gone: false };
  const finalizers = finalizersAfter(kind, current.metadata, options);
  const held = finalizers.length > 0 || (kind.strategy.holdsDeletion?.(current) ?? false);
  const key = storeKey(kind, request.namespace, request.name);
  const expected = Number(current.metadata.resourceVersion);
  if (grace.kind === "none" && !held) {
    const last = (object: KubeObject): KubeObject =>
      kind.strategy.gracefulDeletion ? ended(registry, object) : object;
    if (options.dryRun) return { object: last(current), gone: true };
    const gone = (await registry.commit(kind, { key, expected }, context)) as KubeObject;
    registry.allocators.get(kind.plural)?.release(current);
    return { object: last(gone), gone: true };
  }
  const next = marked(registry, kind, current, grace, finalizers);
  if (next === undefined) return { object: current, gone: false };
  if (options.dryRun) return { object: next, gone: false };
  return { object: (await registry.commit(kind, { key, value: next, expected }, context)) as KubeObject, gone: false };
}

/** What has a grace period and goes without one says when it went. */
const ended = ({ clock }: Registry, object: KubeObject): KubeObject => {
  const { deletionTimestamp = rfc3339(clock.now()) } = object.metadata;
  return { ...object, metadata: { ...object.metadata, deletionTimestamp, deletionGracePeriodSeconds: 0 } };
};

function graceOf(registry: Registry, { kind, options }: DeleteRequest, current: KubeObject): Grace {
  const { gracefulDeletion } = kind.strategy;
  if (!gracefulDeletion) return { kind: "none" };
  const asked =
    options.gracePeriodSeconds === undefined
      ? undefined
      : options.gracePeriodSeconds < 0
        ? 1
        : options.gracePeriodSeconds;
  const { deletionTimestamp, deletionGracePeriodSeconds: running } = current.metadata;
  const now = registry.clock.now();
  if (!deletionTimestamp) {
    const seconds = gracefulDeletion(current, asked);
    return seconds === 0 ? { kind: "none" } : { kind: "set", seconds, at: now + seconds * 1000 };
  }
  if (!running) return { kind: "none" };
  if (asked === undefined || asked >= running) return { kind: "pending" };
  if (asked === 0) return { kind: "none" };
  // a grace period under way may only be shortened
  const at = Date.parse(deletionTimestamp) - running * 1000 + asked * 1000;
  return at < now ? { kind: "set", seconds: 1, at: now } : { kind: "set", seconds: asked, at };
}

/** `orphan` or `foregroundDeletion` stand in for what is to become of the dependents. */
function finalizersAfter(kind: Kind, metadata: Readonly<ObjectMeta>, options: DeleteOptions): readonly string[] {
  const old = metadata.finalizers ?? [];
  const orphans = ((): boolean => {
    if (options.orphanDependents !== undefined) return options.orphanDependents;
    if (options.propagationPolicy) return options.propagationPolicy === "Orphan";
    if (old.includes("orphan")) return true;
    if (old.includes("foregroundDeletion")) return false;
    return kind.strategy.defaultPropagation === "orphan";
  })();
  const waits = ((): boolean => {
    if (options.orphanDependents !== undefined) return false;
    if (options.propagationPolicy) return options.propagationPolicy === "Foreground";
    return old.includes("foregroundDeletion") && !old.includes("orphan");
  })();
  const others = old.filter((f) => f !== "orphan" && f !== "foregroundDeletion");
  if (!metadata.deletionTimestamp)
    others.push(...(kind.strategy.deletionFinalizers ?? []).filter((f) => !others.includes(f)));
  if (orphans) others.push("orphan");
  if (waits) others.push("foregroundDeletion");
  return others;
}

/** The object with its deletion written on it; undefined if nothing is new. */
function marked(
  registry: Registry,
  kind: Kind,
  current: KubeObject,
  grace: Grace,
  finalizers: readonly string[],
): Draft | undefined {
  const metadata: ObjectMeta = { ...current.metadata };
  const next: Draft = { ...current, metadata };
  let changed = finalizers.join() !== (metadata.finalizers ?? []).join();
  if (finalizers.length) metadata.finalizers = [...finalizers];
  else delete metadata.finalizers;
  if (grace.kind === "set") {
    if (!metadata.deletionTimestamp && metadata.generation) metadata.generation++;
    metadata.deletionTimestamp = rfc3339(grace.at);
    metadata.deletionGracePeriodSeconds = grace.seconds;
    changed = true;
  } else if (!metadata.deletionTimestamp) {
    if (metadata.generation) metadata.generation++;
    metadata.deletionTimestamp = rfc3339(registry.clock.now());
    metadata.deletionGracePeriodSeconds = 0;
    kind.strategy.onDeletion?.(next, registry.clock.now());
    changed = true;
  } else if (metadata.deletionGracePeriodSeconds !== 0 && kind.strategy.gracefulDeletion) {
    metadata.deletionGracePeriodSeconds = 0;
    changed = true;
  }
  return changed ? next : undefined;
}
