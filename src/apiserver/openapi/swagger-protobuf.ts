/**
 * OpenAPI v2 in protobuf, which older kubectl insist on: gnostic's `openapi.v2.Document`
 * (https://github.com/google/gnostic-models/blob/main/openapiv2/OpenAPIv2.proto), as much of it as our documents need.
 */
import protobuf from "protobufjs/minimal.js";

type Writer = protobuf.Writer;
type Json = { readonly [key: string]: unknown };

/** The numbers of the fields of each message. */
const document = {
  swagger: 1,
  info: 2,
  paths: 8,
  definitions: 9,
  parameters: 10,
  security: 12,
  securityDefinitions: 13,
};
const info = { title: 1, version: 2 };
const named = { name: 1, value: 2 };
const list = 1;
const paths = { path: 2 };
const pathItem = { get: 2, put: 3, post: 4, delete: 5, options: 6, head: 7, patch: 8, parameters: 9 };
const operation = {
  tags: 1,
  description: 3,
  operationId: 5,
  produces: 6,
  consumes: 7,
  parameters: 8,
  responses: 9,
  schemes: 10,
  extension: 13,
};
/** A choice: the thing itself, or a reference to it. */
const choice = { itself: 1, reference: 2 };
const parameter = { body: 1, other: 2 };
const bodyParameter = { description: 1, name: 2, in: 3, required: 4, schema: 5 };
/** By where they are given: the message, and its fields. */
const otherParameters = {
  query: { message: 3, required: 1, in: 2, description: 3, name: 4, type: 6, uniqueItems: 20 },
  path: { message: 4, required: 1, in: 2, description: 3, name: 4, type: 5, uniqueItems: 19 },
} as const;
const response = { description: 1, schema: 2 };
const apiKey = { message: 2, type: 1, name: 2, in: 3, description: 4 };
const schema = {
  $ref: 1,
  format: 2,
  title: 3,
  description: 4,
  default: 5,
  multipleOf: 6,
  maximum: 7,
  exclusiveMaximum: 8,
  minimum: 9,
  exclusiveMinimum: 10,
  maxLength: 11,
  minLength: 12,
  pattern: 13,
  maxItems: 14,
  minItems: 15,
  uniqueItems: 16,
  maxProperties: 17,
  minProperties: 18,
  required: 19,
  enum: 20,
  additionalProperties: 21,
  type: 22,
  items: 23,
  allOf: 24,
  properties: 25,
  externalDocs: 29,
  example: 30,
  extension: 31,
};
const externalDocs = { description: 1, url: 2 };
const doubles = ["multipleOf", "maximum", "minimum"] as const;
const integers = ["maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties"] as const;
const flags = ["exclusiveMaximum", "exclusiveMinimum", "uniqueItems"] as const;
/** Of `Any`: the value as YAML, of which JSON is a part. */
const yaml = 2;

const text = (writer: Writer, field: number, value: unknown): Writer =>
  value === undefined ? writer : writer.uint32((field << 3) | 2).string(String(value));

function message(writer: Writer, field: number, write: (writer: Writer) => void): void {
  writer.uint32((field << 3) | 2).fork();
  write(writer);
  writer.ldelim();
}

const flag = (writer: Writer, field: number, value: unknown): Writer =>
  value === true ? writer.uint32(field << 3).bool(true) : writer;

function texts(writer: Writer, field: number, values: unknown): void {
  for (const one of (values ?? []) as readonly unknown[]) text(writer, field, one);
}

const anyValue = (writer: Writer, field: number, value: unknown): void =>
  message(writer, field, (w) => void text(w, yaml, `${JSON.stringify(value)}\n`));

function entries(writer: Writer, field: number, values: Json, write: (writer: Writer, value: Json) => void): void {
  message(writer, field, (all) => {
    for (const [name, value] of Object.entries(values)) {
      message(all, list, (entry) => {
        text(entry, named.name, name);
        message(entry, named.value, (w) => write(w, value as Json));
      });
    }
  });
}

function extensions(writer: Writer, field: number, value: Json): void {
  for (const [name, extension] of Object.entries(value)) {
    if (!name.startsWith("x-")) continue;
    message(writer, field, (w) => {
      text(w, named.name, name);
      anyValue(w, named.value, extension);
    });
  }
}

function writeSchema(writer: Writer, value: Json): void {
  for (const name of ["$ref", "format", "title", "description", "pattern"] as const)
    text(writer, schema[name], value[name]);
  if (value.default !== undefined) anyValue(writer, schema.default, value.default);
  writeBounds(writer, value);
  texts(writer, schema.required, value.required);
  for (const one of (value.enum ?? []) as unknown[]) anyValue(writer, schema.enum, one);
  const more = value.additionalProperties;
  if (typeof more === "boolean") message(writer, schema.additionalProperties, (w) => void w.uint32(2 << 3).bool(more));
  else if (more)
    message(writer, schema.additionalProperties, (w) => message(w, 1, (s) => writeSchema(s, more as Json)));
  if (value.type !== undefined) message(writer, schema.type, (w) => void text(w, 1, value.type));
  if (value.items) message(writer, schema.items, (w) => message(w, 1, (s) => writeSchema(s, value.items as Json)));
  for (const one of (value.allOf ?? []) as Json[]) message(writer, schema.allOf, (w) => writeSchema(w, one));
  if (value.properties) entries(writer, schema.properties, value.properties as Json, writeSchema);
  const docs = value.externalDocs as Json | undefined;
  if (docs)
    message(writer, schema.externalDocs, (w) => {
      text(text(w, externalDocs.description, docs.description), externalDocs.url, docs.url);
    });
  if (value.example !== undefined) anyValue(writer, schema.example, value.example);
  extensions(writer, schema.extension, value);
}

function writeBounds(writer: Writer, value: Json): void {
  for (const name of doubles)
    if (value[name] !== undefined) writer.uint32((schema[name] << 3) | 1).double(Number(value[name]));
  for (const name of integers)
    if (value[name] !== undefined) writer.uint32(schema[name] << 3).int64(Number(value[name]));
  for (const name of flags) flag(writer, schema[name], value[name]);
}

function writeParameter(writer: Writer, value: Json): void {
  if (value.in === "body") {
    message(writer, parameter.body, (w) => {
      text(w, bodyParameter.description, value.description);
      text(text(w, bodyParameter.name, value.name), bodyParameter.in, value.in);
      flag(w, bodyParameter.required, value.required);
      message(w, bodyParameter.schema, (s) => writeSchema(s, value.schema as Json));
    });
    return;
  }
  const fields = otherParameters[value.in === "path" ? "path" : "query"];
  message(writer, parameter.other, (other) =>
    message(other, fields.message, (w) => {
      flag(w, fields.required, value.required);
      text(text(w, fields.in, value.in), fields.description, value.description);
      text(text(w, fields.name, value.name), fields.type, value.type);
      flag(w, fields.uniqueItems, value.uniqueItems);
    }),
  );
}

function parameterItems(writer: Writer, field: number, values: unknown): void {
  for (const one of (values ?? []) as readonly Json[]) {
    message(writer, field, (item) => {
      if (one.$ref === undefined) message(item, choice.itself, (w) => writeParameter(w, one));
      else message(item, choice.reference, (w) => void text(w, 1, one.$ref));
    });
  }
}

function writeOperation(writer: Writer, value: Json): void {
  texts(writer, operation.tags, value.tags);
  text(text(writer, operation.description, value.description), operation.operationId, value.operationId);
  texts(writer, operation.produces, value.produces);
  texts(writer, operation.consumes, value.consumes);
  parameterItems(writer, operation.parameters, value.parameters);
  entries(writer, operation.responses, value.responses as Json, (w, answer) =>
    message(w, choice.itself, (r) => {
      text(r, response.description, answer.description);
      if (answer.schema)
        message(r, response.schema, (item) => message(item, 1, (s) => writeSchema(s, answer.schema as Json)));
    }),
  );
  texts(writer, operation.schemes, value.schemes);
  extensions(writer, operation.extension, value);
}

function writePaths(writer: Writer, all: Json): void {
  for (const [name, item] of Object.entries(all) as [string, Json][]) {
    message(writer, paths.path, (entry) => {
      text(entry, named.name, name);
      message(entry, named.value, (w) => {
        for (const [method, value] of Object.entries(item))
          if (method !== "parameters")
            message(w, pathItem[method as keyof typeof pathItem], (o) => writeOperation(o, value as Json));
        parameterItems(w, pathItem.parameters, item.parameters);
      });
    });
  }
}

export function swaggerProtobuf(value: Json): Uint8Array {
  const writer = protobuf.Writer.create();
  text(writer, document.swagger, value.swagger);
  const { title, version } = value.info as Json;
  message(writer, document.info, (w) => void text(text(w, info.title, title), info.version, version));
  message(writer, document.paths, (w) => writePaths(w, value.paths as Json));
  entries(writer, document.definitions, value.definitions as Json, writeSchema);
  entries(writer, document.parameters, value.parameters as Json, writeParameter);
  for (const one of value.security as Json[])
    entries(writer, document.security, one, (w, scopes) => texts(w, 1, scopes));
  entries(writer, document.securityDefinitions, value.securityDefinitions as Json, (w, definition) =>
    message(w, apiKey.message, (k) => {
      for (const name of ["type", "name", "in", "description"] as const) text(k, apiKey[name], definition[name]);
    }),
  );
  return writer.finish();
}
