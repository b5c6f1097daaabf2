/** JSON merge patch (RFC 7386): objects merge, null removes, all else replaces, without the nulls that are in it. */
import type { JsonObject } from "../schema/decode.ts";

/** Neither argument is changed; the result shares parts with `before`. */
export function mergePatch(before: unknown, patch: unknown): unknown {
  if (Array.isArray(patch)) return patch.map((item) => (item === null ? null : mergePatch(undefined, item)));
  if (typeof patch !== "object" || patch === null) return patch;
  const plain = typeof before === "object" && before !== null && !Array.isArray(before);
  const out: JsonObject = plain ? { ...(before as JsonObject) } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key];
    else if (key !== "__proto__") out[key] = mergePatch(out[key], value);
  }
  return out;
}
