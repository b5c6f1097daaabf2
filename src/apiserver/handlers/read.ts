/** GET of one object and of lists. */

import { badRequest } from "../../api/errors.ts";
import type { HttpResponse } from "../exchange.ts";
import { listObjects, noVersion, waitFor } from "../registry/read.ts";
import { listOptions } from "./options.ts";
import { representation, respondList, respondObject } from "./respond.ts";
import type { Scope } from "./scope.ts";

export async function getOne(scope: Scope): Promise<HttpResponse> {
  const { registry, stored, kind, info, request } = scope;
  representation(request, true);
  const asked = request.query.get("resourceVersion");
  if (asked && asked !== "0") {
    if (!/^\d+$/.test(asked)) throw badRequest(noVersion(asked));
    await waitFor(registry, Number(asked));
  }
  const object = await registry.get(stored, info.namespace, info.name);
  return respondObject(scope, 200, kind, kind.storedAs ? kind.storedAs.fromStored(object) : object);
}

export async function getList(scope: Scope): Promise<HttpResponse> {
  const { registry, kind, info, request } = scope;
  representation(request, true);
  const options = listOptions(request.query);
  const named = info.name ? { ...options, fieldSelector: `metadata.name=${info.name}` } : options;
  const list = await listObjects(registry, kind, info.resource === "namespaces" ? undefined : info.namespace, named);
  const from = kind.storedAs?.fromStored;
  return respondList(scope, from ? { ...list, items: list.items.map(from) } : list);
}
