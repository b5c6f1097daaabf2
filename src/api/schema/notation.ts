/**
 * Reads the notation in which the types of the API are written down (`…/types.ts`), one type after another (how versions
 * are told by their differences: sources.ts):
 *
 *     Container
 *       name 1 string always required
 *       ports 6 []ContainerPort map(containerPort,protocol) merge(containerPort)
 *       livenessProbe 10 *Probe
 *
 * The head line of a type may say `kind` (it carries apiVersion and kind) and `atomic` (applied as a whole). A field line holds
 * the JSON name (`-` if inlined without one), the protobuf number, the type and its marks. Types: a scalar of
 * model.ts, `Raw` (any JSON), `Empty` (a struct without fields), or a type's name, after `*` (pointer), `[]` (list) or `{}`
 * (map from string). A name of another group and version is written whole, `core/v1.PodSpec`; those of meta/v1 need not be.
 * Marks: `always` written even when zero, `omitzero` a time left out when zero, `keepEmpty` a list that
 * means something when it is empty, `wrapped` a list that is a message of its own in protobuf, `inline`, `required`,
 * `enum(…)`, `default=JSON`;
 * `atomic`, `set`, `map(keys)` for apply; `merge`, `merge(key)`, `retainKeys`, `replace` for strategic merge patch.
 */
import type { Field, ListType, Scalar, StructType, Type } from "./model.ts";
import { Sources, type TypeText } from "./sources.ts";

const scalars = new Set<string>([
  "string",
  "bool",
  "int32",
  "int64",
  "double",
  "bytes",
  "Time",
  "MicroTime",
  "Quantity",
  "IntOrString",
]); // prettier-ignore
const scalarTypes = new Map([...scalars].map((of) => [of, { kind: "scalar", of: of as Scalar } as const]));
export const anyType = { kind: "any" } as const;
/** The same where Go has a RawExtension: for the fields that a write changes it is one. */
export const rawType = { kind: "any" } as const;

/** All types of some texts; a type is read when it is first asked for. */
export class Types {
  readonly #sources: Sources;
  readonly #read = new Map<string, StructType>();

  /** `known`: versions and types that can be read and written, and are not served. */
  constructor(served: readonly TypeText[], known: readonly TypeText[] = []) {
    this.#sources = new Sources(served, known);
  }

  /** Whether there is a type of this name, served or not. */
  has(name: string): boolean {
    const [groupVersion = "", short = ""] = name.split(".");
    return this.#sources.of(groupVersion, short) !== undefined;
  }

  /** Of a version, served or not: `Deployment`, `DeploymentSpec`. Empty if there is no such version. */
  namesOf(groupVersion: string): IterableIterator<string> {
    return this.#sources.version(groupVersion).keys();
  }

  /** The names of what is served. */
  names(): IterableIterator<string> {
    return this.#sources.names();
  }

  /** The struct `core/v1.Pod`. Throws if there is none: names come from this program. */
  struct(name: string): StructType {
    const known = this.#read.get(name);
    if (known) return known;
    const [groupVersion = "", short = ""] = name.split(".");
    const source = this.#sources.of(groupVersion, short);
    if (!source) throw new Error(`no type ${name} is written down`);
    const type = new LazyStruct(groupVersion, short, source.marks, source.fields, this);
    this.#read.set(name, type);
    return type;
  }

  /** The type that a field of `groupVersion` names. */
  resolve(text: string, groupVersion: string): StructType | Type {
    if (text === "Raw") return rawType;
    if (text === "Empty") return emptyStruct;
    const scalar = scalarTypes.get(text);
    if (scalar) return scalar;
    if (text.includes("/")) return this.struct(text);
    const here = `${groupVersion}.${text}`;
    return this.struct(this.has(here) ? here : `meta/v1.${text}`);
  }
}

/** Types refer to one another in circles (JSONSchemaProps), so fields are read on first use. */
class LazyStruct implements StructType {
  readonly kind = "struct";
  readonly preserveUnknown = false;
  readonly groupVersion: string;
  readonly name: string;
  readonly atomic: boolean;
  readonly typed: boolean;
  readonly #lines: readonly string[];
  readonly #types: Types;
  #fields: readonly Field[] | undefined;
  #byName: ReadonlyMap<string, Field> | undefined;
  #always: readonly Field[] | undefined;
  #defaulted: readonly Field[] | undefined;

  constructor(groupVersion: string, name: string, marks: readonly string[], lines: readonly string[], types: Types) {
    this.groupVersion = groupVersion;
    this.name = name;
    this.atomic = marks.includes("atomic");
    this.typed = marks.includes("kind");
    this.#lines = lines;
    this.#types = types;
  }

  get fields(): readonly Field[] {
    this.#fields ??= this.#lines.map((line) => readField(line, this.groupVersion, this.#types));
    return this.#fields;
  }

  get byName(): ReadonlyMap<string, Field> {
    this.#byName ??= new Map(shown(this).map((field) => [field.name, field]));
    return this.#byName;
  }

  get always(): readonly Field[] {
    this.#always ??= shown(this).filter(isAlwaysWritten);
    return this.#always;
  }

  get defaulted(): readonly Field[] {
    this.#defaulted ??= shown(this).filter(hasDefaultToWrite);
    return this.#defaulted;
  }
}

const emptyStruct: StructType = {
  kind: "struct",
  groupVersion: "",
  name: "struct{}",
  atomic: false,
  typed: false,
  preserveUnknown: false,
  fields: [],
  byName: new Map(),
  always: [],
  defaulted: [],
};

function shown(type: StructType): Field[] {
  return type.fields.flatMap((f) => (f.inline && f.type.kind === "struct" ? shown(f.type) : [f]));
}

/** A default that is the zero value of a field that leaves zero out is never seen. */
function hasDefaultToWrite({ default: value, pointer, always }: Field): boolean {
  const isZero = value === 0 || value === false || value === "";
  return value !== undefined && (pointer || always || !isZero);
}

/** Go's encoding/json leaves a struct in, whatever `omitempty` says; times, quantities and the like are structs. */
function isAlwaysWritten(field: Field): boolean {
  if (field.always) return true;
  if (field.pointer || field.name === "creationTimestamp") return false;
  if (field.type.kind === "struct" || field.type.kind === "any") return true;
  return field.type.kind === "scalar" && ["Time", "MicroTime", "Quantity", "IntOrString"].includes(field.type.of);
}

function readField(line: string, groupVersion: string, types: Types): Field {
  const [name = "", number = "0", typeText = "", ...marks] = line.split(" ");
  const mark = (word: string): boolean => marks.includes(word);
  const inside = (word: string): string[] | undefined => {
    const found = marks.find((m) => m.startsWith(`${word}(`));
    return found?.slice(word.length + 1, -1).split(",");
  };
  const given = marks.find((m) => m.startsWith("default="));
  const listed = inside("enum");
  const mergeKey = inside("merge")?.[0];
  const patched = mergeKey !== undefined || mark("merge") || mark("retainKeys") || mark("replace");
  return {
    name,
    number: Number(number),
    type: readType(typeText.replace(/^\*/, ""), groupVersion, types, marks, inside("map")),
    pointer: typeText.startsWith("*"),
    always: mark("always"),
    inline: mark("inline"),
    keepEmpty: mark("keepEmpty"),
    wrapped: mark("wrapped"),
    required: mark("required"),
    ...(given && { default: JSON.parse(given.slice("default=".length)) as unknown }),
    ...(listed && { enum: listed }),
    ...(patched && {
      patch: {
        merge: mergeKey !== undefined || mark("merge"),
        ...(mergeKey !== undefined && { mergeKey }),
        retainKeys: mark("retainKeys"),
        replace: mark("replace"),
      },
    }),
  };
}

function readType(
  text: string,
  groupVersion: string,
  types: Types,
  marks: readonly string[],
  keys: readonly string[] | undefined,
): Type {
  if (text.startsWith("[]")) {
    const topology = keys ? "map" : marks.includes("set") ? "set" : "atomic";
    return lazyList(() => readType(text.slice(2), groupVersion, types, [], undefined), topology, keys ?? []);
  }
  if (text.startsWith("{}")) {
    return {
      kind: "map",
      of: readType(text.slice(2), groupVersion, types, [], undefined),
      atomic: marks.includes("atomic"),
    };
  }
  const type = types.resolve(text, groupVersion);
  if (type.kind === "struct" && marks.includes("atomic") && !type.atomic) return atomicView(type);
  return type;
}

function lazyList(of: () => Type, topology: ListType["topology"], keys: readonly string[]): ListType {
  let item: Type | undefined;
  return {
    kind: "list",
    topology,
    keys,
    get of() {
      item ??= of();
      return item;
    },
  };
}

/** A struct that one field has applied as a whole, though others do not. */
function atomicView(type: StructType): StructType {
  const { kind, groupVersion, name, typed, preserveUnknown } = type;
  return {
    kind,
    groupVersion,
    name,
    typed,
    preserveUnknown,
    atomic: true,
    get fields() {
      return type.fields;
    },
    get byName() {
      return type.byName;
    },
    get always() {
      return type.always;
    },
    get defaulted() {
      return type.defaulted;
    },
  };
}
