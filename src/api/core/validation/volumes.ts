/** Volumes of a pod: each has a name of its own and one source. */
import type { Volume } from "../../generated/core-v1.ts";
import { report } from "../../validation/checks.ts";
import type { FieldError, Path } from "../../validation/field-error.ts";
import { isDns1123Label } from "../../validation/names.ts";
import { type VolumeContext, volumeRules } from "./volume-rules.ts";

/** What the containers may mount. */
export type VolumesByName = ReadonlyMap<string, Volume>;

const noVolumes: VolumesByName = new Map();

/** Looks at the volumes; gives those that are well formed. */
export function validateVolumes(
  errors: FieldError[],
  volumes: readonly Volume[] | undefined,
  path: Path,
  context: VolumeContext,
): VolumesByName {
  if (!volumes?.length) return noVolumes;
  const good = new Map<string, Volume>();
  const podName = context.podMeta?.name;
  for (const [i, volume] of volumes.entries()) {
    const at = path.index(i);
    const before = errors.length;
    validateSource(errors, volume, at, context);
    if (!volume.name) errors.push(at.child("name").required());
    else report(errors, at.child("name"), volume.name, isDns1123Label(volume.name));
    if (good.has(volume.name)) errors.push(at.child("name").duplicate(volume.name));
    if (errors.length === before) good.set(volume.name, volume);
    const claim = volume.persistentVolumeClaim?.claimName;
    if (podName && claim && volumes.some((other) => other.ephemeral && claim === `${podName}-${other.name}`)) {
      errors.push(
        at
          .child("persistentVolumeClaim", "claimName")
          .invalid(claim, "must not reference a PVC that gets created for an ephemeral volume"),
      );
    }
  }
  return good;
}

const longestIscsiName = 64;

function validateSource(errors: FieldError[], volume: Volume, path: Path, context: VolumeContext): void {
  let found = false;
  for (const rule of volumeRules) {
    if (volume[rule.field] === undefined) continue;
    if (found) errors.push(path.child(rule.surplusName).forbidden("may not specify more than 1 volume type"));
    else rule.check(errors, volume, path, context);
    found = true;
    if (rule.field === "iscsi") checkIscsiLength(errors, volume, path);
  }
  if (!found) errors.push(path.required("must specify a volume type"));
}

function checkIscsiLength(errors: FieldError[], { name, iscsi }: Volume, path: Path): void {
  if (iscsi?.initiatorName === undefined || `${name}:${iscsi.targetPortal}`.length <= longestIscsiName) return;
  errors.push(
    path
      .child("name")
      .invalid(
        name,
        "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.",
      ),
  );
}
