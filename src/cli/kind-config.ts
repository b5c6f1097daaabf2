/**
 * kind's cluster configuration, v1alpha4 (https://kind.sigs.k8s.io/docs/user/configuration/): what of it has a meaning here,
 * and what is left alone, so that it can be said.
 */
import { parse } from "yaml";
import type { PortMapping } from "../cluster/files/cluster-directory.ts";
import { Failure } from "./failure.ts";

export interface WantedNode {
  readonly role: "control-plane" | "worker";
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly PortMapping[];
}

export interface WantedCluster {
  readonly name?: string;
  /** The control plane first. */
  readonly nodes: readonly WantedNode[];
  readonly port?: number;
  readonly ranges: { readonly pods?: string; readonly services?: string };
  /** What the file asks for that has no meaning here, as it calls it. */
  readonly ignored: readonly string[];
}

interface KindNode {
  readonly role?: string;
  readonly labels?: Record<string, string>;
  readonly extraPortMappings?: readonly {
    readonly containerPort: number;
    readonly hostPort?: number;
    readonly listenAddress?: string;
    readonly protocol?: string;
  }[];
}

interface KindCluster {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly name?: string;
  readonly nodes?: readonly KindNode[];
  readonly networking?: {
    readonly apiServerPort?: number;
    readonly podSubnet?: string;
    readonly serviceSubnet?: string;
  };
}

const header = ["kind", "apiVersion", "name", "nodes", "networking"];
const ofNodes = ["role", "labels", "extraPortMappings"];
const ofNetworking = ["apiServerPort", "podSubnet", "serviceSubnet"];

const refuse = (what: string, why: string, hint: string): Failure => new Failure(what, why, hint, 2);

/** Reads one document. Throws Failure. */
export function readKindConfig(text: string): WantedCluster {
  const config = parse(text) as KindCluster | undefined;
  if (config?.kind !== "Cluster" || config.apiVersion !== "kind.x-k8s.io/v1alpha4") {
    throw refuse(
      "the configuration cannot be read",
      "it is no kind configuration: kind: Cluster, apiVersion: kind.x-k8s.io/v1alpha4",
      "cox up --workers 3",
    );
  }
  const asked = config.nodes ?? [{ role: "control-plane" }];
  const nodes = asked.map(wantedNode);
  const planes = nodes.filter(({ role }) => role === "control-plane");
  if (planes.length !== 1) {
    const why = "a cluster on one machine has one";
    throw refuse(`${planes.length} control planes are asked for`, why, "leave one node with role: control-plane");
  }
  const { apiServerPort, podSubnet, serviceSubnet } = config.networking ?? {};
  return {
    ...(config.name && { name: config.name }),
    nodes: [...planes, ...nodes.filter(({ role }) => role === "worker")],
    ...(apiServerPort !== undefined && { port: apiServerPort }),
    ranges: {
      ...(podSubnet && { pods: wholeRange("podSubnet", podSubnet) }),
      ...(serviceSubnet && { services: wholeRange("serviceSubnet", serviceSubnet) }),
    },
    ignored: [
      ...others("", config, header),
      ...others("networking.", config.networking ?? {}, ofNetworking),
      ...new Set(asked.flatMap((node) => others("nodes.", node, ofNodes))),
    ],
  };
}

function wantedNode({ role = "control-plane", labels = {}, extraPortMappings = [] }: KindNode): WantedNode {
  if (role !== "control-plane" && role !== "worker")
    throw refuse(`a node has the role ${role}`, "there are control-plane and worker", "role: worker");
  const ports = extraPortMappings.map(({ containerPort, hostPort = 0, listenAddress, protocol = "TCP" }) => {
    if (protocol !== "TCP")
      throw refuse(`a port mapping is for ${protocol}`, "only TCP is mapped to nodes", "protocol: TCP");
    // this machine alone, where nothing else is asked for
    return { nodePort: containerPort, hostPort: hostPort || containerPort, address: listenAddress ?? "127.0.0.1" };
  });
  return { role, labels, ports };
}

/** Ranges of pods and services are /16 here. */
function wholeRange(what: string, range: string): string {
  if (/^\d+\.\d+\.0\.0\/16$/.test(range)) return range;
  throw refuse(`${what} is ${range}`, "the range must be a /16 of IPv4", `${what}: "10.244.0.0/16"`);
}

const others = (prefix: string, given: object, known: readonly string[]): string[] =>
  Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => `${prefix}${name}`);
