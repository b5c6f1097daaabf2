/** OpenAPI v2 (https://swagger.io/specification/v2/): paths from routes, definitions from schemas. */

import type { Schema } from "./fixed-schemas.ts";
import { answerWords, byPath, operationIdAndTags, type Parameter, type Route } from "./routes.ts";
import { SharedParameters } from "./shared-parameters.ts";

type Json = { readonly [key: string]: unknown };

const references = (name: unknown): string => String(name).replace("#/components/schemas/", "#/definitions/");

/** A schema as v2 has it: words stand beside references, one type instead of a choice, and no defaults. */
export function inSwagger(schema: Schema): Schema {
  const { default: _, allOf, oneOf, $ref, properties, items, additionalProperties, ...rest } = schema;
  const [only] = (allOf ?? []) as readonly Schema[];
  const reference = $ref ?? only?.$ref;
  return {
    ...(reference !== undefined && { $ref: references(reference) }),
    ...rest,
    ...(oneOf !== undefined && { type: "string" }),
    ...(properties !== undefined && { properties: mapped(properties as Json) }),
    ...(items !== undefined && { items: inSwagger(items as Schema) }),
    ...(additionalProperties !== undefined && {
      additionalProperties:
        typeof additionalProperties === "object" ? inSwagger(additionalProperties as Schema) : additionalProperties,
    }),
  };
}

const mapped = (schemas: Json): Json =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, inSwagger(schema as Schema)]));

export const definitions = (all: ReadonlyMap<string, Schema>): Json =>
  mapped(Object.fromEntries([...all].sort(([a], [b]) => (a < b ? -1 : 1))));

const parameter = ({ name, in: where, type, description }: Parameter): Json => ({
  uniqueItems: true,
  type,
  ...(description && { description }),
  name,
  in: where,
  ...(where === "path" && { required: true }),
});

function operation(route: Route, shared: SharedParameters): Json {
  const { description, body, consumes, produces, responses, action, kind } = route;
  const { operationId, tags } = operationIdAndTags(route);
  const bodies = body
    ? [{ name: "body", in: "body", ...(body.isRequired && { required: true }), schema: inSwagger(body.schema) }]
    : [];
  const parameters = [...bodies, ...route.parameters.map(parameter)].map((one) => shared.use(one));
  const answers = Object.entries(responses).map(([code, schema]) => [
    code,
    { description: answerWords(code), schema: inSwagger(schema) },
  ]);
  return {
    ...(description && { description }),
    ...(consumes.length && { consumes }),
    ...(produces.length && { produces }),
    schemes: ["https"],
    tags,
    operationId,
    ...(parameters.length && { parameters }),
    responses: { ...Object.fromEntries(answers), 401: { description: "Unauthorized" } },
    ...(action && { "x-kubernetes-action": action }),
    ...(kind && { "x-kubernetes-group-version-kind": kind }),
  };
}

/** The paths, and the parameters that they refer to. */
export function v2Paths(routes: readonly Route[]): { readonly paths: Json; readonly parameters: Json } {
  const shared = new SharedParameters();
  const all = byPath(routes).map(({ path, shared: common, routes: of }) => [
    path,
    {
      ...Object.fromEntries(of.map((route) => [route.method, operation(route, shared)])),
      ...(common.length && { parameters: common.map((one) => shared.use(parameter(one))) }),
    },
  ]);
  return { paths: Object.fromEntries(all), parameters: shared.all() };
}
