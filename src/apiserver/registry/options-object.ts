/** The options of a write as admission sees them: objects of `meta.k8s.io/v1`. */
import type { DeleteOptions, WriteOptions } from "../context.ts";

const apiVersion = "meta.k8s.io/v1";
const all = { dryRun: ["All"] };

export const writeOptionsObject = (
  kind: "CreateOptions" | "UpdateOptions" | "PatchOptions",
  { dryRun, fieldManager, fieldValidation, force }: WriteOptions,
): object => ({
  ...{ kind, apiVersion },
  ...(dryRun && all),
  ...(force !== undefined && { force }),
  ...(fieldManager && { fieldManager }),
  // what holds anyway is not told
  ...(fieldValidation && fieldValidation !== "Warn" && { fieldValidation }),
});

export const deleteOptionsObject = ({ dryRun, ...options }: DeleteOptions): object => ({
  ...{ kind: "DeleteOptions", apiVersion },
  ...options,
  ...(dryRun && all),
});
