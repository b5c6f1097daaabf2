/** The operations that tell of the server itself: which groups and versions there are, and what it is. */
import type { Catalog } from "../../api/catalog.ts";
import type { Schema } from "./fixed-schemas.ts";
import { media } from "./kind-routes.ts";
import type { Route } from "./routes.ts";
import type { Schemas } from "./schemas.ts";

const text: Schema = { type: "string" };
const json = ["application/json"];

type Make = (schemas: Schemas) => Route[];

const get = (
  path: string,
  operation: string,
  description: string,
  schema: Schema,
  produces: readonly string[] = media,
  consumes: readonly string[] = [],
): Route => ({
  path,
  method: "get",
  operation,
  description,
  parameters: [],
  consumes,
  produces,
  responses: { 200: schema },
});

/** Of a version; custom kinds have none. */
export const resourcesRoute = (versionPath: string, schemas: Schemas): Route =>
  get(
    `/${versionPath}/`,
    "getAPIResources",
    "get available resources",
    schemas.type("meta/v1.APIResourceList"),
    media,
    media,
  );

const groupRoute =
  (group: string): Make =>
  (schemas) => [
    get(`/apis/${group}/`, "getAPIGroup", "get information of a group", schemas.type("meta/v1.APIGroup"), media, media),
  ];

const plain: Readonly<Record<string, Make>> = {
  ".well-known/openid-configuration": () => [
    get(
      "/.well-known/openid-configuration/",
      "getServiceAccountIssuerOpenIDConfiguration",
      "get service account issuer OpenID configuration, also known as the 'OIDC discovery doc'",
      text,
      json,
    ),
  ],
  api: (schemas) => [
    get("/api/", "getAPIVersions", "get available API versions", schemas.type("meta/v1.APIVersions"), media, media),
  ],
  apis: (schemas) => [
    get("/apis/", "getAPIVersions", "get available API versions", schemas.type("meta/v1.APIGroupList"), media, media),
  ],
  "openid/v1/jwks": () => [
    get(
      "/openid/v1/jwks/",
      "getServiceAccountIssuerOpenIDKeyset",
      "get service account issuer OpenID JSON Web Key Set (contains public token verification keys)",
      text,
      ["application/jwk-set+json"],
    ),
  ],
  version: (schemas) => [
    get("/version/", "getCodeVersion", "get the version information for this server", schemas.version(), json, json),
  ],
};

/** By the names of their documents. Groups that have custom kinds alone have no operation of their own. */
export function rootRoutes(catalog: Catalog): Map<string, Make> {
  const groups = new Set(catalog.all().flatMap(({ group, custom }) => (group && !custom ? [group] : [])));
  return new Map([
    ...Object.entries(plain),
    ...[...groups].map((group): [string, Make] => [`apis/${group}`, groupRoute(group)]),
  ]);
}
