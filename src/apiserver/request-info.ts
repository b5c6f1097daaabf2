import { parseFieldSelector } from "../api/selectors.ts";

/** What a path and method ask for (apiserver's `endpoints/request`): resource requests, and everything else. */
export interface RequestInfo {
  readonly isResource: boolean;
  readonly path: string;
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`; for other paths the method in lower case. */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** What follows the subresource (proxy paths). */
  readonly rest: string;
}

const verbs: Record<string, string> = {
  POST: "create",
  GET: "get",
  HEAD: "get",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};
/** Subresources of a namespace itself: what else follows a namespace is a resource inside it. */
const namespaceSubresources = new Set(["status", "finalize"]);

export function requestInfo(method: string, path: string, query: URLSearchParams): RequestInfo {
  const none: RequestInfo = {
    isResource: false,
    path,
    verb: method.toLowerCase(),
    group: "",
    version: "",
    namespace: "",
    resource: "",
    subresource: "",
    name: "",
    rest: "",
  }; // prettier-ignore
  const parts = path.replace(/^\/+|\/+$/g, "").split("/");
  let at: number;
  let group = "";
  if (parts[0] === "api") at = 1;
  else if (parts[0] === "apis") {
    group = parts[1] ?? "";
    at = 2;
  } else return none;
  const version = parts[at++];
  if (version === undefined || parts[at] === undefined) return { ...none, group, version: version ?? "" };
  let verb = verbs[method] ?? method.toLowerCase();
  if (parts[at] === "watch") {
    at++;
    verb = "watch";
  }
  let namespace = "";
  let rest = parts.slice(at).map(decode);
  if (rest[0] === "namespaces") {
    if (rest[1] !== undefined) {
      namespace = rest[1];
      if (rest.length > 2 && !namespaceSubresources.has(rest[2] ?? "")) rest = rest.slice(2);
    }
  }
  const [resource = "", name = "", subresource = "", ...others] = rest;
  if (resource === "namespaces") namespace = name;
  if (!name && verb === "get") verb = isTrue(query.get("watch")) ? "watch" : "list";
  if (name && verb === "watch" && subresource === "")
    return { ...none, isResource: true, verb, group, version, namespace, resource, name };
  if (!name && verb === "delete") verb = "deletecollection";
  return {
    isResource: true,
    path,
    verb,
    group,
    version,
    namespace,
    resource,
    subresource,
    name,
    rest: others.join("/"),
  };
}

const longSubresources = new Set(["attach", "exec", "proxy", "log", "portforward"]);

/** Whether a request may go on for as long as it likes (upstream's `BasicLongRunningRequestCheck`). */
export const isLongRunning = ({ verb, isResource, subresource }: RequestInfo): boolean =>
  verb === "watch" || (isResource && longSubresources.has(subresource));

/** The name whose object alone a list or watch asks for; empty if there is none. Who asks so is judged by that name. */
export function nameSelected(fieldSelector: string | null | undefined): string {
  if (!fieldSelector) return "";
  try {
    const name = parseFieldSelector(fieldSelector).find((r) => r.field === "metadata.name" && r.equal)?.value ?? "";
    // as a part of a path would be: else it names nothing
    return name.includes("/") || name.includes("%") || name === "." || name === ".." ? "" : name;
  } catch {
    return "";
  }
}

/** A parameter that is there is true, unless it says `0` or `false`. */
export const isTrue = (value: string | null): boolean =>
  value !== null && value !== "0" && value.toLowerCase() !== "false";

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
