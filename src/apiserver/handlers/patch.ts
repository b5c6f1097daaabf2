/** PATCH in all its kinds (https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply). */
import { type AppliedBy, applyObject, recordUpdate } from "../../api/apply/field-manager.ts";
import { ApiError, badRequest, invalid } from "../../api/errors.ts";
import { groupVersionOf, kindOf } from "../../api/kind.ts";
import type { Draft, KubeObject } from "../../api/object.ts";
import { jsonPatch, readJsonPatch } from "../../api/patch/json-patch.ts";
import { mergePatch } from "../../api/patch/merge-patch.ts";
import { PatchError } from "../../api/patch/patch-error.ts";
import { strategicMergePatch } from "../../api/patch/strategic-merge-patch.ts";
import { DecodeError, decode, type JsonObject, structuredCopy } from "../../api/schema/decode.ts";
import { duplicateFields, parseJson } from "../../api/schema/json-text.ts";
import { Path } from "../../api/validation/field-error.ts";
import { rfc3339 } from "../../base/clock.ts";
import type { WriteOptions } from "../context.ts";
import { asTarget, parseYaml, tellStrict } from "../encode/body.ts";
import { typed } from "../encode/objects.ts";
import type { HttpResponse } from "../exchange.ts";
import { updateObject } from "../registry/update.ts";
import { writeOptions } from "./options.ts";
import { representation, respondObject } from "./respond.ts";
import type { Scope } from "./scope.ts";
import { complete, shown } from "./write.ts";

const text = new TextDecoder();
/** The media types of patches, and what they are. */
const patchTypes: Record<string, "json" | "merge" | "strategic" | "apply"> = {
  "application/json-patch+json": "json",
  "application/merge-patch+json": "merge",
  "application/strategic-merge-patch+json": "strategic",
  "application/apply-patch+yaml": "apply",
};

export const unsupportedPatch = (): ApiError => new ApiError("UnsupportedMediaType", "415: Unsupported Media Type", {});

export async function patch(scope: Scope): Promise<HttpResponse> {
  const { registry, kind, stored, info, context, request } = scope;
  representation(request, true);
  const type = patchTypes[(request.headers["content-type"] ?? "").split(";", 1)[0]?.trim() ?? ""];
  if (!type || (type === "strategic" && stored.schema.preserveUnknown)) throw unsupportedPatch();
  const options = writeOptions(request.query, "PatchOptions");
  checkPatchOptions(type, options, request.query.has("force"));
  const body = text.decode(await request.body());
  const { object, created } = await updateObject(registry, {
    kind: stored,
    spoken: kind,
    subresource: info.subresource,
    namespace: info.namespace,
    name: info.name,
    options,
    context,
    ...(type === "apply" ? applying(scope, body, options) : { change: changing(scope, type, body, options) }),
  });
  return respondObject(scope, created ? 201 : 200, kind, shown(scope, object));
}

function checkPatchOptions(type: string, options: WriteOptions, hasForce: boolean): void {
  const errors = [];
  if (type === "apply" && !options.fieldManager)
    errors.push(new Path("fieldManager").required("is required for apply patch"));
  if (type !== "apply" && hasForce)
    errors.push(new Path("force").forbidden("may not be specified for non-apply patch"));
  if (errors.length) throw invalid({ group: "meta.k8s.io", name: "PatchOptions" }, "", errors);
}

/** The change that a JSON, merge or strategic merge patch makes. */
function changing(
  scope: Scope,
  type: "json" | "merge" | "strategic",
  body: string,
  options: WriteOptions,
): (current: KubeObject) => Draft {
  const { kind, context } = scope;
  const doubled = options.fieldValidation === "Ignore" || type === "json" ? [] : safeDuplicates(body);
  const patched = patcher(type, body, scope);
  let told = false;
  return (current) => {
    const before = structuredCopy(typed(kind, shown(scope, current))) as unknown as JsonObject;
    const after = patched(before);
    const strict = [...doubled];
    const next = decodePatched(scope, type, after, strict);
    if (!told && options.fieldValidation !== "Ignore") {
      tellPatchStrict(strict, scope, options);
      told = true;
    }
    void context;
    return complete(scope, next);
  };
}

function safeDuplicates(body: string): string[] {
  try {
    return duplicateFields(body);
  } catch {
    return [];
  }
}

function tellPatchStrict(strict: readonly string[], { kind, context }: Scope, options: WriteOptions): void {
  if (options.fieldValidation === "Strict" && strict.length) {
    throw invalid(kindOf(kind), "", [new Path("patch").invalid(undefined, "")].slice(1)); // replaced below
  }
  tellStrict(strict, kind, { contentType: undefined, fieldValidation: "Warn", warnings: context.warnings });
}

function patcher(type: "json" | "merge" | "strategic", body: string, scope: Scope): (before: JsonObject) => JsonObject {
  try {
    switch (type) {
      case "json": {
        const operations = readJsonPatch(body);
        return (before) => jsonPatch(before, operations);
      }
      case "merge": {
        const given = readPatchObject(body);
        return (before) => mergePatch(before, given) as JsonObject;
      }
      case "strategic": {
        const given = readPatchObject(body, "");
        return (before) => strategicMergePatch(before, given, scope.kind.schema);
      }
    }
  } catch (error) {
    throw asApiError(error);
  }
}

const asApiError = (error: unknown): unknown => {
  if (error instanceof PatchError)
    return new ApiError(error.reason, error.message, error.reason === "Invalid" ? {} : undefined, error.code);
  if (error instanceof DecodeError) return badRequest(error.message);
  return error;
};

function readPatchObject(body: string, prefix = "error decoding patch: "): JsonObject {
  try {
    const given = parseJson(body);
    if (typeof given !== "object" || given === null || Array.isArray(given)) {
      const kind = Array.isArray(given)
        ? "array"
        : given === null
          ? "null"
          : typeof given === "boolean"
            ? "bool"
            : typeof given;
      throw new DecodeError(`json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`);
    }
    return given as JsonObject;
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(prefix + error.message);
    throw error;
  }
}

function decodePatched({ kind }: Scope, type: string, after: JsonObject, strict: string[]): Draft {
  try {
    const version = groupVersionOf(kind);
    if (after.apiVersion !== version || after.kind !== kind.kind) {
      throw new DecodeError(
        `no kind "${String(after.kind)}" is registered for version "${String(after.apiVersion)}" in scheme "pkg/api/legacyscheme/scheme.go:30"`,
      );
    }
    return decode(kind.schema, after, strict) as Draft;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    // upstream tells of the patched object as text, and of a strategic patch by its own words
    throw invalid({ group: "", name: "" }, "", [
      new Path("patch").invalid(type === "strategic" ? after : JSON.stringify(after), error.message),
    ]);
  }
}

/** Server-side apply: the body is what one manager wants, and takes the place of what it wanted before. */
function applying(
  scope: Scope,
  body: string,
  options: WriteOptions,
): Pick<Parameters<typeof updateObject>[1], "change" | "create" | "managed"> {
  const { kind, info, registry, context } = scope;
  const wanted = readApplied(scope, body, options);
  const by: AppliedBy = {
    schema: kind.schema,
    apiVersion: groupVersionOf(kind),
    manager: options.fieldManager ?? "",
    subresource: info.subresource,
    time: rfc3339(registry.clock.now()),
    force: options.force ?? false,
  };
  const apply = (live: KubeObject | undefined): Draft => {
    const before = live ? typed(kind, shown(scope, live)) : undefined;
    const { object, managedFields } = applyObject(before, wanted, by);
    const next = complete(scope, asTarget(object, kind));
    next.metadata.managedFields = managedFields;
    return next;
  };
  void context;
  void recordUpdate;
  return {
    change: (current) => apply(current),
    create: () => apply(undefined),
    managed: (live, next) => {
      if (!next.metadata.managedFields?.length) delete next.metadata.managedFields;
      void live;
    },
  };
}

function readApplied({ kind, info, context }: Scope, body: string, options: WriteOptions): JsonObject {
  let given: unknown;
  try {
    given = parseYaml(body);
    if (typeof given !== "object" || given === null || Array.isArray(given)) {
      const is = Array.isArray(given)
        ? "array"
        : given === null
          ? "null"
          : typeof given === "boolean"
            ? "bool"
            : typeof given;
      throw new DecodeError(
        `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${is} into Go value of type map[string]interface {}`,
      );
    }
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(`error decoding YAML: ${error.message}`);
    throw error;
  }
  const wanted = given as JsonObject;
  const metadata = (wanted.metadata ??= {}) as JsonObject;
  if (metadata.managedFields !== undefined && metadata.managedFields !== null)
    throw badRequest("metadata.managedFields must be nil");
  if (wanted.apiVersion !== groupVersionOf(kind) || wanted.kind !== kind.kind) {
    const [group = "", version = ""] = String(wanted.apiVersion ?? "").includes("/")
      ? String(wanted.apiVersion).split("/")
      : ["", String(wanted.apiVersion ?? "")];
    throw badRequest(`invalid object type: ${group}/${version}, Kind=${String(wanted.kind ?? "")}`);
  }
  const name = (metadata.name ??= info.name);
  if (name !== info.name)
    throw badRequest(`the name of the object (${String(name)}) does not match the name on the URL (${info.name})`);
  const strict: string[] = [];
  asTarget(wanted, kind, strict);
  tellStrict(strict, kind, {
    contentType: undefined,
    fieldValidation: options.fieldValidation ?? "Warn",
    warnings: context.warnings,
  });
  return wanted;
}
