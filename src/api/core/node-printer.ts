/** How `kubectl get nodes` shows a node. */
import type { Node } from "../generated/core-v1.ts";
import type { Printer } from "../kind.ts";
import { text, wide } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";

const rolePrefix = "node-role.kubernetes.io/";
const roleLabel = "kubernetes.io/role";

function roles({ labels = {} }: Node["metadata"]): string {
  const found = new Set<string>();
  for (const key in labels) {
    if (key.startsWith(rolePrefix) && key.length > rolePrefix.length) found.add(key.slice(rolePrefix.length));
    else if (key === roleLabel && labels[key]) found.add(labels[key]);
  }
  return [...found].sort().join(",") || "<none>";
}

function status({ spec, status: { conditions } }: Node): string {
  const ready = conditions?.findLast((condition) => condition.type === "Ready");
  const word = !ready ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady";
  return spec.unschedulable ? `${word},SchedulingDisabled` : word;
}

const address = (node: Node, type: string): string =>
  node.status.addresses?.find((one) => one.type === type)?.address ?? "<none>";

export const nodePrinter: Printer = {
  columns: [
    nameColumn,
    text("Status", "The status of the node"),
    text("Roles", "The roles of the node"),
    ageColumn,
    text("Version", "Kubelet Version reported by the node."),
    wide(
      "Internal-IP",
      "List of addresses reachable to the node. Queried from cloud provider, if available. More info: https://kubernetes.io/docs/reference/node/node-status/#addresses Note: This field is declared as mergeable, but the merge key is not sufficiently unique, which can cause data corruption when it is merged. Callers should instead use a full-replacement patch. See https://pr.k8s.io/79391 for an example. Consumers should assume that addresses can change during the lifetime of a Node. However, there are some exceptions where this may not be possible, such as Pods that inherit a Node's address in its own status or consumers of the downward API (status.hostIP).",
    ),
    wide(
      "External-IP",
      "List of addresses reachable to the node. Queried from cloud provider, if available. More info: https://kubernetes.io/docs/reference/node/node-status/#addresses Note: This field is declared as mergeable, but the merge key is not sufficiently unique, which can cause data corruption when it is merged. Callers should instead use a full-replacement patch. See https://pr.k8s.io/79391 for an example. Consumers should assume that addresses can change during the lifetime of a Node. However, there are some exceptions where this may not be possible, such as Pods that inherit a Node's address in its own status or consumers of the downward API (status.hostIP).",
    ),
    wide("OS-Image", "OS Image reported by the node from /etc/os-release (e.g. Debian GNU/Linux 7 (wheezy))."),
    wide("Kernel-Version", "Kernel Version reported by the node from 'uname -r' (e.g. 3.16.0-0.bpo.4-amd64)."),
    wide(
      "Container-Runtime",
      "ContainerRuntime Version reported by the node through runtime remote API (e.g. containerd://1.4.2).",
    ),
  ],
  cells(object, now) {
    const node = object as unknown as Node;
    const info = node.status.nodeInfo;
    const architecture = info?.architecture ? ` (${info.architecture})` : "";
    return [
      node.metadata.name ?? "",
      status(node),
      roles(node.metadata),
      age(node.metadata.creationTimestamp, now),
      info?.kubeletVersion ?? "",
      address(node, "InternalIP"),
      address(node, "ExternalIP"),
      info?.osImage || "<unknown>",
      (info?.kernelVersion || "<unknown>") + architecture,
      info?.containerRuntimeVersion || "<unknown>",
    ];
  },
};
