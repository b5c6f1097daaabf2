import { defineKind } from "../kind.ts";

export const pod = defineKind({
  group: "",
  version: "v1",
  kind: "Pod",
  plural: "pods",
  shortNames: ["po"],
  categories: ["all"],
  namespaced: true,
  type: "core/v1.Pod",
  status: true,
  objectSubresources: {
    ephemeralcontainers: { verbs: ["get", "patch", "update"] },
    resize: { verbs: ["get", "patch", "update"] },
  },
  foreignSubresources: {
    attach: { verbs: ["create", "get"], kind: { group: "", version: "v1", kind: "PodAttachOptions" } },
    binding: { verbs: ["create"], kind: { group: "", version: "v1", kind: "Binding" } },
    eviction: { verbs: ["create"], kind: { group: "policy", version: "v1", kind: "Eviction" } },
    exec: { verbs: ["create", "get"], kind: { group: "", version: "v1", kind: "PodExecOptions" } },
    log: { verbs: ["get"], kind: { group: "", version: "v1", kind: "Pod" } },
    portforward: { verbs: ["create", "get"], kind: { group: "", version: "v1", kind: "PodPortForwardOptions" } },
    proxy: {
      verbs: ["create", "delete", "get", "patch", "update"],
      kind: { group: "", version: "v1", kind: "PodProxyOptions" },
    },
  },
});
