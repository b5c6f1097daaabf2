/** Which container of which pod a log or a session is of. */
import { pod as podKind } from "../../api/core/pod.ts";
import { badRequest, internal } from "../../api/errors.ts";
import type { Pod } from "../../api/generated/core-v1.ts";
import type { Scope } from "../handlers/scope.ts";
import type { NodeConnection, NodeConnections, PodTarget } from "./node-connection.ts";

export async function findPod({ registry, info }: Scope): Promise<Pod> {
  return (await registry.get(podKind, info.namespace, info.name)) as unknown as Pod;
}

/** The container that is asked for, the one that the pod's annotation names, or the only one. Throws BadRequest. */
export function containerOf({ spec, metadata }: Pod, asked: string): string {
  const names = (containers: readonly { name: string }[] | null | undefined): string[] =>
    (containers ?? []).map((c) => c.name);
  const [main, init, ephemeral] = [names(spec.containers), names(spec.initContainers), names(spec.ephemeralContainers)];
  if (asked) {
    if (![...main, ...init, ...ephemeral].includes(asked))
      throw badRequest(`container ${asked} is not valid for pod ${metadata.name}`);
    return asked;
  }
  const [only, ...others] = main;
  if (only !== undefined && !others.length) return only;
  const chosen = metadata.annotations?.["kubectl.kubernetes.io/default-container"];
  if (chosen && main.includes(chosen)) return chosen;
  throw badRequest(
    `a container name must be specified for pod ${metadata.name}, choose one of: [${[...init, ...main, ...ephemeral].join(" ")}]`,
  );
}

export const targetOf = ({ metadata }: Pod): PodTarget => ({
  namespace: metadata.namespace ?? "",
  name: metadata.name ?? "",
  uid: metadata.uid ?? "",
});

/** The way to the pod's node. Throws where there is none. */
export function connectionOf({ spec, metadata }: Pod, nodes: NodeConnections): NodeConnection {
  if (!spec.nodeName) throw badRequest(`pod ${metadata.name} does not have a host assigned`);
  const connection = nodes.to(spec.nodeName);
  if (!connection) throw internal(`error dialing backend: node ${spec.nodeName} is not reachable`);
  return connection;
}
