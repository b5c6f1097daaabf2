import { defineKind } from "../kind.ts";

export const namespace = defineKind({
  group: "",
  version: "v1",
  kind: "Namespace",
  plural: "namespaces",
  shortNames: ["ns"],
  namespaced: false,
  verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
  type: "core/v1.Namespace",
  status: true,
  objectSubresources: { finalize: { verbs: ["update"] } },
});
