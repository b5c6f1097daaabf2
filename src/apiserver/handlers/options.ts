/** Query parameters and option bodies as typed options; what does not hold is refused with upstream's texts. */
import { ApiError, badRequest, invalid } from "../../api/errors.ts";
import type { JsonObject } from "../../api/schema/decode.ts";
import { types } from "../../api/schema/types.ts";
import { type FieldError, Path } from "../../api/validation/field-error.ts";
import type { DeleteOptions, FieldValidation, WriteOptions } from "../context.ts";
import { readBody } from "../encode/body.ts";
import type { HttpRequest } from "../exchange.ts";
import type { ListOptions } from "../registry/read.ts";
import type { WatchOptions } from "../registry/watch.ts";
import { isTrue } from "../request-info.ts";

const managerLimit = 128;

/** `kind` is CreateOptions, UpdateOptions or PatchOptions. Throws Invalid. */
export function writeOptions(query: URLSearchParams, kind: string): WriteOptions {
  const errors: FieldError[] = [];
  const fieldManager = query.get("fieldManager") ?? "";
  if (fieldManager.length > managerLimit) errors.push(new Path("fieldManager").tooLong(managerLimit));
  for (const [i, char] of [...fieldManager].entries()) {
    if (!/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(char)) {
      errors.push(
        new Path("fieldManager").invalid(
          fieldManager,
          `invalid character U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")} (at position ${i})`,
        ),
      );
    }
  }
  const dryRun = readDryRun(query.getAll("dryRun"), errors);
  const validation = query.get("fieldValidation") ?? "";
  if (validation && !["Ignore", "Warn", "Strict"].includes(validation)) {
    errors.push(new Path("fieldValidation").notSupported(validation, ["", "Ignore", "Strict", "Warn"]));
  }
  if (errors.length) throw invalid({ group: "meta.k8s.io", name: kind }, "", errors);
  return {
    dryRun,
    fieldManager,
    fieldValidation: (validation || "Warn") as FieldValidation,
    ...(query.has("force") && { force: isTrue(query.get("force")) }),
  };
}

function readDryRun(values: readonly string[], errors: FieldError[]): boolean {
  if (!values.length) return false;
  if (values.some((v) => v !== "All")) errors.push(new Path("dryRun").notSupported(values, ["All"]));
  return true;
}

export function listOptions(query: URLSearchParams): ListOptions {
  const limit = query.get("limit");
  if (limit !== null && limit !== "" && !/^[+-]?\d+$/.test(limit))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(limit)}: invalid syntax`);
  const initial = query.get("sendInitialEvents");
  secondsOf(query.get("timeoutSeconds"));
  const given = (name: string): string | undefined => query.get(name) ?? undefined;
  const options = {
    labelSelector: given("labelSelector"),
    fieldSelector: given("fieldSelector"),
    continue: given("continue"),
    resourceVersion: given("resourceVersion"),
    resourceVersionMatch: given("resourceVersionMatch"),
    // upstream gives all for a limit below zero
    limit: limit && Number(limit) > 0 ? Number(limit) : undefined,
    sendInitialEvents: initial === null ? undefined : isTrue(initial),
  };
  return Object.fromEntries(Object.entries(options).filter(([, v]) => v !== undefined && v !== "")) as ListOptions;
}

export function watchOptions(query: URLSearchParams): WatchOptions & { timeoutSeconds?: number } {
  const timeoutSeconds = secondsOf(query.get("timeoutSeconds"));
  return {
    ...listOptions(query),
    allowWatchBookmarks: isTrue(query.get("allowWatchBookmarks")),
    ...(timeoutSeconds !== undefined && timeoutSeconds >= 0 && { timeoutSeconds }),
  };
}

/** Throws BadRequest for what is no number. */
function secondsOf(text: string | null): number | undefined {
  if (!text) return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

/** DeleteOptions from the body, or from the query where there is none. */
export async function deleteOptions(request: HttpRequest): Promise<DeleteOptions> {
  const body = await request.body();
  const { query } = request;
  const errors: FieldError[] = [];
  let given: JsonObject;
  if (body.length) {
    const target = { group: "", version: "v1", kind: "DeleteOptions", schema: types.struct("meta/v1.DeleteOptions") };
    given = readDeleteBody(body, request, target) as unknown as JsonObject;
  } else {
    const seconds = query.get("gracePeriodSeconds");
    if (seconds && !/^[+-]?\d+$/.test(seconds))
      throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(seconds)}: invalid syntax`);
    const orphan = query.get("orphanDependents");
    given = {
      ...(seconds && { gracePeriodSeconds: Number(seconds) }),
      ...(query.get("propagationPolicy") && { propagationPolicy: query.get("propagationPolicy") }),
      ...(orphan !== null && { orphanDependents: isTrue(orphan) }),
      ...(query.has("dryRun") && { dryRun: query.getAll("dryRun") }),
    };
  }
  const dryRun = readDryRun((given.dryRun as string[] | undefined) ?? [], errors);
  if (errors.length) throw invalid({ group: "meta.k8s.io", name: "DeleteOptions" }, "", errors);
  return { ...(given as Omit<DeleteOptions, "dryRun">), dryRun };
}

/** Upstream reads these options by themselves: its texts name neither what they are nor what was sent. */
function readDeleteBody(body: Uint8Array, request: HttpRequest, target: Parameters<typeof readBody>[1]): object {
  try {
    return readBody(body, target, {
      contentType: request.headers["content-type"],
      fieldValidation: "Ignore",
      warnings: [],
    });
  } catch (error) {
    if (error instanceof ApiError) throw new ApiError(error.reason, bareText(error.message), error.details, error.code);
    throw error;
  }
}

const bareText = (message: string): string =>
  message
    .replace(/^the object provided is unrecognized \(must be of type DeleteOptions\): (.*) \(.*\)$/s, "$1")
    .replace(/^\w+ in version "[^"]*" cannot be handled as a DeleteOptions: /, "");
