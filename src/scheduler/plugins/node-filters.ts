/** Plugins that look at nothing but the node itself: its name, whether it takes pods, its taints, its labels, its ports. */
import { matchesNode, matchesTerm } from "../../api/core/node-affinity.ts";
import { forbids, type Taint, tolerates, untolerated } from "../../api/core/taints.ts";
import { type FilterPlugin, maxScore, normalizeByMax, reject, rejectFinally, type ScorePlugin } from "../framework.ts";
import type { PodInfo } from "../pod-info.ts";

const unschedulableTaint: Taint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };

export const nodeUnschedulable: FilterPlugin = {
  name: "NodeUnschedulable",
  retryOn: ["node/add", "node/taints", "pod/self"],
  prepare({ pod }) {
    const tolerated = (pod.spec.tolerations ?? []).some((t) => tolerates(t, unschedulableTaint));
    if (tolerated) return { skip: true };
    return {
      filter: ({ node }) => (node.spec.unschedulable ? rejectFinally("node(s) were unschedulable") : undefined),
    };
  },
};

export const nodeName: FilterPlugin = {
  name: "NodeName",
  retryOn: ["node/add"],
  prepare({ pod }) {
    const wanted = pod.spec.nodeName;
    if (!wanted) return { skip: true };
    return {
      filter: ({ name }) =>
        name === wanted ? undefined : rejectFinally("node(s) didn't match the requested node name"),
    };
  },
};

export const taintToleration: FilterPlugin & ScorePlugin = {
  name: "TaintToleration",
  weight: 3,
  retryOn: ["node/add", "node/taints", "pod/self"],
  prepare({ pod }) {
    return {
      filter({ node }) {
        const taint = untolerated(node.spec.taints, pod.spec.tolerations, forbids);
        return taint ? rejectFinally("node(s) had untolerated taint(s)") : undefined;
      },
    };
  },
  prepareScore({ pod }) {
    const soft = (pod.spec.tolerations ?? []).filter(({ effect }) => !effect || effect === "PreferNoSchedule");
    const counts = ({ effect }: Taint): boolean => effect === "PreferNoSchedule";
    return {
      score: ({ node }) =>
        (node.spec.taints ?? []).filter((taint) => counts(taint) && !soft.some((t) => tolerates(t, taint))).length,
      normalize: (scores) => normalizeByMax(scores, true),
    };
  },
};

export const nodeAffinity: FilterPlugin & ScorePlugin = {
  name: "NodeAffinity",
  weight: 2,
  retryOn: ["node/add", "node/labels"],
  prepare({ pod }) {
    const { spec } = pod;
    const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    if (!spec.nodeSelector && !required) return { skip: true };
    const only = namesAskedFor(pod);
    return {
      ...(only && { only }),
      filter: ({ node }) =>
        matchesNode(spec, node) ? undefined : rejectFinally("node(s) didn't match Pod's node affinity/selector"),
    };
  },
  prepareScore({ pod }) {
    const terms = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (!terms.length) return undefined;
    return {
      score: ({ node }) =>
        terms.reduce((sum, { weight, preference }) => sum + (matchesTerm(preference, node) ? weight : 0), 0),
      normalize: (scores) => normalizeByMax(scores),
    };
  },
};

/** The names that every term of the required affinity asks for, if each asks for some: no other node needs a look. */
function namesAskedFor(pod: PodInfo["pod"]): ReadonlySet<string> | undefined {
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (!terms?.length) return undefined;
  const names = new Set<string>();
  for (const { matchFields } of terms) {
    const asked = (matchFields ?? []).filter((r) => r.key === "metadata.name" && r.operator === "In");
    if (!asked.length) return undefined;
    const [first, ...others] = asked.map((r) => new Set(r.values ?? []));
    for (const name of first ?? []) if (others.every((set) => set.has(name))) names.add(name);
  }
  return names;
}

export const nodePorts: FilterPlugin = {
  name: "NodePorts",
  retryOn: ["node/add", "pod/delete"],
  prepare({ hostPorts }) {
    if (!hostPorts.length) return { skip: true };
    return {
      filter: (node) =>
        hostPorts.some((port) => node.isTaken(port))
          ? reject("node(s) didn't have free ports for the requested pod ports")
          : undefined,
    };
  },
};

const mebi = 1024 * 1024;
const leastBytes = 23 * mebi;
const mostBytesPerContainer = 1000 * mebi;

/** Nodes that have the images already come first, but not all pods onto the one node that does. */
export const imageLocality: ScorePlugin = {
  name: "ImageLocality",
  weight: 1,
  prepareScore({ pod }, snapshot) {
    const containers = [...(pod.spec.initContainers ?? []), ...(pod.spec.containers ?? [])];
    const names = containers.map(({ image = "" }) =>
      image.lastIndexOf(":") <= image.lastIndexOf("/") ? `${image}:latest` : image,
    );
    const most = mostBytesPerContainer * containers.length;
    return {
      score(node) {
        let sum = 0;
        for (const name of names) {
          const size = node.images.get(name);
          if (size !== undefined) sum += Math.trunc((size * snapshot.nodesWithImage(name)) / snapshot.nodes.length);
        }
        const clamped = Math.min(Math.max(sum, leastBytes), most);
        return Math.trunc((maxScore * (clamped - leastBytes)) / (most - leastBytes));
      },
    };
  },
};
