/** From old to new; what was made in the same second by name. */
import type { Shared } from "../../api/object.ts";
import type { AnyObject } from "../../client/client.ts";

type Made = { readonly metadata: Shared<AnyObject["metadata"]> };

export function byCreation(a: Made, b: Made): number {
  const [x, y] = [a.metadata.creationTimestamp ?? "", b.metadata.creationTimestamp ?? ""];
  if (x !== y) return x < y ? -1 : 1;
  const [name, other] = [a.metadata.name ?? "", b.metadata.name ?? ""];
  return name < other ? -1 : name > other ? 1 : 0;
}
