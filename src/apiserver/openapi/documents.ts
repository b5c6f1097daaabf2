/** Whole documents: one for each part of the API in v3, one for all of it in v2. */
import type { Catalog } from "../../api/catalog.ts";
import type { Kind } from "../../api/kind.ts";
import { groupBy } from "../../base/group-by.ts";
import { CustomRoutes } from "./custom-routes.ts";
import type { Descriptions } from "./descriptions.ts";
import { KindRoutes } from "./kind-routes.ts";
import { Options } from "./options.ts";
import { resourcesRoute, rootRoutes } from "./root-routes.ts";
import { type Route, versionPath } from "./routes.ts";
import { Schemas } from "./schemas.ts";
import { definitions, v2Paths } from "./v2.ts";
import { v3Paths } from "./v3.ts";

const info = { title: "Kubernetes", version: "v1.36.2" };
const customInfo = { title: "Kubernetes CRD Swagger", version: "v0.1.0" };
const scheme = { type: "apiKey", description: "Bearer Token authentication", name: "authorization", in: "header" };

/** What a document of v3 is about: a version and its kinds, or paths beside them. */
export interface V3Part {
  readonly kinds: readonly Kind[];
  readonly routes: (schemas: Schemas, options: Options) => Route[];
}

/** By their names (`apis/apps/v1`), sorted. */
export function partsOf(catalog: Catalog): Map<string, V3Part> {
  const parts = new Map<string, V3Part>();
  for (const [name, routes] of rootRoutes(catalog)) parts.set(name, { kinds: [], routes });
  for (const [name, kinds] of groupBy(catalog.all(), versionPath))
    parts.set(name, { kinds, routes: (schemas, options) => routesOf(name, kinds, schemas, options) });
  return new Map([...parts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function routesOf(name: string, kinds: readonly Kind[], schemas: Schemas, options: Options): Route[] {
  const builtIn = new KindRoutes(schemas, options);
  const custom = new CustomRoutes(schemas, options);
  return [
    ...(isCustom(kinds) ? [] : [resourcesRoute(name, schemas)]),
    ...kinds.flatMap((kind) => (kind.custom ? custom : builtIn).of(kind)),
  ];
}

const isCustom = (kinds: readonly Kind[]): boolean => kinds.length > 0 && kinds.every(({ custom }) => custom);

export function v3Document(part: V3Part, descriptions: Descriptions): object {
  const schemas = new Schemas(descriptions, "v3");
  const paths = v3Paths(part.routes(schemas, new Options(descriptions)));
  const sorted = Object.fromEntries([...schemas.all].sort(([a], [b]) => (a < b ? -1 : 1)));
  const security = isCustom(part.kinds) ? {} : { securitySchemes: { BearerToken: scheme } };
  return {
    openapi: "3.0.0",
    info: isCustom(part.kinds) ? customInfo : info,
    paths,
    components: { ...(schemas.all.size && { schemas: sorted }), ...security },
  };
}

export function swagger(catalog: Catalog, descriptions: Descriptions): { readonly [key: string]: unknown } {
  const schemas = new Schemas(descriptions, "v2");
  const options = new Options(descriptions);
  const routes = [...partsOf(catalog).values()].flatMap((part) => part.routes(schemas, options));
  return {
    swagger: "2.0",
    info,
    ...v2Paths(routes),
    definitions: definitions(schemas.all),
    securityDefinitions: { BearerToken: scheme },
    security: [{ BearerToken: [] }],
  };
}
