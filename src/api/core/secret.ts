import { defineKind } from "../kind.ts";

export const secret = defineKind({
  group: "",
  version: "v1",
  kind: "Secret",
  plural: "secrets",
  namespaced: true,
  type: "core/v1.Secret",
});
