/** Which nodes a pod may be on (https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/). */
import type * as core from "../generated/core-v1.ts";
import type { Shared } from "../object.ts";

type NodeSelectorTerm = Shared<core.NodeSelectorTerm>;
type Requirement = Shared<core.NodeSelectorRequirement>;
type NodeView = {
  readonly metadata: {
    readonly name?: string | undefined;
    readonly labels?: Readonly<Record<string, string>> | undefined;
  };
};
type SpecView = Pick<Shared<core.PodSpec>, "nodeSelector" | "affinity">;

function matchesRequirement({ operator, values = [] }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case "In":
      return value !== undefined && (values ?? []).includes(value);
    case "NotIn":
      return value === undefined || !(values ?? []).includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
    case "Lt": {
      if (value === undefined || !/^-?\d+$/.test(value) || !/^-?\d+$/.test(values?.[0] ?? "")) return false;
      const [own, limit] = [BigInt(value), BigInt(values?.[0] ?? "0")];
      return operator === "Gt" ? own > limit : own < limit;
    }
    default:
      return false;
  }
}

/** A term without requirements matches nothing. */
export function matchesTerm({ matchExpressions, matchFields }: NodeSelectorTerm, { metadata }: NodeView): boolean {
  const expressions = matchExpressions ?? [];
  const fields = matchFields ?? [];
  if (expressions.length === 0 && fields.length === 0) return false;
  return (
    expressions.every((r) => matchesRequirement(r, metadata.labels?.[r.key])) &&
    fields.every((r) => matchesRequirement(r, r.key === "metadata.name" ? metadata.name : undefined))
  );
}

/** Whether the node is one that the pod's selector and required affinity allow. */
export function matchesNode(spec: SpecView, node: NodeView): boolean {
  const labels = node.metadata.labels ?? {};
  for (const key in spec.nodeSelector) if (labels[key] !== spec.nodeSelector[key]) return false;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return !required || (required.nodeSelectorTerms ?? []).some((term) => matchesTerm(term, node));
}
