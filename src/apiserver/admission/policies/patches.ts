/** Changes that mutating policies compute: JSON patches and apply configurations, laid over an object. */
import { faultsOf } from "../../../api/apply/applied-fields.ts";
import { merge } from "../../../api/apply/merge.ts";
import { fieldType } from "../../../api/apply/structure.ts";
import { jsonOf } from "../../../api/cel/values/json.ts";
import { elements, isList } from "../../../api/cel/values/list.ts";
import { entriesOf, isMap as isMapValue, type MapValue } from "../../../api/cel/values/map.ts";
import type { Value } from "../../../api/cel/values/value.ts";
import { isMap } from "../../../api/object.ts";
import { jsonPatch, type Operation } from "../../../api/patch/json-patch.ts";
import { PatchError } from "../../../api/patch/patch-error.ts";
import { type JsonObject, structuredCopy } from "../../../api/schema/decode.ts";
import type { StructType, Type } from "../../../api/schema/model.ts";

/** A change that cannot be made: the text is what users see. */
export class ChangeFault extends Error {
  override readonly name = "ChangeFault";
}

/** The object with an expression's JSON patch. Throws ChangeFault. */
export function withOperations(object: JsonObject, value: Value): JsonObject {
  const operations = isList(value) ? [...elements(value)].map((one) => operationOf(one as MapValue)) : [];
  const changed = structuredCopy(object) as JsonObject;
  for (const operation of operations) {
    try {
      jsonPatch(changed, [operation]);
    } catch (error) {
      if (!(error instanceof PatchError)) throw error;
      const fault = faultText(changed, operation);
      // a test that fails: the whole patch is not meant
      if (fault === undefined) return object;
      throw new ChangeFault(`JSON Patch: ${fault}`);
    }
  }
  return changed;
}

function operationOf(patch: MapValue): Operation {
  const text = (name: string): string => String(patch.find(name) ?? "");
  const value = patch.find("value");
  if (value !== undefined) checkNames(value);
  return {
    op: text("op"),
    path: text("path"),
    ...(text("from") && { from: text("from") }),
    ...(value !== undefined && { value: jsonOf(value) }),
  };
}

/** Why an operation could not be carried out; undefined: it is a test that failed. */
function faultText(object: unknown, { op, path, from = "" }: Operation): string | undefined {
  const holder = holderOf(object, path);
  switch (op) {
    case "add":
      if (!holder) return `add operation does not apply: doc is missing path: "${path}": missing value`;
      return `error in add for path: '${path}': ${indexFault(holder, true)}`;
    case "remove":
      if (!holder) return `remove operation does not apply: doc is missing path: "${path}": missing value`;
      return `error in remove for path: '${path}': ${indexFault(holder, false)}`;
    case "replace":
      if (!holder) return `replace operation does not apply: doc is missing path: ${path}: missing value`;
      return `replace operation does not apply: doc is missing key: ${path}: missing value`;
    case "test":
      if (!holder) return `test operation does not apply: is missing path: ${path}: missing value`;
      return Array.isArray(holder.parent) && !(holder.key in holder.parent)
        ? `error in test for path: '${path}': ${indexFault(holder, false)}`
        : undefined;
    case "move":
    case "copy": {
      const source = holderOf(object, from);
      if (!source) return `${op} operation does not apply: doc is missing from path: ${from}: missing value`;
      if (!holder) return `${op} operation does not apply: doc is missing destination path: ${path}: missing value`;
      if (op === "move") return `error in move for path: '${source.key}': ${indexFault(source, false)}`;
      return `error in copy for from: '${from}': ${indexFault(source, false)}`;
    }
    default:
      return `Unexpected kind: ${op || "unknown"}`;
  }
}

interface Holder {
  readonly parent: object;
  readonly key: string;
}

function holderOf(object: unknown, path: string): Holder | undefined {
  if (!path.includes("/")) return undefined;
  const steps = path
    .split("/")
    .slice(1)
    .map((step) => step.replace(/~1/g, "/").replace(/~0/g, "~"));
  const key = steps.pop() ?? "";
  let parent: unknown = object;
  for (const step of steps) parent = isMap(parent) || Array.isArray(parent) ? (parent as JsonObject)[step] : undefined;
  return typeof parent === "object" && parent !== null ? { parent, key } : undefined;
}

function indexFault({ parent, key }: Holder, adding: boolean): string {
  if (!Array.isArray(parent)) return `Unable to remove nonexistent key: ${key}: missing value`;
  if (/^-?\d+$/.test(key)) return `Unable to access invalid index: ${key}: invalid index referenced`;
  const why = `strconv.Atoi: parsing ${JSON.stringify(key)}: invalid syntax`;
  return adding ? `value was not a proper array index: '${key}': ${why}` : why;
}

/** The object with an expression's apply configuration. Throws ChangeFault. */
export function withConfiguration(object: JsonObject, value: Value, schema: StructType): JsonObject {
  checkNames(value);
  const { apiVersion, kind } = object;
  const wanted = { ...(jsonOf(value) as JsonObject), apiVersion, kind };
  const fault = faultsOf(schema, wanted);
  if (fault) throw new ChangeFault(`error applying patch: failed to convert patch object to typed object: ${fault}`);
  const whole = atomicParts(schema, wanted, "");
  if (whole.length) {
    const what = `may not mutate atomic arrays, maps or structs: ${whole.join(", ")}`;
    throw new ChangeFault(`error applying patch: invalid ApplyConfiguration: ${what}`);
  }
  return merge(schema, object, wanted) as JsonObject;
}

/** Where the configuration would replace a whole of which it says but a part. */
function atomicParts(type: Type, value: unknown, path: string): string[] {
  if (isMap(value) && (type.kind === "map" || type.kind === "struct")) {
    const inner = Object.entries(value).flatMap(([name, field]) => {
      const known = type.kind === "struct" ? fieldType(type, name) : undefined;
      return known ? atomicParts(known, field, `${path}.${name}`) : [];
    });
    return type.atomic ? [path, ...inner] : inner;
  }
  if (Array.isArray(value) && type.kind === "list") {
    const inner = value.flatMap((item, i) => atomicParts(type.of, item, `${path}[${i}]`));
    return type.topology === "atomic" ? [path, ...inner] : inner;
  }
  return [];
}

/** Types are named after the way to them: `Object.spec` stands at `spec`. Throws ChangeFault. */
function checkNames(value: Value): void {
  if (!isMapValue(value) || !value.typeName?.startsWith("Object")) return;
  const faults = nameFaults(value, value.typeName);
  if (faults.length) throw new ChangeFault(`type mismatch: ${faults.join("\n")}`);
}

function nameFaults(value: Value, path: string): string[] {
  if (isList(value)) return [...elements(value)].flatMap((item) => nameFaults(item, path));
  if (!isMapValue(value)) return [];
  const { typeName } = value;
  if (!typeName?.startsWith("Object")) return [...entriesOf(value)].flatMap(([, item]) => nameFaults(item, path));
  const inner = [...entriesOf(value)].flatMap(([name, field]) => nameFaults(field, `${path}.${String(name)}`));
  if (typeName === path) return inner;
  const expected = `expected ${JSON.stringify(path)}, which matches field name path from root Object type`;
  return [`unexpected type name ${JSON.stringify(typeName)}, ${expected}`, ...inner];
}
