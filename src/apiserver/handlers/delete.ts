/** DELETE of one object and of collections. */
import type { Status } from "../../api/errors.ts";
import { type Kind, resourceOf } from "../../api/kind.ts";
import type { KubeObject } from "../../api/object.ts";
import type { DeleteOptions } from "../context.ts";
import type { HttpResponse } from "../exchange.ts";
import { deleteObject } from "../registry/delete.ts";
import { listObjects } from "../registry/read.ts";
import { deleteOptions, listOptions } from "./options.ts";
import { representation, respondList, respondObject, respondStatus } from "./respond.ts";
import type { Scope } from "./scope.ts";
import { shown } from "./write.ts";

export async function deleteOne(scope: Scope): Promise<HttpResponse> {
  const { registry, stored, kind, info, context, request } = scope;
  representation(request, true);
  const options = await deleteOptions(request);
  const deleted = await deleteObject(registry, {
    kind: stored,
    namespace: info.namespace,
    name: info.name,
    options,
    context,
  });
  const status = deleted.gone || !waitsForDependents(options) ? 200 : 202;
  if (!deleted.gone || stored.strategy.returnsDeleted)
    return respondObject(scope, status, kind, shown(scope, deleted.object));
  return respondStatus(request, status, deletedStatus(kind, info.name, deleted), context.warnings);
}

/** A client that asked in the oldest of ways hears that the deletion has only begun; upstream tells no other. */
const waitsForDependents = ({ orphanDependents }: DeleteOptions): boolean => orphanDependents === false;

export function deletedStatus(kind: Kind, name: string, { object }: { object: KubeObject }): Status {
  const { group, name: plural } = resourceOf(kind);
  const uid = object.metadata.uid;
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: { name, ...(group && { group }), kind: plural, ...(uid && { uid }) },
  };
}

/** How many deletions of a collection are under way at once. */
const workers = 16;

export async function deleteCollection(scope: Scope): Promise<HttpResponse> {
  const { registry, stored, kind, info, context, request } = scope;
  representation(request, true);
  const options = await deleteOptions(request);
  const list = await listObjects(registry, kind, info.namespace, listOptions(request.query));
  const waiting = [...list.items];
  const work = async (): Promise<void> => {
    for (let object = waiting.shift(); object; object = waiting.shift()) {
      const { name = "", namespace = "" } = object.metadata;
      const one = { kind: stored, namespace, name, options, context, inCollection: true };
      await deleteObject(registry, one).catch(ignoreMissing);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  const { items: _, ...metadata } = list;
  return respondList({ ...scope, kind }, { ...metadata, items: list.items.map((o) => shown(scope, o)) });
}

function ignoreMissing(error: unknown): undefined {
  if ((error as { reason?: string }).reason === "NotFound") return undefined;
  throw error;
}
