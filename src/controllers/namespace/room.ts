/** Whether a namespace still takes something new. */
import { ApiError } from "../../api/errors.ts";
import type { Namespace } from "../../client/kinds.ts";
import { isEndingNamespace } from "../pods/pod-control.ts";

export const isActiveNamespace = (namespace: Namespace | undefined): namespace is Namespace =>
  namespace !== undefined && namespace.status?.phase !== "Terminating" && !namespace.metadata.deletionTimestamp;

/** The namespace is going or gone, or another was quicker: nothing to be tried again. */
export const isNoRoom = (error: unknown): boolean =>
  isEndingNamespace(error) ||
  (error instanceof ApiError && (error.reason === "NotFound" || error.reason === "AlreadyExists"));
