/**
 * Lists: selectors, pages, and which revision is read
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions).
 */

import { ApiError, badRequest, expired, invalid } from "../../api/errors.ts";
import type { Kind } from "../../api/kind.ts";
import type { KubeObject } from "../../api/object.ts";
import { parseJson } from "../../api/schema/json-text.ts";
import {
  type FieldSelector,
  matchesAll,
  matchesFields,
  parseFieldSelector,
  parseSelector,
  type Selector,
} from "../../api/selectors.ts";
import { type FieldError, Path } from "../../api/validation/field-error.ts";
import { own } from "../../base/own.ts";
import { Compacted, FutureRevision, type Page, type Store } from "../../store/store.ts";
import type { Registry } from "./registry.ts";
import { prefixOf } from "./stored.ts";

export interface ListOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: string;
  /** Of watches alone. */
  readonly sendInitialEvents?: boolean;
}

export interface ObjectList {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** Says which objects of a kind are asked for. */
export interface Filter {
  readonly labels: Selector;
  readonly fields: FieldSelector;
  readonly matches: (object: KubeObject) => boolean;
  readonly isEmpty: boolean;
}

export function fieldValue(kind: Kind, object: KubeObject, field: string): string {
  if (field === "metadata.name") return object.metadata.name ?? "";
  if (field === "metadata.namespace") return object.metadata.namespace ?? "";
  return own(kind.selectableFields, field)?.(object) ?? "";
}

/** Reads the selectors of a request. Throws BadRequest. */
export function filterOf(kind: Kind, options: ListOptions): Filter {
  const labels = reading(() => parseSelector(options.labelSelector ?? ""));
  const fields = reading(() => parseFieldSelector(options.fieldSelector ?? ""));
  for (const { field } of fields) {
    const known =
      field === "metadata.name" ||
      (field === "metadata.namespace" && kind.namespaced) ||
      own(kind.selectableFields, field) !== undefined;
    if (!known) throw badRequest(unknownField(kind, field));
  }
  return {
    labels,
    fields,
    isEmpty: labels.length === 0 && fields.length === 0,
    matches: (object) =>
      matchesAll(labels, object.metadata.labels) && matchesFields(fields, (field) => fieldValue(kind, object, field)),
  };
}

const unknownField = (kind: Kind, field: string): string =>
  kind.kind === "Job" && kind.group === "batch"
    ? `field label "${field}" not supported for Job`
    : Object.keys(kind.selectableFields).length || kind.custom
      ? `field label not supported: ${field}`
      : `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`;

function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw badRequest(error instanceof Error ? error.message : String(error));
  }
}

/** Throws ApiError: Invalid for options that do not go together, Expired and Timeout for revisions that cannot be read. */
export async function listObjects(
  registry: Registry,
  kind: Kind,
  namespace: string | undefined,
  options: ListOptions,
): Promise<ObjectList> {
  const filter = filterOf(kind, options);
  checkListOptions(options);
  const prefix = prefixOf(kind, kind.namespaced && namespace ? namespace : undefined);
  const token = options.continue ? readToken(options.continue, prefix) : undefined;
  const version = options.resourceVersion ?? "";
  const limit = version === "0" && options.resourceVersionMatch !== "Exact" ? undefined : options.limit || undefined;
  const revision = token ? (token.rv < 0 ? undefined : token.rv) : await revisionToRead(registry, options, limit);
  try {
    return await collect(registry.storeOf(kind), prefix, filter, {
      ...(limit !== undefined && { limit }),
      ...(revision !== undefined && { revision }),
      ...(token && { after: prefix + token.start }),
    });
  } catch (error) {
    throw asListError(error, token);
  }
}

interface Reading {
  readonly limit?: number;
  readonly revision?: number;
  readonly after?: string;
}

async function collect(
  store: Store<KubeObject>,
  prefix: string,
  filter: Filter,
  { limit, revision, after }: Reading,
): Promise<ObjectList> {
  const items: KubeObject[] = [];
  let page: Page<KubeObject>;
  let from = after;
  let at = revision;
  do {
    page = await store.list(prefix, {
      ...(at !== undefined && { revision: at }),
      ...(from !== undefined && { after: from }),
      ...(limit !== undefined && { limit: limit - items.length }),
    });
    at = page.revision;
    for (const { value } of page.entries) if (filter.isEmpty || filter.matches(value)) items.push(value);
    from = page.entries.at(-1)?.key;
  } while (limit !== undefined && items.length < limit && page.remaining > 0);
  const more = page.remaining > 0 && from !== undefined;
  return {
    items,
    resourceVersion: String(at),
    ...(more && { continue: writeToken(at, (from ?? "").slice(prefix.length)) }),
    ...(more && filter.isEmpty && { remainingItemCount: page.remaining }),
  };
}

async function revisionToRead(
  registry: Registry,
  options: ListOptions,
  limit: number | undefined,
): Promise<number | undefined> {
  const asked = Number(options.resourceVersion || 0);
  if (!asked) return undefined;
  await waitFor(registry, asked);
  // an older revision is read only where it must be: "not older than" is met by the latest
  return options.resourceVersionMatch === "Exact" || (options.resourceVersionMatch === undefined && limit)
    ? asked
    : undefined;
}

/** Reads of a revision that has not happened yet get a short while. Throws Timeout. */
export async function waitFor(registry: Registry, revision: number): Promise<void> {
  if (revision <= registry.store.revision) return;
  const message = `Timeout: Too large resource version: ${revision}, current: ${registry.store.revision}`;
  throw new ApiError("Timeout", message, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });
}

function checkListOptions(options: ListOptions): void {
  const { resourceVersion = "", resourceVersionMatch } = options;
  const path = new Path("resourceVersionMatch");
  const errors: FieldError[] = [];
  if (resourceVersionMatch) {
    if (!resourceVersion)
      errors.push(path.forbidden("resourceVersionMatch is forbidden unless resourceVersion is provided"));
    if (options.continue) errors.push(path.forbidden("resourceVersionMatch is forbidden when continue is provided"));
    if (!["Exact", "NotOlderThan"].includes(resourceVersionMatch))
      errors.push(path.notSupported(resourceVersionMatch, ["Exact", "NotOlderThan", ""]));
    if (resourceVersionMatch === "Exact" && resourceVersion === "0") {
      errors.push(path.forbidden('resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
    }
  }
  if (options.sendInitialEvents !== undefined)
    errors.push(new Path("sendInitialEvents").forbidden("sendInitialEvents is forbidden for list"));
  if (errors.length) throw invalid({ group: "meta.k8s.io", name: "ListOptions" }, "", errors);
  if (options.continue && resourceVersion && resourceVersion !== "0") {
    throw badRequest("specifying resource version is not allowed when using continue");
  }
  if (resourceVersion && !/^\d+$/.test(resourceVersion))
    throw badRequest(`invalid resource version: ${noVersion(resourceVersion)}`);
}

/** Why a text is no revision. */
export const noVersion = (text: string): string =>
  `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;

/** In a token: go on at whatever is newest then, consistent with the pages before or not. */
const newestRevision = -1;

interface Token {
  readonly rv: number;
  readonly start: string;
}

function writeToken(revision: number, start: string): string {
  return base64Url(JSON.stringify({ v: "meta.k8s.io/v1", rv: revision, start: `${start}\u0000` }));
}

function readToken(text: string, prefix: string): Token {
  try {
    const token = parseJson(fromBase64Url(text)) as { v?: unknown; rv?: unknown; start?: unknown };
    if (token.v !== "meta.k8s.io/v1")
      throw new Error(`server does not recognize this encoded version ${JSON.stringify(token.v)}`);
    if (typeof token.rv !== "number" || token.rv === 0)
      throw new Error("incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
    if (typeof token.start !== "string" || !token.start)
      throw new Error("encoded start key empty (version meta.k8s.io/v1)");
    if (token.start.includes("..") || token.start.startsWith("/"))
      throw new Error(`invalid continue token for ${prefix}`);
    return { rv: token.rv, start: token.start.endsWith("\0") ? token.start.slice(0, -1) : token.start };
  } catch (error) {
    throw badRequest(
      `invalid continue token: continue key is not valid: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

const base64Url = (text: string): string => btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
/** The bytes as letters of the same number: the text that a fault names is Go's. */
const fromBase64Url = (text: string): string => atob(text.replace(/-/g, "+").replace(/_/g, "/"));

const expiredList =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.";

function asListError(error: unknown, token: Token | undefined): unknown {
  if (error instanceof Compacted) {
    return token
      ? expired(expiredList, writeToken(newestRevision, token.start))
      : expired("The resourceVersion for the provided list is too old.");
  }
  if (error instanceof FutureRevision) return new ApiError("Timeout", `Timeout: ${error.message}`, {});
  return error;
}
