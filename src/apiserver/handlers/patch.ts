/** PATCH in all its kinds (https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply). */
import { ApiError, conflict, invalid } from "../../api/errors.ts";
import { type Kind, resourceOf } from "../../api/kind.ts";
import type { Draft } from "../../api/object.ts";
import { Path } from "../../api/validation/field-error.ts";
import type { WriteOptions } from "../context.ts";
import { unsupported } from "../encode/body.ts";
import { typed } from "../encode/objects.ts";
import { readYaml } from "../encode/yaml.ts";
import type { HttpRequest, HttpResponse } from "../exchange.ts";
import { matchNamespace } from "../registry/create.ts";
import { writeByManager } from "../registry/managed.ts";
import { type UpdateRequest, updateObject } from "../registry/update.ts";
import { applying } from "./applying.ts";
import { writeOptions } from "./options.ts";
import { type PatchType, patching } from "./patching.ts";
import { representation, respondObject } from "./respond.ts";
import type { Scope } from "./scope.ts";
import { checkName, complete, shown } from "./write.ts";

const text = new TextDecoder();
const patchTypes: Readonly<Record<string, PatchType | "apply">> = {
  "application/json-patch+json": "json",
  "application/merge-patch+json": "merge",
  "application/strategic-merge-patch+json": "strategic",
  "application/apply-patch+yaml": "apply",
};

/** The kind of patch that a request carries. Throws UnsupportedMediaType, for a strategic one of custom resources too. */
export function patchType({ headers }: HttpRequest, { schema }: Kind): PatchType | "apply" {
  const type = patchTypes[(headers["content-type"] ?? "").split(";", 1)[0] ?? ""];
  const custom = schema.groupVersion === ""; // their types declare no merge keys
  if (type && !(custom && type === "strategic")) return type;
  if (custom) throw unsupported(Object.keys(patchTypes).filter((name) => patchTypes[name] !== "strategic"));
  throw new ApiError("UnsupportedMediaType", "415: Unsupported Media Type", {});
}

/** The options of a patch. Throws Invalid. */
export function patchOptions({ query }: HttpRequest, type: PatchType | "apply"): WriteOptions {
  const options = writeOptions(query, "PatchOptions");
  const errors = [];
  if (type === "apply" && !options.fieldManager)
    errors.push(new Path("fieldManager").required("is required for apply patch"));
  if (type !== "apply" && query.has("force"))
    errors.push(new Path("force").forbidden("may not be specified for non-apply patch"));
  if (errors.length) throw invalid({ group: "meta.k8s.io", name: "PatchOptions" }, "", errors);
  return options;
}

export async function patch(scope: Scope): Promise<HttpResponse> {
  const { registry, kind, stored, info, context, request } = scope;
  const type = patchType(request, stored);
  representation(request, true);
  const options = patchOptions(request, type);
  const body = text.decode(await request.body());
  if (context.audited) context.audited.requestObject(patchObject(body));
  const { object, created } = await updateObject(registry, {
    kind: stored,
    spoken: kind,
    subresource: info.subresource,
    namespace: info.namespace,
    name: info.name,
    options,
    context,
    isPatch: true,
    ...(type === "apply" ? applied(scope, body, options) : patched(scope, type, body, options)),
  });
  return respondObject(scope, created ? 201 : 200, kind, shown(scope, object));
}

/** A patch as the audit log has it: its own text, if it is nothing that can be read. */
function patchObject(body: string): object {
  try {
    return readYaml(body).value as object;
  } catch {
    return { raw: body };
  }
}

type Change = Pick<UpdateRequest, "change" | "create" | "tracked">;

function patched(scope: Scope, type: PatchType, body: string, options: WriteOptions): Change {
  const { kind, context } = scope;
  const apply = patching({ type, body, target: kind, options, warnings: context.warnings });
  return { change: (current) => finish(scope, apply(typed(kind, shown(scope, current)))) };
}

function applied(scope: Scope, body: string, options: WriteOptions): Change {
  const { kind, context } = scope;
  const write = writeByManager(scope.registry, { ...scope, subresource: scope.info.subresource, options });
  const apply = applying({ body, target: kind, options, write, warnings: context.warnings });
  return {
    tracked: true,
    change: (current) => finish(scope, apply(typed(kind, shown(scope, current)))),
    create: async () => {
      await scope.context.mayCreate?.(scope.info);
      const made = finish(scope, apply(undefined));
      const { uid } = made.metadata;
      if (!uid) return made;
      throw conflict(
        resourceOf(kind),
        scope.info.name,
        `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
      );
    },
  };
}

/** What a patch has made must still be the object of the path. */
function finish(scope: Scope, made: Draft): Draft {
  matchNamespace(scope.kind, scope.info.namespace, made);
  checkName(made, scope.info.name);
  return complete(scope, made);
}
