/** kind's cluster configuration, v1alpha4 (https://kind.sigs.k8s.io/docs/user/configuration/): what of it has a meaning here. */
import { parse } from "yaml";
import { Failure } from "./failure.ts";

export interface WantedNodes {
  readonly workers: number;
  readonly port?: number;
}

export function nodesFromKindConfig(text: string): WantedNodes {
  const config = parse(text) as
    | { kind?: string; apiVersion?: string; nodes?: { role?: string }[]; networking?: { apiServerPort?: number } }
    | undefined;
  if (config?.kind !== "Cluster" || config.apiVersion !== "kind.x-k8s.io/v1alpha4") {
    throw new Failure(
      "the configuration cannot be read",
      "it is no kind configuration: kind: Cluster, apiVersion: kind.x-k8s.io/v1alpha4",
      "cox up --workers 3",
      2,
    );
  }
  const nodes = config.nodes ?? [{ role: "control-plane" }];
  const planes = nodes.filter((n) => (n.role ?? "control-plane") === "control-plane").length;
  if (planes !== 1) {
    throw new Failure(
      `${planes} control planes are asked for`,
      "a cluster on one machine has one",
      "leave one node with role: control-plane",
      2,
    );
  }
  const port = config.networking?.apiServerPort;
  return { workers: nodes.length - planes, ...(port !== undefined && { port }) };
}
