import { defineKind } from "../kind.ts";

export const volumeAttachment = defineKind({
  group: "storage.k8s.io",
  version: "v1",
  kind: "VolumeAttachment",
  plural: "volumeattachments",
  namespaced: false,
  type: "storage/v1.VolumeAttachment",
  status: true,
});
