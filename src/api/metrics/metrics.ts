/** The kinds of metrics.k8s.io (https://github.com/kubernetes/metrics): read alone, and served where there are nodes to ask. */
import { defineKind } from "../kind.ts";

const common = { group: "metrics.k8s.io", version: "v1beta1", verbs: ["get", "list"] } as const;

export const nodeMetrics = defineKind({
  ...common,
  kind: "NodeMetrics",
  plural: "nodes",
  namespaced: false,
  type: "metrics/v1beta1.NodeMetrics",
});

export const podMetrics = defineKind({
  ...common,
  kind: "PodMetrics",
  plural: "pods",
  namespaced: true,
  type: "metrics/v1beta1.PodMetrics",
});
