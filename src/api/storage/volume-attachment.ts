import type { VolumeAttachment } from "../generated/storage-v1.ts";
import { defineKind } from "../kind.ts";
import type { Draft, KubeObject } from "../object.ts";
import { volumeAttachmentPrinter } from "./storage-printers.ts";
import { validateAttachment, validateAttachmentUpdate } from "./validation/volume-attachment.ts";

const asAttachment = (object: Draft | KubeObject): VolumeAttachment => object as unknown as VolumeAttachment;

export const volumeAttachment = defineKind({
  group: "storage.k8s.io",
  version: "v1",
  kind: "VolumeAttachment",
  plural: "volumeattachments",
  namespaced: false,
  type: "storage/v1.VolumeAttachment",
  strategy: {
    validate: (object) => validateAttachment(asAttachment(object)),
    validateUpdate: (object, old) => validateAttachmentUpdate(asAttachment(object), asAttachment(old)),
    allowUnconditionalUpdate: false,
    returnsDeleted: true,
  },
  status: {
    verbs: ["get", "patch", "update"],
    validateUpdate: (object, old) => validateAttachmentUpdate(asAttachment(object), asAttachment(old)),
  },
  printer: volumeAttachmentPrinter,
});
