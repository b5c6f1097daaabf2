/** The parts of the control plane as they once were told of: deprecated, and here always well, for they are one program. */
import { notFound } from "../../api/errors.ts";
import type { KubeObject } from "../../api/object.ts";
import type { HttpResponse } from "../exchange.ts";
import { respondList, respondObject } from "../handlers/respond.ts";
import type { Scope } from "../handlers/scope.ts";

const parts = ["controller-manager", "etcd-0", "scheduler"];
const part = (name: string): KubeObject => ({
  metadata: { name },
  conditions: [{ type: "Healthy", status: "True", message: "ok" }],
});

export async function componentStatuses(scope: Scope): Promise<HttpResponse> {
  const { info, kind, registry } = scope;
  if (!info.name)
    return respondList(scope, { items: parts.map(part), resourceVersion: String(registry.store.revision) });
  if (!parts.includes(info.name)) throw notFound({ group: "", name: "componentstatus" }, info.name);
  return respondObject(scope, 200, kind, part(info.name));
}
