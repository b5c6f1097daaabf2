/**
 * What an expression may cost, found from its tree and from how large values may be. The numbers are cel-go's
 * (checker/cost.go): they decide whether a rule is accepted.
 */
import type { Checked } from "../check/checker.ts";
import { type Expression, hiddenAccumulator } from "../syntax/expression.ts";
import { isOptional, type Kind, type Type, types } from "../types/type.ts";
import { textLength } from "../values/describe.ts";
import { Uint } from "../values/uint.ts";
import { type Bounds, charges, either, exactly, plus, sum, times, unbounded, unknown, zero } from "./bounds.ts";
import { estimateExtensionCall } from "./extension-calls.ts";
import { estimateKubernetesCall } from "./kubernetes-calls.ts";
import { estimateStandardCall } from "./standard-calls.ts";

/** A part of an expression, as estimates see it. */
export interface Part {
  /** How it is reached from a variable: `self`, `list`, `@items`; undefined when it is not. */
  readonly path: readonly string[] | undefined;
  readonly type: Type;
  readonly node: Expression | undefined;
  readonly size: Bounds | undefined;
}

/** How large what lies at a path may be. */
export type SizeOf = (path: readonly string[] | undefined, type: Type) => Bounds | undefined;

export interface CallEstimate {
  readonly cost: Bounds;
  readonly size?: Bounds | undefined;
}

export interface EstimatedCall {
  readonly name: string;
  readonly overload: string;
  readonly target: Part | undefined;
  readonly args: readonly Part[];
  /** What is known of a part's size; unbounded where nothing is. */
  readonly sizeOf: (part: Part) => Bounds;
}

/** The bounds of what running the expression costs. */
export function estimateCost(checked: Checked, sizeOf: SizeOf = () => undefined): Bounds {
  return new Estimator(checked, sizeOf).cost(checked.root);
}

/** Sizes of what is within a list or a map. */
interface EntrySizes {
  readonly container: Kind;
  readonly key: Bounds;
  readonly value: Bounds;
}

interface Local {
  readonly path: readonly string[] | undefined;
  readonly size: Bounds | undefined;
  readonly entries: EntrySizes | undefined;
}

class Estimator {
  readonly #checked: Checked;
  readonly #sizeAt: SizeOf;
  readonly #paths = new Map<number, readonly string[] | undefined>();
  readonly #sizes = new Map<number, Bounds>();
  readonly #entries = new Map<number, EntrySizes>();
  readonly #locals = new Map<string, Local[]>();

  constructor(checked: Checked, sizeOf: SizeOf) {
    this.#checked = checked;
    this.#sizeAt = sizeOf;
  }

  cost(node: Expression): Bounds {
    switch (node.kind) {
      case "literal":
        return zero;
      case "ident":
        this.#paths.set(node.id, this.#local(node.name) ? this.#local(node.name)?.path : [node.name]);
        return exactly(charges.selectOrIdent);
      case "select":
        return this.#select(node);
      case "call":
        return this.#call(node);
      case "list":
        return this.#list(node);
      case "map":
        return this.#map(node);
      case "struct":
        return plus(sum(node.fields.map((field) => this.cost(field.value))), exactly(charges.struct));
      case "comprehension":
        return isBinding(node) ? this.#binding(node) : this.#loop(node);
    }
  }

  #type(node: Expression): Type {
    return this.#checked.types.get(node.id) ?? types.dyn;
  }

  #local(name: string): Local | undefined {
    return this.#locals.get(name)?.at(-1);
  }

  #push(name: string, local: Local): void {
    const stack = this.#locals.get(name) ?? [];
    stack.push(local);
    this.#locals.set(name, stack);
  }

  #pop(name: string): void {
    this.#locals.get(name)?.pop();
  }

  #path(node: Expression): readonly string[] | undefined {
    const local = node.kind === "ident" ? this.#local(node.name) : undefined;
    return local ? local.path : this.#paths.get(node.id);
  }

  #part(node: Expression): Part {
    const path = this.#path(node);
    const isResult = path?.[0] === hiddenAccumulator || path?.[0] === "__result__";
    return { path: isResult ? undefined : path, type: this.#type(node), node, size: this.#size(node) };
  }

  #size(node: Expression): Bounds | undefined {
    const known = this.#sizes.get(node.id) ?? literalSize(node);
    if (known) return known;
    const type = this.#type(node);
    const declared = this.#sizeAt(this.#path(node), type);
    if (declared) {
      this.#sizes.set(node.id, declared);
      return declared;
    }
    if (isScalar(type)) return exactly(1);
    return node.kind === "ident" ? this.#local(node.name)?.size : undefined;
  }

  #entriesOf(node: Expression): EntrySizes | undefined {
    const known = this.#entries.get(node.id);
    if (known || node.kind !== "ident") return known;
    return this.#local(node.name)?.entries;
  }

  #select(node: Extract<Expression, { kind: "select" }>): Bounds {
    const operand = this.cost(node.operand);
    if (node.testOnly) return operand; // Kubernetes lets the test itself be free
    const isSelection = ["map", "struct", "param"].includes(this.#type(node.operand).kind);
    this.#paths.set(node.id, [...(this.#path(node.operand) ?? []), node.field]);
    return isSelection ? plus(operand, exactly(charges.selectOrIdent)) : operand;
  }

  #call(node: Extract<Expression, { kind: "call" }>): Bounds {
    const { target, args, name } = node;
    if (name === "dyn" && args[0]) {
      const cost = plus(exactly(1), this.cost(args[0]));
      this.#copySizes(node, args[0]);
      return cost;
    }
    const argCosts = args.map((arg) => this.cost(arg));
    const parts = args.map((arg) => this.#part(arg));
    const overloads = this.#overloadsOf(node);
    if (overloads.length === 0) return zero;
    const before = target ? this.cost(target) : zero;
    const targetPart = target && this.#part(target);
    let cost: Bounds = { min: unbounded, max: 0 };
    let size: Bounds | undefined;
    for (const overload of overloads) {
      const found = this.#overloadCost(node, overload, targetPart, parts, argCosts);
      cost = either(cost, found.cost);
      if (found.size) size = size ? either(size, found.size) : found.size;
      const container = args[0];
      if ((overload === "index_list" || overload === "index_map") && container) {
        size = this.#entriesOf(container)?.value;
        const step = overload === "index_list" ? "@items" : "@values";
        this.#paths.set(node.id, [...(this.#path(container) ?? []), step]);
      }
      size ??= this.#size(node);
    }
    if (size) this.#sizes.set(node.id, size);
    return plus(before, cost);
  }

  #overloadsOf(node: Expression): readonly string[] {
    if (node.kind === "call" && node.name === "_?._") return ["select_optional_field"];
    return (this.#checked.overloads.get(node.id) ?? []).map((overload) => overload.id);
  }

  #overloadCost(
    node: Extract<Expression, { kind: "call" }>,
    overload: string,
    target: Part | undefined,
    args: readonly Part[],
    argCosts: readonly Bounds[],
  ): CallEstimate {
    const sizeOf = (part: Part): Bounds => part.size ?? this.#sizeAt(part.path, part.type) ?? unknown;
    const call: EstimatedCall = { name: node.name, overload, target, args, sizeOf };
    const library = estimateExtensionCall(call) ?? estimateKubernetesCall(call);
    if (library) return { cost: plus(library.cost, sum(argCosts)), size: library.size };
    const [first = zero, second = zero, third = zero] = argCosts;
    if (overload === "logical_or" || overload === "logical_and") {
      return { cost: { min: first.min, max: plus(first, second).max } };
    }
    if (overload === "conditional") {
      const [, then, otherwise] = node.args as [Expression, Expression, Expression];
      this.#joinEntries(node, then, otherwise);
      const [, a, b] = args as [Part, Part, Part];
      return { cost: plus(first, either(second, third)), size: either(a.size ?? unknown, b.size ?? unknown) };
    }
    if (/^add_(string|bytes|list)$/.test(overload) && node.args[0] && node.args[1]) {
      this.#joinEntries(node, node.args[0], node.args[1]);
    }
    const standard = estimateStandardCall(call) ?? { cost: exactly(1) };
    return { cost: plus(standard.cost, sum(argCosts)), size: standard.size };
  }

  #joinEntries(node: Expression, a: Expression, b: Expression): void {
    const [x, y] = [this.#entriesOf(a), this.#entriesOf(b)];
    if (x && y) {
      const joined = { container: x.container, key: either(x.key, y.key), value: either(x.value, y.value) };
      this.#entries.set(node.id, joined);
    }
  }

  #copySizes(to: Expression, from: Expression): void {
    const size = this.#size(from);
    if (size) this.#sizes.set(to.id, size);
    const entries = this.#entriesOf(from);
    if (entries) this.#entries.set(to.id, entries);
  }

  #list(node: Extract<Expression, { kind: "list" }>): Bounds {
    const costs = node.elements.map((each) => this.cost(each));
    const value = this.#joint(node.elements);
    this.#entries.set(node.id, { container: "list", key: exactly(1), value });
    return plus(sum(costs), exactly(charges.list));
  }

  #map(node: Extract<Expression, { kind: "map" }>): Bounds {
    const costs = node.entries.flatMap((entry) => [this.cost(entry.key), this.cost(entry.value)]);
    const key = this.#joint(node.entries.map((entry) => entry.key));
    const value = this.#joint(node.entries.map((entry) => entry.value));
    this.#entries.set(node.id, { container: "map", key, value });
    return plus(sum(costs), exactly(charges.map));
  }

  /** Bounds that hold for each; of nothing, those that change nothing. */
  #joint(nodes: readonly Expression[]): Bounds {
    const none = { min: nodes.length ? unbounded : 0, max: 0 };
    return nodes.reduce<Bounds>((joint, node) => either(joint, this.#size(node) ?? unknown), none);
  }

  #loop(node: Extract<Expression, { kind: "comprehension" }>): Bounds {
    const before = plus(this.cost(node.range), this.cost(node.initial));
    this.#pushAs(node.accumulator, node.initial);
    this.#pushLoopVariables(node);
    const each = plus(this.cost(node.condition), this.cost(node.step));
    this.#pop(node.variable);
    if (node.secondVariable !== undefined) this.#pop(node.secondVariable);
    const after = this.cost(node.result);
    this.#pop(node.accumulator);
    const count = this.#size(node.range) ?? unknown;
    if (node.initial.kind === "literal") this.#sizes.set(node.id, this.#size(node.initial) ?? unknown);
    else if (node.initial.kind === "list" || node.initial.kind === "map") {
      this.#sizes.set(node.id, count);
      const entries = this.#entriesOf(node.step);
      if (entries) this.#entries.set(node.id, entries);
    }
    return sum([before, after, times(count, each)]);
  }

  #pushAs(name: string, node: Expression): void {
    this.#push(name, { path: this.#path(node), size: this.#size(node), entries: this.#entriesOf(node) });
  }

  #pushLoopVariables(node: Extract<Expression, { kind: "comprehension" }>): void {
    const entries = this.#entriesOf(node.range);
    const path = this.#path(node.range) ?? [];
    const container = entries?.container ?? this.#type(node.range).kind;
    const isList = container === "list";
    const variable = (name: string, step: string, size: Bounds | undefined): void =>
      this.#push(name, { path: [...path, step], size, entries: undefined });
    if (node.secondVariable === undefined) {
      variable(node.variable, isList ? "@items" : "@keys", isList ? entries?.value : entries?.key);
      return;
    }
    if (isList) variable(node.variable, "@indices", exactly(1));
    else variable(node.variable, "@keys", entries?.key);
    variable(node.secondVariable, isList ? "@items" : "@values", entries?.value);
  }

  #binding(node: Extract<Expression, { kind: "comprehension" }>): Bounds {
    const before = plus(this.cost(node.range), this.cost(node.initial));
    this.#pushAs(node.accumulator, node.initial);
    const cost = plus(before, this.cost(node.result));
    this.#pop(node.accumulator);
    this.#copySizes(node, node.result);
    return cost;
  }
}

/** A loop that never runs: it gives a value a name. */
function isBinding(node: Extract<Expression, { kind: "comprehension" }>): boolean {
  const { range, condition } = node;
  const runsNever = condition.kind === "literal" && condition.value === false;
  return range.kind === "list" && range.elements.length === 0 && runsNever;
}

function literalSize(node: Expression): Bounds | undefined {
  if (node.kind === "list") return exactly(node.elements.length);
  if (node.kind === "map") return exactly(node.entries.length);
  if (node.kind !== "literal") return undefined;
  const { value } = node;
  if (typeof value === "string") return exactly(textLength(value));
  return exactly(value instanceof Uint8Array && !(value instanceof Uint) ? value.length : 1);
}

const scalars: readonly Kind[] = ["bool", "double", "duration", "int", "timestamp", "uint"];

function isScalar(type: Type): boolean {
  if (isOptional(type)) return isScalar(type.params[0] as Type);
  return scalars.includes(type.kind);
}
