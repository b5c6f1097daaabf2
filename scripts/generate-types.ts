/**
 * Writes src/api/generated/*.ts: a TypeScript interface for every type of the API, a file per group and version, from the
 * notation in which the types are written down. The output is not kept in git; the type check makes it anew.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import type { Field, StructType, Type } from "../src/api/schema/model.ts";
import { types } from "../src/api/schema/types.ts";

const scalars: Record<string, string> = {
  string: "string",
  bool: "boolean",
  int32: "number",
  int64: "number",
  double: "number",
  bytes: "string",
  Time: "string | null",
  MicroTime: "string | null",
  Quantity: "string",
  IntOrString: "number | string",
};
const alias = (groupVersion: string): string => groupVersion.replace("/", "_");

function text(type: Type, here: string, used: Set<string>): string {
  switch (type.kind) {
    case "any":
      return "unknown";
    case "scalar":
      return scalars[type.of] ?? "unknown";
    case "list":
      return `Array<${text(type.of, here, used)}>`;
    case "map":
      return `{ [key: string]: ${text(type.of, here, used)} }`;
    case "struct":
      if (type.name === "struct{}") return "Record<string, never>";
      if (type.groupVersion === here) return type.name;
      used.add(type.groupVersion);
      return `${alias(type.groupVersion)}.${type.name}`;
  }
}

function fieldLine(field: Field, here: string, used: Set<string>): string {
  const name = /^\w+$/.test(field.name) ? field.name : JSON.stringify(field.name);
  const shape = text(field.type, here, used);
  const nullable = field.always && (field.pointer || field.type.kind === "list" || field.type.kind === "map");
  const sure = field.always || (field.type.kind === "struct" && !field.pointer);
  return sure ? `  ${name}: ${shape}${nullable ? " | null" : ""};` : `  ${name}?: ${shape} | undefined;`;
}

function declaration(type: StructType, used: Set<string>): string {
  const typed = type.typed ? ["  apiVersion?: string | undefined;", "  kind?: string | undefined;"] : [];
  const fields = [...type.byName.values()].map((field) => fieldLine(field, type.groupVersion, used));
  return `export interface ${type.name} {\n${[...typed, ...fields].join("\n")}\n}\n`;
}

const perVersion = new Map<string, StructType[]>();
for (const name of types.names()) {
  const type = types.struct(name);
  perVersion.set(type.groupVersion, [...(perVersion.get(type.groupVersion) ?? []), type]);
}
const folder = new URL("../src/api/generated/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [groupVersion, structs] of perVersion) {
  const used = new Set<string>();
  const body = structs.map((type) => declaration(type, used)).join("\n");
  const imports = [...used]
    .map((gv) => `import type * as ${alias(gv)} from "./${gv.replace("/", "-")}.ts";\n`)
    .join("");
  writeFileSync(new URL(`${groupVersion.replace("/", "-")}.ts`, folder), `${imports}\n${body}`);
}
console.log(`types: ${[...types.names()].length} in ${perVersion.size} files`);
