/** Tells every node for how long it may keep what it read, by an annotation. */
import { ApiError } from "../../api/errors.ts";
import type * as core from "../../api/generated/core-v1.ts";
import { nodes } from "../../client/kinds.ts";
import { type Controller, done } from "../../reconciler/controller.ts";
import { secondsOf, stepFor } from "./plan.ts";

const annotation = "node.alpha.kubernetes.io/ttl";

export function nodeTtlController(): Controller<core.Node> {
  let step = 0;
  return {
    name: "ttl-controller",
    reconciles: nodes,
    async reconcile(name, { cache, client }) {
      step = stepFor(cache(nodes).size, step);
      const node = cache(nodes).get(name);
      const wanted = String(secondsOf(step));
      if (!node || node.metadata.annotations?.[annotation] === wanted) return done;
      try {
        await client.patch(nodes, { name }, { metadata: { annotations: { [annotation]: wanted } } });
      } catch (error) {
        if (!(error instanceof ApiError && error.reason === "NotFound")) throw error;
      }
      return done;
    },
  };
}
