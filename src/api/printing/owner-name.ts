import type { OwnerReference } from "../object.ts";

/** An owner as a cell names it: `statefulset.apps/web`, `pod/web`. */
export function ownerName({ apiVersion, kind, name }: OwnerReference): string {
  const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0]}` : "";
  return `${kind.toLowerCase()}${group}/${name}`;
}
