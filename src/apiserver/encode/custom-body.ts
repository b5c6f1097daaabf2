/** What bodies of custom resources must say they are; unlike built-in kinds, nothing is taken from the path. */
import { type ApiError, badRequest } from "../../api/errors.ts";
import { groupVersionOf } from "../../api/kind.ts";
import type { JsonObject } from "../../api/schema/decode.ts";
import type { Target } from "./body.ts";

/** Of which kind an object is, validation asks. Throws BadRequest. */
export function checkCustomType(
  json: unknown,
  source: string,
  target: Target,
  unrecognized: (why: string) => ApiError,
): void {
  const { apiVersion, kind } = json as JsonObject;
  if (typeof kind !== "string" || !kind) throw unrecognized(`Object 'Kind' is missing in '${source}'`);
  const given = typeof apiVersion === "string" ? apiVersion : "";
  if (given === groupVersionOf(target)) return;
  throw badRequest(
    `the API version in the data (${given}) does not match the expected API version (${groupVersionOf(target)})`,
  );
}
