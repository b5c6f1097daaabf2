/** The `scale` subresource: replicas of whatever scales, in one form (autoscaling/v1 Scale). */
import { badRequest, conflict, invalid } from "../../api/errors.ts";
import { resourceOf, type ScaleSubresource } from "../../api/kind.ts";
import type { Draft, KubeObject } from "../../api/object.ts";
import { jsonPatch, readJsonPatch } from "../../api/patch/json-patch.ts";
import { mergePatch } from "../../api/patch/merge-patch.ts";
import { type JsonObject, structuredCopy } from "../../api/schema/decode.ts";
import { parseJson } from "../../api/schema/json-text.ts";
import { types } from "../../api/schema/types.ts";
import { Path } from "../../api/validation/field-error.ts";
import { asTarget, readBody } from "../encode/body.ts";
import type { HttpResponse } from "../exchange.ts";
import { updateObject } from "../registry/update.ts";
import { writeOptions } from "./options.ts";
import { unsupportedPatch } from "./patch.ts";
import { representation, respondObject } from "./respond.ts";
import type { Scope } from "./scope.ts";

export const scaleKind = {
  group: "autoscaling",
  version: "v1",
  kind: "Scale",
  get schema() {
    return types.struct("autoscaling/v1.Scale");
  },
};

const scaleOf = (scope: Scope): ScaleSubresource => scope.stored.scale as ScaleSubresource;

function show(scope: Scope, object: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const scale = scaleOf(scope);
  const selector = scale.selector(object);
  const replicas = scale.replicas(object);
  return {
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas ? { replicas } : {},
    status: { replicas: scale.statusReplicas(object), ...(selector && { selector }) },
  } as KubeObject;
}

export async function getScale(scope: Scope): Promise<HttpResponse> {
  const { registry, stored, info } = scope;
  return respondObject(scope, 200, scaleKind, show(scope, await registry.get(stored, info.namespace, info.name)));
}

export async function changeScale(scope: Scope): Promise<HttpResponse> {
  const { registry, stored, info, context, request } = scope;
  representation(request, true);
  const options = writeOptions(request.query, info.verb === "update" ? "UpdateOptions" : "PatchOptions");
  const body = await request.body();
  const { object } = await updateObject(registry, {
    kind: stored,
    subresource: "",
    namespace: info.namespace,
    name: info.name,
    options,
    context,
    change: (current) => rescaled(scope, current, wanted(scope, body, show(scope, current))),
  });
  return respondObject(scope, 200, scaleKind, show(scope, object));
}

/** The Scale that the client wants to see. */
function wanted(scope: Scope, body: Uint8Array, current: KubeObject): Draft {
  const { request, info, context } = scope;
  if (info.verb === "update") {
    // `kubectl scale --current-replicas` sends no content type
    return readBody(body, scaleKind, {
      contentType: request.headers["content-type"],
      fieldValidation: "Warn",
      warnings: context.warnings,
    });
  }
  const before = structuredCopy({ kind: "Scale", apiVersion: "autoscaling/v1", ...current }) as unknown as JsonObject;
  const text = new TextDecoder().decode(body);
  switch ((request.headers["content-type"] ?? "").split(";", 1)[0]) {
    case "application/json-patch+json":
      return asTarget(jsonPatch(before, readJsonPatch(text)), scaleKind);
    case "application/merge-patch+json":
    case "application/strategic-merge-patch+json":
      return asTarget(mergePatch(before, parseJson(text)), scaleKind);
    case "application/apply-patch+yaml":
      return asTarget(mergePatch(before, parseJson(text)), scaleKind);
    default:
      throw unsupportedPatch();
  }
}

function rescaled(scope: Scope, current: KubeObject, scale: Draft): Draft {
  const { stored, info } = scope;
  const { name, resourceVersion, uid } = scale.metadata;
  if (name && name !== info.name)
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${info.name})`);
  const replicas = (scale.spec as { replicas?: number } | undefined)?.replicas ?? 0;
  if (replicas < 0) {
    throw invalid({ group: "autoscaling", name: "Scale" }, info.name, [
      new Path("spec.replicas").invalid(replicas, "must be greater than or equal to 0"),
    ]);
  }
  if (uid && uid !== current.metadata.uid) {
    throw conflict(
      resourceOf(stored),
      info.name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`,
    );
  }
  const next = structuredCopy(current) as unknown as Draft;
  scaleOf(scope).setReplicas(next, replicas);
  if (resourceVersion) next.metadata.resourceVersion = resourceVersion;
  else delete next.metadata.resourceVersion;
  return next;
}
