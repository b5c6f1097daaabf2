/** What the server says of pods and templates that it takes but that are odd or of old (upstream's `pkg/api/pod/warnings.go`). */
import type { Affinity, Pod, PodAffinity, PodSpec, PodTemplateSpec, Volume } from "../../generated/core-v1.ts";
import type { ObjectMeta } from "../../generated/meta-v1.ts";
import { deepEqual } from "../../object.ts";
import { Path, quoted } from "../../validation/field-error.ts";
import { warningsForIp } from "../../validation/ip.ts";
import { isDns1123Label } from "../../validation/names.ts";
import { allContainers, appArmorAnnotation, profileOfAnnotation } from "../app-armor.ts";
import { eachContainer } from "../validation/each-container.ts";
import { seccompContainerPrefix, seccompPodAnnotation } from "../validation/pod-annotations.ts";
import { warningsForEnv, warningsForFractions, warningsForPorts, warningsForResources } from "./container-warnings.ts";
import { deprecatedLabel, warningsForTerm } from "./node-labels.ts";
import { warningsForPaths } from "./overlapping-paths.ts";

export function warningsForPod({ metadata, spec }: Pod): string[] {
  const faults = isDns1123Label(metadata.name ?? "");
  const ofName = faults.length
    ? [
        `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${faults.join(" ")}]`,
      ]
    : [];
  return [...appArmorWarnings(metadata, spec), ...ofName, ...warningsFor(metadata, spec, new Path())];
}

export function warningsForTemplate({ metadata = {}, spec }: PodTemplateSpec, path: Path): string[] {
  return warningsFor(metadata, spec, path);
}

/** For kinds whose names become names of pods. */
export function warningsForPodNames(metadata: Readonly<ObjectMeta>): string[] {
  const faults = isDns1123Label(metadata.name ?? "");
  if (!faults.length) return [];
  return [
    `metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${faults.join(" ")}]`,
  ];
}

function warningsFor(metadata: Readonly<ObjectMeta>, spec: PodSpec, root: Path): string[] {
  const path = root.child("spec");
  return [
    ...warningsForLabels(spec, path),
    ...warningsForAnnotations(metadata, root),
    ...(spec.volumes ?? []).flatMap((volume, i) => warningsForVolume(volume, path.child("volumes").index(i))),
    ...warningsForPaths(spec.volumes),
    ...warningsForDuplicates(spec, path),
    ...warningsForFractions(spec.overhead, path.child("overhead"), ["memory", "ephemeral-storage"]),
    ...warningsForProfiles(metadata, spec, root),
    ...warningsForPorts(spec, path),
    ...((spec.terminationGracePeriodSeconds ?? 0) < 0
      ? [
          `${path.child("terminationGracePeriodSeconds")}: must be >= 0; negative values are invalid and will be treated as 1`,
        ]
      : []),
    ...warningsForPodAffinity(spec.affinity, path.child("affinity")),
    ...(spec.dnsConfig?.nameservers ?? []).flatMap((server, i) =>
      warningsForIp(path.child("dnsConfig", "nameservers").index(i), server),
    ),
    ...(spec.hostAliases ?? []).flatMap(({ ip }, i) =>
      warningsForIp(path.child("hostAliases").index(i).child("ip"), ip),
    ),
  ];
}

const selectsNothing = "a null labelSelector results in matching no pod";

function warningsForLabels(spec: PodSpec, path: Path): string[] {
  const affinity = spec.affinity?.nodeAffinity;
  const at = path.child("affinity", "nodeAffinity");
  const required = "requiredDuringSchedulingIgnoredDuringExecution";
  const preferred = "preferredDuringSchedulingIgnoredDuringExecution";
  return [
    ...Object.keys(spec.nodeSelector ?? {})
      .sort()
      .flatMap((key) => {
        const why = deprecatedLabel(key);
        return why ? [`${path.child("nodeSelector").key(key)}: ${why}`] : [];
      }), // prettier-ignore
    ...(affinity?.[required]?.nodeSelectorTerms ?? []).flatMap((term, i) =>
      warningsForTerm(term, false, at.child(required, "nodeSelectorTerms").index(i)),
    ),
    ...(affinity?.[preferred] ?? []).flatMap(({ preference }, i) =>
      warningsForTerm(preference, true, at.child(preferred).index(i).child("preference")),
    ),
    ...(spec.topologySpreadConstraints ?? []).flatMap(({ topologyKey, labelSelector }, i) => {
      const constraint = path.child("topologySpreadConstraints").index(i);
      const why = deprecatedLabel(topologyKey);
      return [
        ...(why ? [`${constraint.child("topologyKey")}: ${topologyKey} is ${why}`] : []),
        ...(labelSelector ? [] : [`${constraint.child("labelSelector")}: ${selectsNothing}`]),
      ];
    }),
  ];
}

const deprecatedAnnotations = {
  "scheduler.alpha.kubernetes.io/critical-pod": 'non-functional in v1.16+; use the "priorityClassName" field instead',
  "security.alpha.kubernetes.io/sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
  "security.alpha.kubernetes.io/unsafe-sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
};

const warningsForAnnotations = ({ annotations }: Readonly<ObjectMeta>, root: Path): string[] =>
  annotations
    ? Object.entries(deprecatedAnnotations)
        .filter(([key]) => key in annotations)
        .map(([key, why]) => `${root.child("metadata", "annotations").key(key)}: ${why}`)
    : [];

const deprecatedVolumes = [
  ["photonPersistentDisk", "photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"],
  ["gitRepo", "gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"],
  ["scaleIO", "scaleIO", "deprecated in v1.16, non-functional in v1.22+"],
  ["flocker", "flocker", "deprecated in v1.22, non-functional in v1.25+"],
  ["storageos", "storageOS", "deprecated in v1.22, non-functional in v1.25+"],
  ["quobyte", "quobyte", "deprecated in v1.22, non-functional in v1.25+"],
  ["glusterfs", "glusterfs", "deprecated in v1.25, non-functional in v1.26+"],
  ["cephfs", "cephfs", "deprecated in v1.28, non-functional in v1.31+"],
  ["rbd", "rbd", "deprecated in v1.28, non-functional in v1.31+"],
] as const;

function warningsForVolume(volume: Volume, path: Path): string[] {
  const claim = volume.ephemeral?.volumeClaimTemplate?.spec.resources;
  const deprecated = deprecatedVolumes.filter(([field]) => volume[field]);
  const warnings = deprecated.map(([, name, why]) => `${path.child(name)}: ${why}`);
  if (!claim) return warnings;
  const at = path.child("ephemeral", "volumeClaimTemplate", "spec", "resources");
  return [
    ...warnings,
    ...warningsForFractions(claim.requests, at.child("requests"), ["storage"]),
    ...warningsForFractions(claim.limits, at.child("limits"), ["storage"]),
  ];
}

function warningsForDuplicates({ hostAliases = [], imagePullSecrets = [] }: PodSpec, path: Path): string[] {
  const repeated = (list: readonly string[], at: Path, field: string): string[] =>
    list.flatMap((value, i) =>
      list.indexOf(value) < i ? [`${at.index(i).child(field)}: duplicate ${field} ${quoted(value)}`] : [],
    );
  const secrets = imagePullSecrets.map(({ name = "" }) => name);
  const at = path.child("imagePullSecrets");
  return [
    ...repeated(
      hostAliases.map(({ ip }) => ip),
      path.child("hostAliases"),
      "ip",
    ), // prettier-ignore
    ...repeated(secrets, at, "name"),
    ...secrets.flatMap((name, i) => (name ? [] : [`${at.index(i).child("name")}: invalid empty name ""`])),
  ];
}

/** Profiles that stand in annotations alone, and what single containers bring with them. */
function warningsForProfiles({ annotations }: Readonly<ObjectMeta>, spec: PodSpec, root: Path): string[] {
  const warnings: string[] = [];
  const at = (key: string): Path => root.child("metadata", "annotations").key(key);
  const unused = (key: string): void => {
    if (annotations && key in annotations)
      warnings.push(`${at(key)}: non-functional in v1.27+; use the "seccompProfile" field instead`);
  };
  if (!spec.securityContext?.seccompProfile) unused(seccompPodAnnotation);
  eachContainer(spec, root.child("spec"), (container, place) => {
    const { name, securityContext } = container;
    if (!securityContext?.seccompProfile) unused(seccompContainerPrefix + name);
    const key = appArmorAnnotation(name);
    const profile = annotations?.[key];
    // of pods the warning is given where the annotation is read
    const ofTemplate = String(root) !== "<nil>";
    if (ofTemplate && profile !== undefined && !securityContext?.appArmorProfile) {
      const ofPod = spec.securityContext?.appArmorProfile;
      if (!ofPod || !deepEqual(ofPod, profileOfAnnotation(profile))) warnings.push(useAppArmorField(at(key)));
    }
    warnings.push(...warningsForResources(container, place), ...warningsForEnv(container.env, place));
  });
  return warnings;
}

const useAppArmorField = (at: Path): string => `${at}: deprecated since v1.30; use the "appArmorProfile" field instead`;

/** The annotation has become a field by now; where it says what the field of the pod says, nobody is bothered. */
function appArmorWarnings({ annotations }: Readonly<ObjectMeta>, spec: PodSpec): string[] {
  if (!annotations || spec.os?.name === "windows") return [];
  return allContainers(spec).flatMap(({ name, securityContext }) => {
    const annotation = annotations[appArmorAnnotation(name)];
    if (annotation === undefined) return [];
    const profile = profileOfAnnotation(annotation);
    const copied = profile && deepEqual(profile, securityContext?.appArmorProfile);
    if (profile && !copied) return [];
    return [useAppArmorField(new Path("metadata").child("annotations").key(appArmorAnnotation(name)))];
  });
}

function warningsForPodAffinity(affinity: Affinity | undefined, path: Path): string[] {
  const of = (terms: PodAffinity | undefined, at: Path): string[] => [
    ...(terms?.requiredDuringSchedulingIgnoredDuringExecution ?? []).flatMap(({ labelSelector }, i) => {
      const term = at.child("requiredDuringSchedulingIgnoredDuringExecution").index(i);
      return labelSelector ? [] : [`${term.child("labelSelector")}: ${selectsNothing}`];
    }),
    ...(terms?.preferredDuringSchedulingIgnoredDuringExecution ?? []).flatMap(({ podAffinityTerm }, i) => {
      const term = at.child("preferredDuringSchedulingIgnoredDuringExecution").index(i);
      return podAffinityTerm.labelSelector
        ? []
        : [`${term.child("podAffinityTerm", "labelSelector")}: ${selectsNothing}`];
    }),
  ];
  return [
    ...of(affinity?.podAffinity, path.child("podAffinity")),
    ...of(affinity?.podAntiAffinity, path.child("podAntiAffinity")),
  ];
}
