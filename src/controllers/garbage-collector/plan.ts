/** What becomes of an object, judged by its owners (https://kubernetes.io/docs/concepts/architecture/garbage-collection/). */
import type { Reference } from "./graph.ts";

/** How an owner stands: there to stay, not there, or there only until its dependents are gone. */
export type Standing = "solid" | "dangling" | "waiting";

export interface Judged {
  readonly reference: Reference;
  readonly standing: Standing;
}

export interface Facts {
  readonly finalizers: readonly string[];
  readonly hasDependents: boolean;
  /** One of its dependents waits for its own dependents: there may be a circle. */
  readonly hasWaitingDependent: boolean;
}

export type Verdict =
  | { readonly do: "keep" }
  /** It has other owners: references to these go. */
  | { readonly do: "release"; readonly uids: readonly string[] }
  | {
      readonly do: "delete";
      readonly propagation: "Orphan" | "Background" | "Foreground";
      /** Its references are to hold up nobody before. */
      readonly unblock?: true;
    };

export function judge(owners: readonly Judged[], facts: Facts): Verdict {
  if (!owners.length) return { do: "keep" };
  const others = owners.filter(({ standing }) => standing !== "solid");
  if (others.length < owners.length) {
    return others.length ? { do: "release", uids: others.map(({ reference }) => reference.uid) } : { do: "keep" };
  }
  if (owners.some(({ standing }) => standing === "waiting") && facts.hasDependents) {
    return { do: "delete", propagation: "Foreground", ...(facts.hasWaitingDependent && { unblock: true }) };
  }
  // what was asked for before is kept to
  if (facts.finalizers.includes("orphan")) return { do: "delete", propagation: "Orphan" };
  if (facts.finalizers.includes("foregroundDeletion")) return { do: "delete", propagation: "Foreground" };
  return { do: "delete", propagation: "Background" };
}
