/** The body of a subresource that has a kind of its own. */
import type { GroupVersionKind } from "../../api/kind.ts";
import type { Draft } from "../../api/object.ts";
import { types } from "../../api/schema/types.ts";
import { readBody, type Target } from "../encode/body.ts";
import type { Scope } from "../handlers/scope.ts";
import { writeOptionsObject } from "../registry/options-object.ts";

/** `type`: its name in the notation. Throws ApiError. */
export async function readForeign(
  { request, context }: Scope,
  type: string,
  kind: GroupVersionKind & Pick<Target, "also">,
): Promise<Draft> {
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

/** Lets admission see, and change, what was sent to a subresource. Throws ApiError. */
export async function admitForeign(
  { stored, info, registry, context }: Scope,
  object: { readonly metadata: object },
  dryRun = false,
): Promise<void> {
  const declared = stored.foreignSubresources[info.subresource];
  const request = {
    operation: "CREATE" as const,
    kind: stored,
    subresource: info.subresource,
    ...(declared && { objectKind: declared.kind }),
    namespace: info.namespace,
    name: info.name,
    object: object as unknown as Draft,
    dryRun,
    options: writeOptionsObject("CreateOptions", { dryRun }),
    context,
  };
  await registry.admission.admit(request);
  await registry.admission.validate(request);
}
