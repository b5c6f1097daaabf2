/** Objects that call themselves something else than what the path is about, in upstream's words. */

import { type GroupVersionKind, groupVersionOf } from "../../api/kind.ts";
import { builtInKinds } from "../../api/kinds.ts";
import { DecodeError, decode } from "../../api/schema/decode.ts";
import { own } from "../../base/own.ts";

const registered = new Map(builtInKinds.map((kind) => [`${groupVersionOf(kind)} ${kind.kind}`, kind]));

/** Versions of other groups that workloads once were of. */
const retired = ["extensions/v1beta1", "apps/v1beta1", "apps/v1beta2"];
const retiredKinds = ["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet", "ControllerRevision"];
/** Versions of a group that upstream still knows how to read, and does not serve any more or not by default. */
const unserved: Readonly<Record<string, readonly string[]>> = {
  "admissionregistration.k8s.io": ["v1alpha1", "v1beta1"],
  "authentication.k8s.io": ["v1alpha1", "v1beta1"],
  "authorization.k8s.io": ["v1beta1"],
  batch: ["v1beta1"],
  "certificates.k8s.io": ["v1beta1"],
  "coordination.k8s.io": ["v1beta1"],
  "discovery.k8s.io": ["v1beta1"],
  "events.k8s.io": ["v1beta1"],
  "flowcontrol.apiserver.k8s.io": ["v1beta1", "v1beta2", "v1beta3"],
  "networking.k8s.io": ["v1beta1"],
  "node.k8s.io": ["v1alpha1", "v1beta1"],
  policy: ["v1beta1"],
  "rbac.authorization.k8s.io": ["v1alpha1", "v1beta1"],
  "resource.k8s.io": ["v1beta1", "v1beta2"],
  "scheduling.k8s.io": ["v1beta1"],
  "storage.k8s.io": ["v1alpha1", "v1beta1"],
};

/** Whether `apiVersion` is another version of the same kind, of now or of old: it could be read, but not here. */
export function isOtherVersion(apiVersion: string, kind: string, target: GroupVersionKind): boolean {
  if (kind !== target.kind || apiVersion === groupVersionOf(target)) return false;
  if (retired.includes(apiVersion)) return retiredKinds.includes(kind);
  if (registered.get(`${apiVersion} ${kind}`)?.group === target.group) return true;
  const [group = "", version = ""] = apiVersion.split("/");
  return group === target.group && (own(unserved, group)?.includes(version) ?? false);
}

/**
 * Throws DecodeError unless `apiVersion` and `kind` are those of `target`: an object of a kind that is known is first read
 * as what it is, and then found to be no `target`.
 */
export function checkKind(json: unknown, apiVersion: string, kind: string, target: GroupVersionKind): void {
  const wanted = groupVersionOf(target);
  if (apiVersion === wanted && kind === target.kind) return;
  const version = apiVersion.split("/").at(-1) ?? "";
  // options are read by themselves, where no kinds are known
  const known = target.kind === "DeleteOptions" ? undefined : registered.get(`${apiVersion} ${kind}`);
  const isList = apiVersion === wanted && (kind === "List" || kind === `${target.kind}List`);
  if (known) decode(known.schema, json);
  if (known || isList) {
    const internal = target.group.split(".")[0] || "core";
    throw new DecodeError(`converting (${version}.${kind}) to (${internal}.${target.kind}): unknown conversion`);
  }
  throw new DecodeError(
    `no kind "${kind}" is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`,
  );
}
