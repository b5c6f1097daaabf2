/** Objects that call themselves something else than what the path is about, in upstream's words. */
import { type GroupVersionKind, groupVersionOf } from "../../api/kind.ts";
import { DecodeError } from "../../api/schema/decode.ts";
import type { StructType } from "../../api/schema/model.ts";
import { folderOf, sharedKinds, splitVersion, unversionedKinds } from "../../api/schema/named-types.ts";
import type { Target } from "./body.ts";
import { schemeFor } from "./scheme.ts";

/** As what a body is read: what is known is read as what it is before it is found not to belong here. */
export interface Reading {
  readonly kind: string;
  readonly version: string;
  readonly schema: StructType;
  /** Why it cannot become the target, if so. */
  readonly unconvertible?: string;
  /** It could become the target, and is of a version that the path does not take. */
  readonly otherVersion?: string;
}

/** Throws DecodeError if no such kind is known. */
export function readingOf(apiVersion: string, kind: string, target: Target): Reading {
  if (kind === target.kind && (apiVersion === groupVersionOf(target) || kind === "DeleteOptions")) return target;
  const scheme = schemeFor(target);
  const schema = scheme.find(apiVersion, kind);
  if (!schema)
    throw new DecodeError(
      `no kind "${kind}" is registered for version ${JSON.stringify(apiVersion)} in scheme "${scheme.source}"`,
    );
  const given = { ...splitVersion(apiVersion), kind };
  const read = { kind, version: given.version, schema };
  if (!converts(given, target)) {
    const goType = `${schema.groupVersion.split("/")[1]}.${kind}`;
    return { ...read, unconvertible: `converting (${goType}) to (${internalOf(target)}): unknown conversion` };
  }
  return target.also?.includes(apiVersion) ? read : { ...read, otherVersion: apiVersion };
}

/** Kinds of `extensions` that moved to other groups; the rest went to apps. */
const moved: Readonly<Record<string, string>> = { Ingress: "networking", NetworkPolicy: "networking" };

/** The form into which all versions of a kind convert, by the name that upstream's texts give it: `apps.Deployment`. */
function internalOf({ group, kind }: Pick<GroupVersionKind, "group" | "kind">): string {
  const folder = folderOf(group) ?? group;
  if (kind === "Scale") return "autoscaling.Scale";
  if (kind === "DeleteOptions") return "v1.DeleteOptions";
  if (folder === "events") return `core.${kind}`;
  if (folder === "extensions") return `${moved[kind] ?? "apps"}.${kind}`;
  return `${folder}.${kind}`;
}

function converts(given: GroupVersionKind, target: GroupVersionKind): boolean {
  if (sharedKinds.has(given.kind) || unversionedKinds.has(given.kind)) return false;
  if (internalOf(given) === internalOf(target)) return true;
  return internalOf(given) === "core.ReplicationController" && internalOf(target) === "apps.ReplicaSet";
}
