/** What the API answers, operation by operation: both forms of OpenAPI are written from these. */
import type { GroupVersionKind, Kind } from "../../api/kind.ts";
import type { Schema } from "./fixed-schemas.ts";

/** In the order in which documents list them. */
export const methods = ["get", "put", "post", "delete", "options", "head", "patch"] as const;
export type Method = (typeof methods)[number];

export interface Parameter {
  readonly name: string;
  readonly in: "query" | "path";
  readonly type: "string" | "boolean" | "integer";
  readonly description?: string;
}

export interface Route {
  readonly path: string;
  readonly method: Method;
  /** A verb and what it is done to, as upstream names its routes: `listNamespacedPod`. */
  readonly operation: string;
  readonly description?: string;
  readonly action?: string;
  /** What the operation is about: for subresources of another kind, that kind. */
  readonly kind?: GroupVersionKind;
  readonly parameters: readonly Parameter[];
  readonly body?: { readonly schema: Schema; readonly isRequired: boolean };
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  /** By status code. */
  readonly responses: Readonly<Record<number, Schema>>;
}

const verbs = ["get", "log", "read", "replace", "patch", "delete", "watch", "connect", "proxy", "list", "create"];

/** Letters, digits and `_` of a text; the letter after anything else becomes a capital. */
function identifier(text: string, isCapital: boolean): string {
  let result = "";
  let capital = isCapital;
  for (const [i, char] of [...text].entries()) {
    if (!/[\p{L}_]/u.test(char) && (i === 0 || !/\p{Nd}/u.test(char))) {
      capital = true;
      continue;
    }
    result += capital ? char.toUpperCase() : char;
    capital = false;
  }
  return result;
}

/** The operation's name in the whole API, the group and version behind its verb; and the tag that operations of a version share. */
export function operationIdAndTags({ operation, path }: Pick<Route, "operation" | "path">): {
  readonly operationId: string;
  readonly tags: readonly string[];
} {
  const verb = verbs.find((one) => operation.startsWith(one)) ?? "";
  const rest = identifier(operation.slice(verb.length), verb !== "");
  const all = path.replace(/^\/+|\/+$/g, "").split("/");
  const parts = all[0] === "api" ? ["apis", "core", ...all.slice(1)] : all;
  const [root = "", group, version] = parts;
  if (root !== "apis" || group === undefined) return { operationId: verb + rest, tags: [identifier(root, false)] };
  const short = group.replace(/\.k8s\.io$/, "");
  const within = version === undefined ? "" : identifier(version, true);
  const tag = identifier(short, false) + (version === undefined ? "" : `_${identifier(version, false)}`);
  return { operationId: verb + identifier(short, true) + within + rest, tags: [tag] };
}

export const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** A noun after its article; nouns that read as plurals (`Endpoints`) have none. */
export const withArticle = (noun: string): string =>
  /[^s]s$/.test(noun) ? noun : `${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun}`;

const pathParameter = (name: string, description: string): Parameter => ({
  name,
  in: "path",
  type: "string",
  description,
});
export const namespaceParameter = pathParameter(
  "namespace",
  "object name and auth scope, such as for teams and projects",
);
export const nameParameter = (kind: string): Parameter => pathParameter("name", `name of the ${kind}`);
export const pathWithin = pathParameter("path", "path to the resource");
export const pretty: Parameter = {
  name: "pretty",
  in: "query",
  type: "string",
  description:
    "If 'true', then the output is pretty printed. Defaults to 'false' unless the user-agent indicates a browser or command-line HTTP tool (curl and wget).",
};

/** `api/v1`, `apis/apps/v1`: where the resources of a version lie, and the name of its document. */
export const versionPath = ({ group, version }: Pick<Kind, "group" | "version">): string =>
  group ? `apis/${group}/${version}` : `api/${version}`;

const described: Readonly<Record<number, string>> = { 200: "OK", 201: "Created", 202: "Accepted" };
export const answerWords = (code: string): string => described[Number(code)] ?? "";

/** The routes of each path, their parameters sorted; those that all of a path share stand apart. */
export interface PathRoutes {
  readonly path: string;
  readonly shared: readonly Parameter[];
  readonly routes: readonly Route[];
}

const identity = (parameter: Parameter): string => `${parameter.in} ${parameter.name}`;
const sorted = (parameters: readonly Parameter[]): Parameter[] =>
  parameters.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.in < b.in ? -1 : 1));

export function byPath(all: readonly Route[]): PathRoutes[] {
  const paths = new Map<string, Route[]>();
  for (const route of all) paths.set(route.path, [...(paths.get(route.path) ?? []), route]);
  const names = [...paths.keys()].sort();
  return names.map((path) => {
    const routes = (paths.get(path) as Route[]).toSorted(
      (a, b) => methods.indexOf(a.method) - methods.indexOf(b.method),
    );
    const sets = routes.map(({ parameters }) => new Set(parameters.map(identity)));
    const isShared = (one: Parameter): boolean => sets.every((set) => set.has(identity(one)));
    return {
      path,
      shared: sorted((routes[0] as Route).parameters.filter(isShared)),
      routes: routes.map((route) => ({
        ...route,
        parameters: sorted(route.parameters.filter((one) => !isShared(one))),
      })),
    };
  });
}
