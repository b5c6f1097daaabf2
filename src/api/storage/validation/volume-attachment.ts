import { validateInlineVolume } from "../../core/validation/persistent-volume.ts";
import { validateCsiDriverName } from "../../core/validation/volume-sources.ts";
import type { VolumeAttachment, VolumeError } from "../../generated/storage-v1.ts";
import { deepEqual } from "../../object.ts";
import { report } from "../../validation/checks.ts";
import { type FieldError, Path } from "../../validation/field-error.ts";
import { inRange, isDns1123Subdomain, utf8Length } from "../../validation/names.ts";
import { immutableText } from "../../validation/object-meta.ts";

const specPath = new Path("spec");
const statusPath = new Path("status");
const largestMetadata = 256 * 1024;
const longestMessage = 1024;

export function validateAttachment({ spec, status }: VolumeAttachment): FieldError[] {
  const errors: FieldError[] = [];
  validateCsiDriverName(errors, spec.attacher, specPath.child("attacher"));
  const path = specPath.child("source");
  const { inlineVolumeSpec: inline, persistentVolumeName: name } = spec.source;
  const one = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
  if (!inline && name === undefined) errors.push(path.required(one));
  else if (inline && name !== undefined) errors.push(path.forbidden(one));
  else if (name === "")
    errors.push(path.child("persistentVolumeName").required("must specify non empty persistentVolumeName"));
  else if (inline) validateInlineVolume(errors, inline, path.child("inlineVolumeSpec"));
  report(errors, specPath.child("nodeName"), spec.nodeName, isDns1123Subdomain(spec.nodeName));
  const entries = Object.entries(status.attachmentMetadata ?? {});
  const size = entries.reduce((sum, [key, value]) => sum + utf8Length(key) + utf8Length(value), 0);
  if (size > largestMetadata) errors.push(statusPath.child("attachmentMetadata").tooLong(largestMetadata));
  validateError(errors, status.attachError, statusPath.child("attachError"));
  validateError(errors, status.detachError, statusPath.child("detachError"));
  if (name !== undefined) report(errors, path.child("persistentVolumeName"), name, isDns1123Subdomain(name));
  return errors;
}

function validateError(errors: FieldError[], error: VolumeError | undefined, path: Path): void {
  if (!error) return;
  const { message = "", errorCode } = error;
  if (utf8Length(message) > longestMessage) errors.push(path.child("message").tooLong(largestMetadata)); // upstream's limit
  if (errorCode !== undefined && errorCode < 0)
    errors.push(path.child("errorCode").invalid(errorCode, inRange(0, 2 ** 31 - 1)));
}

export function validateAttachmentUpdate(made: VolumeAttachment, old: VolumeAttachment): FieldError[] {
  const errors = validateAttachment(made);
  if (deepEqual(made.spec, old.spec)) return errors;
  const { attacher, nodeName, source } = made.spec;
  const shown = {
    Attacher: attacher,
    Source: {
      PersistentVolumeName: source.persistentVolumeName ?? null,
      InlineVolumeSpec: source.inlineVolumeSpec ?? null,
    },
    NodeName: nodeName,
  };
  errors.push(specPath.invalid(shown, immutableText));
  return errors;
}
