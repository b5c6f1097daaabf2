/** Objects that call themselves something else than what the path is about, in upstream's words. */
import { type GroupVersionKind, groupVersionOf } from "../../api/kind.ts";
import { builtInKinds } from "../../api/kinds.ts";
import { DecodeError, decode } from "../../api/schema/decode.ts";

const registered = new Map(builtInKinds.map((kind) => [`${groupVersionOf(kind)} ${kind.kind}`, kind]));

const retired = ["extensions/v1beta1", "apps/v1beta1", "apps/v1beta2"];
const retiredKinds = ["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet", "ControllerRevision"];

/** Whether `apiVersion` is another version of the same kind, of now or of old: it could be read, but not here. */
export const isOtherVersion = (apiVersion: string, kind: string, target: GroupVersionKind): boolean =>
  kind === target.kind &&
  apiVersion !== groupVersionOf(target) &&
  (retired.includes(apiVersion)
    ? retiredKinds.includes(kind)
    : registered.get(`${apiVersion} ${kind}`)?.group === target.group);

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
