/** OpenAPI v3: paths, from routes (https://spec.openapis.org/oas/v3.0.3). */

import type { Schema } from "./fixed-schemas.ts";
import { answerWords, byPath, operationIdAndTags, type Parameter, type Route } from "./routes.ts";

const parameter = ({ name, in: where, type, description }: Parameter): object => ({
  name,
  in: where,
  ...(description && { description }),
  ...(where === "path" && { required: true }),
  schema: { type, uniqueItems: true },
});

const content = (media: readonly string[], schema: Schema): object =>
  Object.fromEntries(media.toSorted().map((type) => [type, { schema }]));

function operation(route: Route): object {
  const { description, body, consumes, produces, responses, action, kind, parameters } = route;
  const { operationId, tags } = operationIdAndTags(route);
  const answers = Object.entries(responses).map(([code, schema]) => [
    code,
    { description: answerWords(code), content: content(produces, schema) },
  ]);
  return {
    tags,
    ...(description && { description }),
    operationId,
    ...(parameters.length && { parameters: parameters.map(parameter) }),
    ...(body && {
      requestBody: { content: content(consumes, body.schema), ...(body.isRequired && { required: true }) },
    }),
    responses: { ...Object.fromEntries(answers), 401: { description: "Unauthorized" } },
    ...(action && { "x-kubernetes-action": action }),
    ...(kind && { "x-kubernetes-group-version-kind": kind }),
  };
}

export function v3Paths(routes: readonly Route[]): object {
  const all = byPath(routes).map(({ path, shared, routes: of }) => [
    path,
    {
      ...Object.fromEntries(of.map((route) => [route.method, operation(route)])),
      ...(shared.length && { parameters: shared.map(parameter) }),
    },
  ]);
  return Object.fromEntries(all);
}
