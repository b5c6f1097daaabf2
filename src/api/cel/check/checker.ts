/**
 * Finds the type of every part of an expression, which overloads its calls may take, and what does not fit; the messages
 * are those of cel-go's checker.
 */
import type { Expression, Select } from "../syntax/expression.ts";
import type { Parsed } from "../syntax/parser.ts";
import { Faults } from "../syntax/source.ts";
import { assign, type Bindings, moreGeneral, substitute } from "../types/assignable.ts";
import {
  isOptional,
  isSame,
  listOf,
  mapOf,
  optionalOf,
  param,
  showArguments,
  showType,
  type Type,
  typeOf,
  types,
  unwrapped,
} from "../types/type.ts";
import type { Environment, FunctionDeclaration, Overload } from "./environment.ts";

export interface Checked extends Parsed {
  readonly type: Type;
  /** The types of the nodes, by their numbers. */
  readonly types: ReadonlyMap<number, Type>;
  /** The overloads that calls may take. */
  readonly overloads: ReadonlyMap<number, readonly Overload[]>;
  /** Nodes that name a type. */
  readonly namedTypes: ReadonlyMap<number, Type>;
  readonly environment: Environment;
}

export function check(parsed: Parsed, environment: Environment): Checked | Faults {
  const checker = new Checker(parsed, environment);
  return checker.run();
}

type Scope = ReadonlyMap<string, Type>;

class Checker {
  readonly #parsed: Parsed;
  readonly #environment: Environment;
  readonly #faults: Faults;
  readonly #types = new Map<number, Type>();
  readonly #overloads = new Map<number, readonly Overload[]>();
  readonly #namedTypes = new Map<number, Type>();
  #bindings: Bindings = new Map();
  #scope: Scope = new Map();
  #free = 0;

  constructor(parsed: Parsed, environment: Environment) {
    this.#parsed = parsed;
    this.#environment = environment;
    this.#faults = new Faults(parsed.source);
  }

  run(): Checked | Faults {
    const root = this.#check(this.#parsed.root);
    for (const [id, type] of this.#types) this.#types.set(id, substitute(this.#bindings, type, true));
    if (this.#faults.any) return this.#faults;
    return {
      ...this.#parsed,
      root,
      type: this.#typeOf(root),
      types: this.#types,
      overloads: this.#overloads,
      namedTypes: this.#namedTypes,
      environment: this.#environment,
    };
  }

  #fault(node: { readonly id: number }, message: string): void {
    const { source, offsets } = this.#parsed;
    this.#faults.add(source.location(offsets[node.id] ?? 0), message);
  }

  #undeclared(node: { readonly id: number }, name: string): Type {
    this.#fault(node, `undeclared reference to '${name}' (in container '')`);
    return types.error;
  }

  #mismatch(node: { readonly id: number }, expected: Type, found: Type): void {
    this.#fault(node, `expected type '${showType(expected)}' but found '${showType(found)}'`);
  }

  #typeOf(node: { readonly id: number }): Type {
    return this.#types.get(node.id) ?? types.error;
  }

  #freeType(): Type {
    return param(`_var${this.#free++}`);
  }

  #fits(from: Type, to: Type): boolean {
    const extended = assign(this.#bindings, [[from, to]]);
    if (extended) this.#bindings = extended;
    return extended !== undefined;
  }

  /** The node, or what takes its place. */
  #check(node: Expression): Expression {
    const { found, type } = this.#infer(node);
    this.#types.set(found.id, type);
    return found;
  }

  #infer(node: Expression): { found: Expression; type: Type } {
    switch (node.kind) {
      case "literal":
        return { found: node, type: literalType(node.value) };
      case "ident":
        return this.#ident(node, node.name) ?? { found: node, type: this.#undeclared(node, node.name) };
      case "select":
        return this.#select(node);
      case "call":
        return node.name === "_?._" ? { found: node, type: this.#optionalSelect(node) } : this.#call(node);
      case "list":
        return { found: node, type: this.#list(node) };
      case "map":
        return { found: node, type: this.#map(node) };
      case "struct":
        return { found: node, type: this.#struct(node) };
      case "comprehension":
        return { found: node, type: this.#comprehension(node) };
    }
  }

  #ident(node: Expression, written: string): { found: Expression; type: Type } | undefined {
    const name = written.replace(/^\./, "");
    const found: Expression = { id: node.id, kind: "ident", name };
    const variable = this.#scope.get(name) ?? this.#environment.variable(name);
    if (variable) return { found, type: variable };
    const named = this.#environment.type(name);
    if (!named) return undefined;
    this.#namedTypes.set(node.id, named);
    return { found, type: typeOf(named) };
  }

  #select(node: Select): { found: Expression; type: Type } {
    const name = qualifiedName(node);
    const ident = name === undefined ? undefined : this.#ident(node, name);
    if (ident) return ident;
    node.operand = this.#check(node.operand);
    const type = this.#field(node, node.operand, node.field, false);
    return { found: node, type: node.testOnly ? types.bool : substitute(this.#bindings, type, false) };
  }

  #optionalSelect(node: Extract<Expression, { kind: "call" }>): Type {
    const [operand, field] = node.args;
    node.args[0] = this.#check(operand as Expression);
    const name = field?.kind === "literal" ? String(field.value) : "";
    if (field) this.#types.set(field.id, types.string);
    return substitute(this.#bindings, this.#field(node, node.args[0], name, true), false);
  }

  #field(node: { readonly id: number }, operand: Expression, field: string, optional: boolean): Type {
    const from = substitute(this.#bindings, this.#typeOf(operand), false);
    const target = unwrapped(from);
    let result: Type = types.error;
    if (target.kind === "map") result = target.params[1] as Type;
    else if (target.kind === "struct") {
      const found = target.fields?.get(field);
      if (found) result = found;
      else if (target.fields) this.#fault(node, `undefined field '${field}'`);
      else this.#fault(node, `unexpected failed resolution of '${target.name}'`);
    } else if (target.kind === "param") {
      this.#fits(types.dyn, target);
      result = types.dyn;
    } else {
      if (target.kind !== "dyn" && target.kind !== "error") {
        this.#fault(node, `type '${showType(target)}' does not support field selection`);
      }
      result = types.dyn;
    }
    return isOptional(from) || optional ? optionalOf(result) : result;
  }

  #call(node: Extract<Expression, { kind: "call" }>): { found: Expression; type: Type } {
    node.args.forEach((arg, i) => {
      node.args[i] = this.#check(arg);
    });
    const { target, args, id } = node;
    if (!target) {
      const declared = this.#environment.function(node.name.replace(/^\./, ""));
      const found = declared && node.name !== declared.name ? { ...node, name: declared.name } : node;
      const type = declared ? this.#resolve(node, declared, undefined, args) : this.#undeclared(node, node.name);
      return { found, type };
    }
    const prefix = qualifiedName(target);
    const global =
      prefix === undefined ? undefined : this.#environment.function(`${prefix}.${node.name}`.replace(/^\./, ""));
    if (global) {
      const found: Expression = { id, kind: "call", name: global.name, target: undefined, args };
      return { found, type: this.#resolve(node, global, undefined, args) };
    }
    node.target = this.#check(target);
    const declared = this.#environment.function(node.name);
    const type = declared ? this.#resolve(node, declared, node.target, args) : this.#undeclared(node, node.name);
    return { found: node, type };
  }

  #resolve(
    node: { readonly id: number },
    declared: FunctionDeclaration,
    target: Expression | undefined,
    args: readonly Expression[],
  ): Type {
    const given = [...(target ? [target] : []), ...args].map((arg) => this.#typeOf(arg));
    if (declared.name === "_&&_" || declared.name === "_||_") return this.#logic(node, declared, args, given);
    const fitting: Overload[] = [];
    let result: Type | undefined;
    for (const overload of declared.overloads) {
      if (overload.isMember !== (target !== undefined) || overload.args.length !== given.length) continue;
      const fresh = new Map(overload.params.map((name) => [name, this.#freeType()]));
      const wanted = overload.args.map((type) => substitute(fresh, type, false));
      const extended = assign(
        this.#bindings,
        given.map((type, i) => [type, wanted[i] as Type] as const),
      );
      if (!extended) continue;
      this.#bindings = extended;
      fitting.push(overload);
      const type = substitute(extended, substitute(fresh, overload.result, false), false);
      if (!result) result = type;
      else if (result.kind !== "dyn" && !isSame(type, result)) result = types.dyn;
    }
    if (!result) {
      const shown = showArguments(
        given.map((type) => substitute(this.#bindings, type, true)),
        target !== undefined,
      );
      this.#fault(node, `found no matching overload for '${declared.name}' applied to '${shown}'`);
      return types.error;
    }
    this.#overloads.set(node.id, fitting);
    return result;
  }

  #logic(
    node: { readonly id: number },
    declared: FunctionDeclaration,
    args: readonly Expression[],
    given: readonly Type[],
  ): Type {
    this.#overloads.set(node.id, declared.overloads.slice(0, 1));
    let result: Type = types.bool;
    args.forEach((arg, i) => {
      const type = given[i] as Type;
      if (this.#fits(type, types.bool)) return;
      this.#mismatch(arg, types.bool, type);
      result = types.error;
    });
    return result;
  }

  /** What a value given with a question mark stands for. */
  #givenOptionally(node: Expression): Type {
    const type = this.#typeOf(node);
    if (isOptional(type)) return unwrapped(type);
    if (type.kind !== "dyn") this.#mismatch(node, optionalOf(type), type);
    return type;
  }

  #list(node: Extract<Expression, { kind: "list" }>): Type {
    let element: Type | undefined;
    node.elements.forEach((each, i) => {
      const checked = this.#check(each);
      node.elements[i] = checked;
      const type = node.optional.has(i) ? this.#givenOptionally(checked) : this.#typeOf(checked);
      element = this.#join(element, type);
    });
    return listOf(element ?? this.#freeType());
  }

  #map(node: Extract<Expression, { kind: "map" }>): Type {
    let key: Type | undefined;
    let value: Type | undefined;
    for (const entry of node.entries) {
      entry.key = this.#check(entry.key);
      key = this.#join(key, this.#typeOf(entry.key));
      entry.value = this.#check(entry.value);
      const type = entry.optional ? this.#givenOptionally(entry.value) : this.#typeOf(entry.value);
      value = this.#join(value, type);
    }
    return mapOf(key ?? this.#freeType(), value ?? this.#freeType());
  }

  #join(before: Type | undefined, type: Type): Type {
    if (!before) return type;
    return this.#fits(before, type) ? moreGeneral(before, type) : types.dyn;
  }

  #struct(node: Extract<Expression, { kind: "struct" }>): Type {
    const name = node.typeName.replace(/^\./, "");
    const variable = this.#environment.variable(name);
    const named = this.#environment.type(name);
    if (!variable && !named) return this.#undeclared(node, node.typeName);
    if (!named) {
      this.#fault(node, `'${showType(variable ?? types.error)}' is not a type`);
    } else if (named.kind !== "struct" && !["timestamp", "duration", "null"].includes(named.kind)) {
      this.#fault(node, `'${showType(named)}' is not a message type`);
    }
    for (const field of node.fields) this.#structField(field, named);
    return named?.kind === "struct" ? named : types.error;
  }

  #structField(field: Extract<Expression, { kind: "struct" }>["fields"][number], of: Type | undefined): void {
    field.value = this.#check(field.value);
    const wanted = of?.fields?.get(field.name);
    if (of?.kind === "struct" && !wanted) this.#fault(field, `undefined field '${field.name}'`);
    const given = field.optional ? this.#givenOptionally(field.value) : this.#typeOf(field.value);
    const type = wanted ?? types.error;
    if (this.#fits(type, given)) return;
    this.#fault(
      field,
      `expected type of field '${field.name}' is '${showType(type)}' but provided type is '${showType(given)}'`,
    );
  }

  #comprehension(node: Extract<Expression, { kind: "comprehension" }>): Type {
    node.range = this.#check(node.range);
    node.initial = this.#check(node.initial);
    const range = substitute(this.#bindings, this.#typeOf(node.range), false);
    const accumulated = this.#typeOf(node.initial);
    const outer = this.#scope;
    const withAccumulator = new Map([...outer, [node.accumulator, accumulated]]);
    const [first, second] = this.#loopTypes(node, range);
    const inner = new Map([...withAccumulator, [node.variable, first]]);
    if (node.secondVariable !== undefined) inner.set(node.secondVariable, second);
    this.#scope = inner;
    node.condition = this.#checkAs(node.condition, types.bool);
    node.step = this.#checkAs(node.step, accumulated);
    this.#scope = withAccumulator;
    node.result = this.#check(node.result);
    this.#scope = outer;
    return substitute(this.#bindings, this.#typeOf(node.result), false);
  }

  #loopTypes(node: Extract<Expression, { kind: "comprehension" }>, range: Type): readonly [Type, Type] {
    const [first, second] = range.params;
    switch (range.kind) {
      case "list":
        return node.secondVariable === undefined ? [first as Type, types.dyn] : [types.int, first as Type];
      case "map":
        return [first as Type, second as Type];
      case "dyn":
      case "error":
      case "param":
        this.#fits(types.dyn, range);
        return [types.dyn, types.dyn];
      default: {
        const complaint = "cannot be range of a comprehension (must be list, map, or dynamic)";
        this.#fault(node.range, `expression of type '${showType(range)}' ${complaint}`);
        return [types.error, types.error];
      }
    }
  }

  #checkAs(node: Expression, wanted: Type): Expression {
    const found = this.#check(node);
    if (!this.#fits(wanted, this.#typeOf(found))) this.#mismatch(found, wanted, this.#typeOf(found));
    return found;
  }
}

function literalType(value: Extract<Expression, { kind: "literal" }>["value"]): Type {
  if (value === null) return types.null;
  switch (typeof value) {
    case "boolean":
      return types.bool;
    case "bigint":
      return types.int;
    case "number":
      return types.double;
    case "string":
      return types.string;
    default:
      return value instanceof Uint8Array ? types.bytes : types.uint;
  }
}

/** `a.b.c` where that is all there is. */
function qualifiedName(node: Expression): string | undefined {
  if (node.kind === "ident") return node.name;
  if (node.kind !== "select" || node.testOnly) return undefined;
  const operand = qualifiedName(node.operand);
  return operand === undefined ? undefined : `${operand}.${node.field}`;
}
