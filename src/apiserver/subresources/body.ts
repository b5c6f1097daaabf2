/** The body of a subresource that has a kind of its own. */
import type { GroupVersionKind } from "../../api/kind.ts";
import type { Draft } from "../../api/object.ts";
import { types } from "../../api/schema/types.ts";
import { readBody } from "../encode/body.ts";
import type { Scope } from "../handlers/scope.ts";

/** `type`: its name in the notation. Throws ApiError. */
export async function readForeign({ request, context }: Scope, type: string, kind: GroupVersionKind): Promise<Draft> {
  return readBody(
    await request.body(),
    { ...kind, schema: types.struct(type) },
    {
      contentType: request.headers["content-type"],
      fieldValidation: (request.query.get("fieldValidation") as "Ignore" | "Warn" | "Strict" | null) ?? "Warn",
      warnings: context.warnings,
    },
  );
}
