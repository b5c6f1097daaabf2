import { defineKind } from "../kind.ts";
import { volumeAttachmentPrinter } from "./storage-printers.ts";

export const volumeAttachment = defineKind({
  group: "storage.k8s.io",
  version: "v1",
  kind: "VolumeAttachment",
  plural: "volumeattachments",
  namespaced: false,
  type: "storage/v1.VolumeAttachment",
  status: true,
  printer: volumeAttachmentPrinter,
});
