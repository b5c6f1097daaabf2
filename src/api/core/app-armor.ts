/** AppArmor profiles: the annotations that named them before v1.30, and the fields that do now. */
import type { AppArmorProfile, Container, EphemeralContainer, Pod, PodSpec } from "../generated/core-v1.ts";
import { deepEqual } from "../object.ts";
import type { FieldError, Path } from "../validation/field-error.ts";

const annotationPrefix = "container.apparmor.security.beta.kubernetes.io/";
export const appArmorAnnotation = (container: string): string => annotationPrefix + container;

export const allContainers = (spec: PodSpec): readonly (Container | EphemeralContainer)[] => [
  ...(spec.initContainers ?? []),
  ...(spec.containers ?? []),
  ...(spec.ephemeralContainers ?? []),
];

/** The profile that an annotation names; undefined if it names none. */
export function profileOfAnnotation(annotation: string): AppArmorProfile | undefined {
  if (annotation === "unconfined") return { type: "Unconfined" };
  if (annotation === "runtime/default") return { type: "RuntimeDefault" };
  const name = annotation.startsWith("localhost/") ? annotation.slice("localhost/".length) : "";
  if (!name || name !== name.trim() || name.length > longestProfile) return undefined;
  return { type: "Localhost", localhostProfile: name };
}

/** Annotations of old clients become fields, where the fields say nothing. */
export function applyAppArmorAnnotations({ spec, metadata: { annotations } }: Pod): void {
  if (!annotations || spec.os?.name === "windows") return;
  for (const container of allContainers(spec)) {
    const annotation = annotations[appArmorAnnotation(container.name)];
    if (annotation === undefined || container.securityContext?.appArmorProfile) continue;
    const profile = profileOfAnnotation(annotation);
    if (!profile || deepEqual(profile, spec.securityContext?.appArmorProfile)) continue;
    container.securityContext ??= {};
    container.securityContext.appArmorProfile = profile;
  }
}

const longestProfile = 4095;

export function validateAppArmorProfile(profile: AppArmorProfile | undefined, path: Path): FieldError[] {
  if (!profile) return [];
  const at = path.child("localhostProfile");
  const name = profile.localhostProfile;
  switch (profile.type) {
    case "Localhost": {
      const missing = "must be set when AppArmor type is Localhost";
      if (name === undefined) return [at.required(missing)];
      return [
        ...(name.trim() !== name
          ? [at.invalid(name, "must not be padded with whitespace")]
          : name === ""
            ? [at.required(missing)]
            : []),
        ...(name.length > longestProfile ? [at.tooLong(longestProfile)] : []),
      ];
    }
    case "RuntimeDefault":
    case "Unconfined":
      return name === undefined ? [] : [at.invalid(name, "can only be set when AppArmor type is Localhost")];
    case "":
      return [path.child("type").required("type is required when appArmorProfile is set")];
    default:
      return [path.child("type").notSupported(profile.type, ["Localhost", "RuntimeDefault", "Unconfined"])];
  }
}
