/** POST and PUT of objects. */
import { badRequest, forbidden } from "../../api/errors.ts";
import { resourceOf } from "../../api/kind.ts";
import type { Draft, KubeObject } from "../../api/object.ts";
import type { WriteOptions } from "../context.ts";
import { readBody } from "../encode/body.ts";
import { typed } from "../encode/objects.ts";
import type { HttpResponse } from "../exchange.ts";
import { createObject } from "../registry/create.ts";
import { updateObject } from "../registry/update.ts";
import { writeOptions } from "./options.ts";
import { representation, respondObject } from "./respond.ts";
import type { Scope } from "./scope.ts";

/** The body as the kind of the path, with defaults, in the form it is stored in. */
export async function readObject(scope: Scope, options: WriteOptions): Promise<Draft> {
  const { request, kind, context } = scope;
  const object = readBody(await request.body(), kind, {
    contentType: request.headers["content-type"],
    fieldValidation: options.fieldValidation ?? "Warn",
    warnings: context.warnings,
  });
  if (context.audited) context.audited.requestObject(typed(kind, structuredClone(object) as unknown as KubeObject));
  return complete(scope, object);
}

/** Fills in defaults and brings the object into its stored form, without the names that every object of its kind shares. */
export function complete({ kind, stored }: Pick<Scope, "kind" | "stored">, object: Draft): Draft {
  kind.strategy.defaults?.(object);
  const made = kind.storedAs ? kind.storedAs.toStored(object) : object;
  if (made !== object) stored.strategy.defaults?.(made);
  if (!stored.custom) {
    delete made.kind;
    delete made.apiVersion;
  }
  return made;
}

export const shown = ({ kind }: Pick<Scope, "kind">, object: KubeObject): KubeObject =>
  kind.storedAs ? kind.storedAs.fromStored(object) : object;

const terminatingText = "create not allowed while custom resource definition is terminating";

export async function create(scope: Scope): Promise<HttpResponse> {
  const { registry, kind, stored, info, context, request } = scope;
  representation(request, true);
  const options = writeOptions(request.query, "CreateOptions");
  const object = await readObject(scope, options);
  if (kind.custom?.isTerminating) throw forbidden(resourceOf(kind), object.metadata.name ?? "", terminatingText);
  const made = await createObject(registry, {
    kind: stored,
    spoken: kind,
    namespace: info.namespace,
    object,
    options,
    context,
  });
  return respondObject(scope, 201, kind, shown(scope, made));
}

export async function replace(scope: Scope): Promise<HttpResponse> {
  const { registry, kind, stored, info, context, request } = scope;
  representation(request, true);
  const options = writeOptions(request.query, "UpdateOptions");
  const object = await readObject(scope, options);
  checkName(object, info.name);
  const { object: updated, created } = await updateObject(registry, {
    kind: stored,
    spoken: kind,
    subresource: info.subresource,
    namespace: info.namespace,
    name: info.name,
    sameUid: true,
    change: () => ({ ...object, metadata: { ...object.metadata } }),
    ...(stored.strategy.allowCreateOnUpdate &&
      !info.subresource && {
        create: async () => {
          await context.mayCreate?.(info);
          return { ...object, metadata: { ...object.metadata } };
        },
      }),
    options,
    context,
  });
  return respondObject(scope, created ? 201 : 200, kind, shown(scope, updated));
}

/** The name in the body must be the one in the path. Throws BadRequest. */
export function checkName(object: Draft, name: string): void {
  const given = object.metadata.name ?? "";
  if (!given)
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  if (given !== name)
    throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
}
