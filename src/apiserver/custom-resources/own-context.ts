/** Who the server is when it writes on its own behalf. */
import { uuid } from "../../base/random.ts";
import type { RequestContext } from "../context.ts";
import type { Registry } from "../registry/registry.ts";

export const ownContext = (registry: Registry): RequestContext => ({
  user: { name: "system:apiserver", groups: ["system:masters"] },
  cause: { request: uuid(registry.random) },
  defaultManager: "kube-apiserver",
  warnings: [],
});
