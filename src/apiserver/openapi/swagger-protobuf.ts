/**
 * OpenAPI v2 in protobuf, which older kubectl insist on: gnostic's `openapi.v2.Document`
 * (https://github.com/google/gnostic-models/blob/main/openapiv2/OpenAPIv2.proto), as much of it as definitions need.
 */
import protobuf from "protobufjs/minimal.js";

type Writer = protobuf.Writer;
type Json = { readonly [key: string]: unknown };

/** The numbers of the fields of each message. */
const document = { swagger: 1, info: 2, paths: 8, definitions: 9 };
const info = { title: 1, version: 2 };
const named = { name: 1, value: 2 };
const list = 1;
const schema = {
  $ref: 1,
  format: 2,
  title: 3,
  description: 4,
  default: 5,
  required: 19,
  enum: 20,
  additionalProperties: 21,
  type: 22,
  items: 23,
  allOf: 24,
  properties: 25,
  extension: 31,
};
/** Of `Any`: the value as YAML, of which JSON is a part. */
const yaml = 2;

const text = (writer: Writer, field: number, value: unknown): Writer =>
  value === undefined ? writer : writer.uint32((field << 3) | 2).string(String(value));

function message(writer: Writer, field: number, write: (writer: Writer) => void): void {
  writer.uint32((field << 3) | 2).fork();
  write(writer);
  writer.ldelim();
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

function writeSchema(writer: Writer, value: Json): void {
  text(writer, schema.$ref, value.$ref);
  text(writer, schema.format, value.format);
  text(writer, schema.title, value.title);
  text(writer, schema.description, value.description);
  if (value.default !== undefined) anyValue(writer, schema.default, value.default);
  for (const name of (value.required ?? []) as string[]) text(writer, schema.required, name);
  for (const one of (value.enum ?? []) as unknown[]) anyValue(writer, schema.enum, one);
  const more = value.additionalProperties;
  if (typeof more === "boolean") message(writer, schema.additionalProperties, (w) => void w.uint32(2 << 3).bool(more));
  else if (more)
    message(writer, schema.additionalProperties, (w) => message(w, 1, (s) => writeSchema(s, more as Json)));
  if (value.type !== undefined) message(writer, schema.type, (w) => void text(w, 1, value.type));
  if (value.items) message(writer, schema.items, (w) => message(w, 1, (s) => writeSchema(s, value.items as Json)));
  for (const one of (value.allOf ?? []) as Json[]) message(writer, schema.allOf, (w) => writeSchema(w, one));
  if (value.properties) entries(writer, schema.properties, value.properties as Json, writeSchema);
  for (const [name, extension] of Object.entries(value)) {
    if (!name.startsWith("x-")) continue;
    message(writer, schema.extension, (w) => {
      text(w, named.name, name);
      anyValue(w, named.value, extension);
    });
  }
}

/** A document without paths. */
export function swaggerProtobuf(value: Json): Uint8Array {
  const writer = protobuf.Writer.create();
  text(writer, document.swagger, value.swagger);
  const { title, version } = value.info as Json;
  message(writer, document.info, (w) => void text(text(w, info.title, title), info.version, version));
  message(writer, document.paths, () => {});
  entries(writer, document.definitions, value.definitions as Json, writeSchema);
  return writer.finish();
}
