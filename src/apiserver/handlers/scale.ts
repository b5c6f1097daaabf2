/** The `scale` subresource: replicas of whatever scales, in one form (autoscaling/v1 Scale). */
import { recordUpdate, type WriteByManager } from "../../api/apply/field-manager.ts";
import { ScaleEntries } from "../../api/apply/scale-entries.ts";
import { conflict, internal, invalid } from "../../api/errors.ts";
import { groupVersionOf, type Printer, type ScaleSubresource } from "../../api/kind.ts";
import type { Draft, KubeObject } from "../../api/object.ts";
import { integer } from "../../api/printing/columns.ts";
import { age, ageColumn, nameColumn } from "../../api/printing/default-printer.ts";
import { structuredCopy } from "../../api/schema/decode.ts";
import { types } from "../../api/schema/types.ts";
import { Path } from "../../api/validation/field-error.ts";
import type { WriteOptions } from "../context.ts";
import { readBody } from "../encode/body.ts";
import { typed } from "../encode/objects.ts";
import type { HttpResponse } from "../exchange.ts";
import { matchNamespace } from "../registry/create.ts";
import { writeByManager } from "../registry/managed.ts";
import { updateObject } from "../registry/update.ts";
import { applying } from "./applying.ts";
import { writeOptions } from "./options.ts";
import { patchOptions, patchType } from "./patch.ts";
import { type PatchType, patching } from "./patching.ts";
import { representation, respondObject } from "./respond.ts";
import type { Scope } from "./scope.ts";
import { checkName } from "./write.ts";

export const scaleKind = {
  group: "autoscaling",
  version: "v1",
  kind: "Scale",
  get schema() {
    return types.struct("autoscaling/v1.Scale");
  },
};

/** A scale looks the same in tables, whatever it is of. */
const scalePrinter: Printer = {
  columns: [
    nameColumn,
    integer("Desired", "spec.replicas is the desired number of instances for the scaled object."),
    integer("Available", "status.replicas is the actual number of observed instances of the scaled object."),
    ageColumn,
  ],
  cells: (object, now) => {
    const { spec, status } = object as unknown as { spec: { replicas?: number }; status: { replicas?: number } };
    return [
      object.metadata.name ?? "",
      spec.replicas ?? 0,
      status.replicas ?? 0,
      age(object.metadata.creationTimestamp ?? "", now),
    ];
  },
};

/** The scope of a scale: it is shown as one, whatever it is of. */
const asScale = (scope: Scope): Scope => ({ ...scope, kind: { ...scope.kind, ...scaleKind, printer: scalePrinter } });

const scaleOf = (scope: Scope): ScaleSubresource => scope.stored.scale as ScaleSubresource;

function show(scope: Scope, object: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const scale = scaleOf(scope);
  const selector = scale.selector(object);
  const missing = scale.missing?.(object);
  if (missing) throw internal(missing);
  const replicas = scale.replicas(object);
  return {
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas ? { replicas } : {},
    status: { replicas: scale.statusReplicas(object), ...(selector && { selector }) },
  } as KubeObject;
}

export async function getScale(scope: Scope): Promise<HttpResponse> {
  const { registry, stored, info } = scope;
  return respondObject(
    asScale(scope),
    200,
    scaleKind,
    show(scope, await registry.get(stored, info.namespace, info.name)),
  );
}

export async function changeScale(scope: Scope): Promise<HttpResponse> {
  const { registry, stored, info, context, request } = scope;
  const type = info.verb === "update" ? "update" : patchType(request, stored);
  representation(request, true);
  const options = type === "update" ? writeOptions(request.query, "UpdateOptions") : patchOptions(request, type);
  const change = changing(scope, type, await request.body(), options);
  const { object } = await updateObject(registry, {
    kind: stored,
    subresource: "",
    namespace: info.namespace,
    name: info.name,
    options,
    context,
    tracked: true,
    isPatch: type !== "update",
    change: (current) => rescaled(scope, current, change),
    view: {
      subresource: "scale",
      objectKind: scaleKind,
      show: (one) => typed(scaleKind, show(scope, one as KubeObject)) as unknown as Draft,
      take: (shown, next) => scaleOf(scope).setReplicas(next, (shown.spec as { replicas?: number }).replicas ?? 0),
    },
  });
  return respondObject(asScale(scope), 200, scaleKind, show(scope, object));
}

/** What the client makes of the Scale it sees, managed fields and all. */
type ScaleChange = (current: KubeObject) => Draft;

function changing(
  scope: Scope,
  type: PatchType | "apply" | "update",
  body: Uint8Array,
  options: WriteOptions,
): ScaleChange {
  const { registry, request, context } = scope;
  const { warnings } = context;
  const write: WriteByManager = {
    ...writeByManager(registry, { kind: scope.kind, subresource: "scale", options, context }),
    schema: scaleKind.schema,
    apiVersion: groupVersionOf(scaleKind),
    writable: (set) => set,
  };
  const text = new TextDecoder();
  if (type === "apply") return applying({ body: text.decode(body), target: scaleKind, options, write, warnings });
  const made =
    type === "update"
      ? sent(body, request.headers["content-type"], options, warnings)
      : patching({ type, body: text.decode(body), target: scaleKind, options, warnings });
  return (current) => {
    const next = made(current);
    const entries = recordUpdate(current, next, write);
    return { ...next, metadata: { ...next.metadata, managedFields: entries } };
  };
}

function sent(
  body: Uint8Array,
  contentType: string | undefined,
  options: WriteOptions,
  warnings: string[],
): ScaleChange {
  const { fieldValidation = "Warn" } = options;
  const given = readBody(body, scaleKind, { contentType, fieldValidation, warnings });
  return () => given;
}

function rescaled(scope: Scope, current: KubeObject, change: ScaleChange): Draft {
  const { kind, stored, info } = scope;
  const { metadata } = current;
  const path = scaleOf(scope).replicasPath ?? ["spec", "replicas"];
  const entries = new ScaleEntries(metadata.managedFields ?? [], groupVersionOf(kind), path);
  const seen = show(scope, current);
  const scale = change(typed(scaleKind, { ...seen, metadata: { ...seen.metadata, managedFields: entries.toScale() } }));
  matchNamespace(stored, info.namespace, scale);
  checkName(scale, info.name);
  const { resourceVersion, uid } = scale.metadata;
  const replicas = (scale.spec as { replicas?: number } | undefined)?.replicas ?? 0;
  // custom resources are looked at as a whole
  if (replicas < 0 && !kind.custom) {
    throw invalid({ group: "autoscaling", name: "Scale" }, info.name, [
      new Path("spec.replicas").invalid(replicas, "must be greater than or equal to 0"),
    ]);
  }
  if (uid && uid !== metadata.uid) {
    throw conflict(
      { group: stored.group, name: `${stored.plural}/scale` },
      info.name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`,
    );
  }
  const next = structuredCopy(current) as unknown as Draft;
  scaleOf(scope).setReplicas(next, replicas);
  next.metadata.managedFields = entries.toParent(scale.metadata.managedFields ?? []);
  if (resourceVersion) next.metadata.resourceVersion = resourceVersion;
  else if (!kind.custom) delete next.metadata.resourceVersion;
  return next;
}
