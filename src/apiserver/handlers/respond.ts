/** Answers: objects and lists in the form that was asked for, and errors as `metav1.Status`. */
import { ApiError, badRequest, internal, type Status } from "../../api/errors.ts";
import { type GroupVersionKind, groupVersionOf, type Kind, listKindOf } from "../../api/kind.ts";
import type { KubeObject } from "../../api/object.ts";
import { negotiate, type Representation } from "../encode/negotiate.ts";
import { encodeValue, listParts, newline, typed, typedParts } from "../encode/objects.ts";
import { metadataList, metadataOnly, tableOf } from "../encode/table.ts";
import type { HttpRequest, HttpResponse } from "../exchange.ts";
import type { ObjectList } from "../registry/read.ts";
import { isTrue } from "../request-info.ts";
import type { Scope } from "./scope.ts";

export const wantsPretty = ({ query, headers }: HttpRequest): boolean => {
  const asked = query.get("pretty");
  return asked ? isTrue(asked) : /^(curl|Wget|Mozilla\/5\.0)/.test(headers["user-agent"] ?? "");
};

export function representation(request: HttpRequest, transforms: boolean): Representation {
  return negotiate(request.headers.accept, wantsPretty(request), { transforms });
}

const contentHeaders = (mediaType: string): Record<string, string> => ({
  "content-type": mediaType,
  "cache-control": "no-cache, private",
});

/** Runes of all warnings together; when there are more, each is cut to the second number. */
const mostWarned = 4096;
const longestOfMany = 256;

/** `299 - "text"`, as RFC 7234 wants it; each text once. What no header can hold is left out, as upstream does. */
export function warningHeaders(warnings: readonly string[]): Record<string, string[]> {
  const texts = [...new Set(warnings)].filter((text) => text && !/\p{Cc}/u.test(text) && text.isWellFormed());
  if (!texts.length) return {};
  const runes = texts.map((text) => [...text]);
  const isTooMuch = runes.reduce((sum, { length }) => sum + length, 0) > mostWarned;
  let written = 0;
  const warning: string[] = [];
  for (const all of runes) {
    if (written >= mostWarned) break;
    const shown = isTooMuch ? all.slice(0, longestOfMany) : all;
    written += shown.length;
    warning.push(`299 - "${shown.join("").replace(/["\\]/g, "\\$&")}"`);
  }
  return { warning };
}

export function respondObject(scope: Scope, status: number, gvk: GroupVersionKind, object: KubeObject): HttpResponse {
  const form = representation(scope.request, true);
  const headers = { ...contentHeaders(form.mediaType), ...warningHeaders(scope.context.warnings) };
  if (scope.context.audited?.wantsResponse) scope.context.audited.responseObject(typed(gvk, object));
  if (form.as) {
    if (form.as.kind === "PartialObjectMetadataList") {
      throw new ApiError(
        "NotAcceptable",
        `you requested PartialObjectMetadataList, but the requested object is not a list (*${goName(gvk)})`,
      );
    }
    const now = scope.registry.clock.now();
    const value =
      form.as.kind === "Table"
        ? tableOf(scope, form.as.version, [object], { resourceVersion: object.metadata.resourceVersion ?? "" }, now)
        : metadataOnly(object, form.as.version);
    return { status, headers, body: encodeValue(value, form) };
  }
  if (form.mediaType === "application/json" && !form.pretty)
    return { status, headers, body: [...typedParts(gvk, object), newline] };
  return { status, headers, body: encodeValue(typed(gvk, object), form) };
}

const goName = ({ group, kind }: GroupVersionKind): string => `${group.split(".")[0] || "core"}.${kind}`;

/** Lists of custom resources say that they do not go on where others say nothing. */
function listMeta({ custom }: Kind, { items: _, ...metadata }: ObjectList): Omit<ObjectList, "items"> {
  return custom ? { continue: "", ...metadata } : metadata;
}

export function respondList(scope: Scope, list: ObjectList): HttpResponse {
  const form = representation(scope.request, true);
  const { kind } = scope;
  const { items } = list;
  const metadata = listMeta(kind, list);
  const headers = { ...contentHeaders(form.mediaType), ...warningHeaders(scope.context.warnings) };
  if (scope.context.audited?.wantsResponse)
    scope.context.audited.responseObject({
      ...{ kind: `${kind.kind}List`, apiVersion: groupVersionOf(kind), metadata },
      items: items.map((one) => typed(kind, one)),
    });
  if (form.as) {
    if (form.as.kind === "PartialObjectMetadata") {
      throw new ApiError(
        "NotAcceptable",
        `you requested PartialObjectMetadata, but the requested object is a list (*${goName(kind)}List)`,
      );
    }
    const now = scope.registry.clock.now();
    const value =
      form.as.kind === "Table"
        ? tableOf(scope, form.as.version, items, metadata, now)
        : metadataList(items, metadata, form.as.version);
    return { status: 200, headers, body: encodeValue(value, form) };
  }
  if (form.mediaType === "application/json" && !form.pretty)
    return { status: 200, headers, body: listParts(kind, metadata, items) };
  const value = { kind: listKindOf(kind), apiVersion: groupVersionOf(kind), metadata, items };
  return { status: 200, headers, body: encodeValue(value, form) };
}

/** What became of something: a Status is one in whatever form its object was asked for. */
export function respondStatus(
  request: HttpRequest,
  status: number,
  value: Status,
  warnings: readonly string[] = [],
): HttpResponse {
  const form = representation(request, true);
  return {
    status,
    headers: { ...contentHeaders(form.mediaType), ...warningHeaders(warnings) },
    body: encodeValue(value, form),
  };
}

/** A plain value: discovery, reviews. */
export function respondValue(
  request: HttpRequest,
  status: number,
  value: object,
  warnings: readonly string[] = [],
): HttpResponse {
  const form = representation(request, false);
  return {
    status,
    headers: { ...contentHeaders(form.mediaType), ...warningHeaders(warnings) },
    body: encodeValue(value, form),
  };
}

export function respondText(status: number, text: string, contentType = "text/plain; charset=utf-8"): HttpResponse {
  return {
    status,
    headers: { "content-type": contentType, "x-content-type-options": "nosniff" },
    body: [new TextEncoder().encode(text)],
  };
}

/** What nests deeper than the stack is high is the client's fault; all else that has no words of its own is the server's. */
const faultOf = (error: unknown): ApiError =>
  error instanceof RangeError && /call stack/.test(error.message)
    ? badRequest("json: exceeded max depth")
    : internal(error instanceof Error ? error.message : String(error));

/** What went wrong, in the client's form, or in JSON if it takes none of ours. */
export function respondError(request: HttpRequest, error: unknown, warnings: readonly string[] = []): HttpResponse {
  const fault = error instanceof ApiError ? error : faultOf(error);
  const status: Status = fault.status;
  const form = ((): Representation => {
    try {
      const found = representation(request, true);
      return { ...found, mediaType: found.mediaType };
    } catch {
      return { mediaType: "application/json", pretty: false, stream: false };
    }
  })();
  const retry = fault.details?.retryAfterSeconds;
  const headers = {
    ...contentHeaders(form.mediaType),
    ...warningHeaders(warnings),
    ...(retry !== undefined && { "retry-after": String(retry) }),
  };
  return { status: fault.code, headers, body: encodeValue(status, form) };
}
