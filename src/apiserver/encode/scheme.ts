/**
 * Which kinds upstream's servers know how to read, served or not: each has a registry, a scheme, which its texts name by the
 * line of source that makes it.
 */
import type { GroupVersionKind } from "../../api/kind.ts";
import type { StructType } from "../../api/schema/model.ts";
import {
  folderOf,
  listOf,
  sharedKinds,
  splitVersion,
  typeName,
  unversionedKinds,
} from "../../api/schema/named-types.ts";
import { types } from "../../api/schema/types.ts";

export interface Scheme {
  /** Where upstream makes it. */
  readonly source: string;
  find(apiVersion: string, kind: string): StructType | undefined;
}

/** The options of deletions are read by themselves, in whatever version, where kinds of no group and their like are known. */
const optionsScheme: Scheme = {
  source: "k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27",
  find(apiVersion, kind) {
    const { group, version } = splitVersion(apiVersion);
    const isMeta =
      group === "meta.k8s.io" && (kind.startsWith("Partial") || (version === "v1" && sharedKinds.has(kind)));
    const isKnown = isMeta || unversionedKinds.has(kind) || everyVersions.has(kind);
    return isKnown && types.has(`meta/v1.${kind}`) ? types.struct(`meta/v1.${kind}`) : undefined;
  },
};
const everyVersions = new Set(["CreateOptions", "DeleteOptions", "UpdateOptions"]);

/** Definitions and API services are read by servers of their own, which know their own group alone. */
const own: ReadonlyMap<string, Scheme> = new Map([
  [
    "apiextensions.k8s.io",
    schemeOfGroups(
      "k8s.io/apiextensions-apiserver/pkg/apiserver/apiserver.go:55",
      (group) => group === "apiextensions.k8s.io",
      new Set([...unversionedKinds, "WatchEvent"]),
    ),
  ],
  [
    "apiregistration.k8s.io",
    schemeOfGroups(
      "k8s.io/kube-aggregator/pkg/apiserver/scheme/scheme.go:28",
      (group) => group === "apiregistration.k8s.io",
      unversionedKinds,
    ),
  ],
]);
/** Groups of those, and of servers that are not this one. */
const elsewhere = new Set([...own.keys(), "apidiscovery.k8s.io", "meta.k8s.io", "metrics.k8s.io"]);
const main = schemeOfGroups("pkg/api/legacyscheme/scheme.go:30", (group) => !elsewhere.has(group), unversionedKinds);

/** The scheme by which bodies for `target` are read. */
export const schemeFor = ({ group, kind }: Pick<GroupVersionKind, "group" | "kind">): Scheme =>
  kind === "DeleteOptions" ? optionsScheme : (own.get(group) ?? main);

function schemeOfGroups(source: string, knows: (group: string) => boolean, unversioned: ReadonlySet<string>): Scheme {
  return {
    source,
    find(apiVersion, kind) {
      if (unversioned.has(kind)) return types.struct(`meta/v1.${kind}`);
      const { group, version } = splitVersion(apiVersion);
      const folder = folderOf(group);
      const isVersion = folder && knows(group) && !types.namesOf(`${folder}/${version}`).next().done;
      return isVersion ? (structOf(apiVersion, kind) ?? listStruct(apiVersion, kind)) : undefined;
    },
  };
}

function structOf(apiVersion: string, kind: string): StructType | undefined {
  const name = typeName(apiVersion, kind);
  const type = name ? types.struct(name) : undefined;
  return type?.typed || sharedKinds.has(kind) ? type : undefined;
}

/** Kinds of which there are no lists. */
const single = new Set([
  "AdmissionReview",
  "Binding",
  "ConversionReview",
  "DeploymentRollback",
  "Eviction",
  "ImageReview",
  "LocalSubjectAccessReview",
  "PodStatusResult",
  "RangeAllocation",
  "Scale",
  "SelfSubjectAccessReview",
  "SelfSubjectReview",
  "SelfSubjectRulesReview",
  "SerializedReference",
  "SubjectAccessReview",
  "TokenRequest",
  "TokenReview",
]);

function listStruct(apiVersion: string, kind: string): StructType | undefined {
  const item = kind.replace(/List$/, "");
  if (item === kind || single.has(item) || item.endsWith("Options")) return undefined;
  const type = structOf(apiVersion, item);
  return type && listOf(type);
}
