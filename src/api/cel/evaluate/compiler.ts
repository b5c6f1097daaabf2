/**
 * Makes functions of the parts of an expression. What each charges follows cel-go's interpreter, which counts some
 * parts not at all: what is known beforehand is computed once and free, and so is a name that a condition chooses.
 */
import type { Checked } from "../check/checker.ts";
import { charges } from "../cost/bounds.ts";
import { extensionCost } from "../cost/extension-calls.ts";
import { kubernetesCost } from "../cost/kubernetes-calls.ts";
import { standardCost } from "../cost/standard-calls.ts";
import type { Comprehension, Expression } from "../syntax/expression.ts";
import { equal } from "../values/compare.ts";
import { CelError, fail, noOverload } from "../values/error.ts";
import { listValue } from "../values/list.ts";
import { mapValue } from "../values/map.ts";
import { Optional } from "../values/optional.ts";
import { TypeValue } from "../values/type-value.ts";
import type { Value } from "../values/value.ts";
import { dispatcher } from "./dispatch.ts";
import { loop } from "./loop.ts";
import { constantMembership } from "./membership.ts";
import { Run, type Step } from "./run.ts";
import { isPresent, select, selectOptional } from "./selection.ts";

/** A step, or a value that is the same each time. */
type Part = { readonly step: Step } | { readonly constant: Value };

/** A name and what is selected from it: as a whole it is charged for the name, within it for each selection. */
interface Attribute {
  readonly step: Step;
  readonly charge: number;
}

const conversions = new Set("bool bytes double duration dyn int string timestamp type uint".split(" "));
const constantRun = new Run({ find: () => undefined }, Number.POSITIVE_INFINITY);

export class Compiler {
  readonly #checked: Checked;
  /** The places of loop variables, by their names, innermost last. */
  readonly #locals: string[] = [];

  constructor(checked: Checked) {
    this.#checked = checked;
  }

  step(node: Expression): Step {
    const part = this.#part(node);
    if ("step" in part) return part.step;
    const { constant } = part;
    return () => constant;
  }

  #part(node: Expression): Part {
    const named = this.#checked.namedTypes.get(node.id);
    if (named) return { constant: new TypeValue(named.name) };
    switch (node.kind) {
      case "literal":
        return { constant: node.value };
      case "ident":
      case "select":
        return this.#whole(node);
      case "call":
        return this.#call(node);
      case "list":
        return this.#list(node);
      case "map":
        return this.#map(node);
      case "struct":
        return this.#struct(node);
      case "comprehension":
        return { step: this.#comprehension(node) };
    }
  }

  /** An attribute where it is used as a whole. */
  #whole(node: Expression): Part {
    const { step, charge } = this.#attribute(node);
    if (charge === 0) return { step };
    return {
      step: (run) => {
        run.charge(charge);
        return step(run);
      },
    };
  }

  /** Undefined for what is computed instead of looked up. */
  #isAttribute(node: Expression): boolean {
    if (this.#checked.namedTypes.has(node.id)) return false;
    if (node.kind === "ident" || node.kind === "select") return true;
    return node.kind === "call" && /^(_\?_:_|_\[_\]|_\[\?_\]|_\?\._)$/.test(node.name);
  }

  #attribute(node: Expression): Attribute {
    if (!this.#isAttribute(node)) return { step: this.step(node), charge: charges.selectOrIdent };
    if (node.kind === "ident") return { step: this.#ident(node.name), charge: charges.selectOrIdent };
    if (node.kind === "select") return this.#select(node);
    if (node.kind === "call" && node.name === "_?_:_") return this.#conditional(node);
    return this.#index(node as Extract<Expression, { kind: "call" }>);
  }

  #ident(name: string): Step {
    const place = this.#locals.lastIndexOf(name);
    if (place >= 0) {
      return (run) => {
        const found = run.locals[place];
        if (found instanceof Error) throw found;
        return found as Value;
      };
    }
    return (run) => {
      const found = run.variables.find(name);
      return found === undefined ? fail(`no such attribute(s): ${name}`) : found;
    };
  }

  #select(node: Extract<Expression, { kind: "select" }>): Attribute {
    const { step, charge } = this.#attribute(node.operand);
    const { field, testOnly } = node;
    if (testOnly) {
      const test: Step = (run) => {
        const from = step(run);
        run.charge(charges.selectOrIdent);
        return isPresent(from, field);
      };
      return { step: test, charge: 0 };
    }
    return { step: selecting(step, () => field, select), charge };
  }

  #index(node: Extract<Expression, { kind: "call" }>): Attribute {
    const [operand, index] = node.args as [Expression, Expression];
    const { step, charge } = this.#attribute(operand);
    const key = this.#isAttribute(index) ? this.#attribute(index).step : this.step(index);
    return { step: selecting(step, key, node.name === "_[_]" ? select : selectOptional), charge };
  }

  #conditional(node: Extract<Expression, { kind: "call" }>): Attribute {
    const [condition, then, otherwise] = node.args as [Expression, Expression, Expression];
    const test = this.step(condition);
    const branch = (each: Expression): Step => (this.#isAttribute(each) ? this.#attribute(each).step : this.step(each));
    const [yes, no] = [branch(then), branch(otherwise)];
    const step: Step = (run) => {
      const value = test(run);
      if (typeof value !== "boolean") return noOverload();
      return value ? yes(run) : no(run);
    };
    return { step, charge: 0 };
  }

  #call(node: Extract<Expression, { kind: "call" }>): Part {
    const { name, target, args } = node;
    if (this.#isAttribute(node)) return this.#whole(node);
    if (name === "_&&_" || name === "_||_") return { step: this.#logic(node) };
    if (name === "_==_" || name === "_!=_") return { step: this.#equality(node) };
    if (name === "@not_strictly_false") return { step: notStrictlyFalse(this.step(args[0] as Expression)) };
    const optional = this.#optionalChoice(node);
    if (optional) return { step: optional };
    const parts = [...(target ? [target] : []), ...args].map((arg) => this.#part(arg));
    const found = this.#checked.overloads.get(node.id) ?? [];
    const declared = this.#checked.environment.function(name);
    if (!declared) return fail(`no such overload: ${name}`);
    const run = dispatcher(declared, found, target !== undefined);
    const [first, second] = parts;
    const overload = found.length === 1 ? (found[0]?.id ?? "") : "";
    if (conversions.has(name) && parts.length === 1 && first && "constant" in first) {
      return { constant: run(first.constant) };
    }
    if (overload === "in_list" && first && second && "constant" in second) {
      const member = constantMembership(stepOf(first), second.constant);
      if (member) return member;
    }
    return { step: counted(run, name, overload, parts.map(stepOf)) };
  }

  /** Each side's fault is forgotten where the other side decides. */
  #logic(node: Extract<Expression, { kind: "call" }>): Step {
    const [left, right] = node.args.map((arg) => this.step(arg)) as [Step, Step];
    const decisive = node.name === "_||_";
    return (run) => {
      let fault: CelError | undefined;
      for (const side of [left, right]) {
        try {
          const value = side(run);
          if (value === decisive) return decisive;
          if (typeof value !== "boolean") fault ??= new CelError("no such overload");
        } catch (error) {
          if (!(error instanceof CelError)) throw error;
          fault ??= error;
        }
      }
      if (fault) throw fault;
      return !decisive;
    };
  }

  #equality(node: Extract<Expression, { kind: "call" }>): Step {
    const [left, right] = node.args.map((arg) => this.step(arg)) as [Step, Step];
    const wanted = node.name === "_==_";
    const overload = wanted ? "equals" : "not_equals";
    return counted((a, b) => equal(a as Value, b as Value) === wanted, node.name, overload, [left, right]);
  }

  /** `a.or(b)`, `a.orValue(b)`: the second only where the first is empty; not charged for. */
  #optionalChoice(node: Extract<Expression, { kind: "call" }>): Step | undefined {
    const { name, target, args } = node;
    if ((name !== "or" && name !== "orValue") || !target || args.length !== 1) return undefined;
    const [left, right] = [this.step(target), this.step(args[0] as Expression)];
    return (run) => {
      const value = left(run);
      if (!(value instanceof Optional)) return value;
      if (!value.hasValue) return right(run);
      return name === "or" ? value : value.value;
    };
  }

  #list(node: Extract<Expression, { kind: "list" }>): Part {
    const parts = node.elements.map((each) => this.#part(each));
    if (parts.every((part) => "constant" in part)) {
      return { constant: listValue(parts.map((part) => stepOf(part)(constantRun))) };
    }
    const steps = parts.map(stepOf);
    return {
      step: (run) => {
        const found: Value[] = [];
        steps.forEach((step, i) => {
          const value = step(run);
          if (!node.optional.has(i)) found.push(value);
          else if (!(value instanceof Optional))
            fail(`cannot initialize optional list element from non-optional value`);
          else if (value.hasValue) found.push(value.value);
        });
        run.charge(charges.list);
        return listValue(found);
      },
    };
  }

  #map(node: Extract<Expression, { kind: "map" }>): Part {
    const parts = node.entries.map((entry) => ({
      key: this.#part(entry.key),
      value: this.#part(entry.value),
      optional: entry.optional,
    }));
    const make = (run: Run): Value => {
      const found: (readonly [Value, Value])[] = [];
      for (const { key, value, optional } of parts) {
        const pair = [stepOf(key)(run), stepOf(value)(run)] as const;
        if (!optional) found.push(pair);
        else if (!(pair[1] instanceof Optional)) fail("cannot initialize optional entry from non-optional value");
        else if (pair[1].hasValue) found.push([pair[0], pair[1].value]);
      }
      return mapValue(found);
    };
    if (parts.every(({ key, value }) => "constant" in key && "constant" in value)) {
      return { constant: make(constantRun) };
    }
    return {
      step: (run) => {
        const made = make(run);
        run.charge(charges.map);
        return made;
      },
    };
  }

  #struct(node: Extract<Expression, { kind: "struct" }>): Part {
    const fields = node.fields.map((field) => ({ ...field, step: this.step(field.value) }));
    const typeName = this.#checked.types.get(node.id)?.name ?? node.typeName;
    return {
      step: (run) => {
        const found: (readonly [Value, Value])[] = [];
        for (const { name, step, optional } of fields) {
          const value = step(run);
          if (!optional) found.push([name, value]);
          else if (!(value instanceof Optional)) fail("cannot initialize optional entry from non-optional value");
          else if (value.hasValue) found.push([name, value.value]);
        }
        run.charge(charges.struct);
        return Object.assign(mapValue(found), { typeName });
      },
    };
  }

  #comprehension(node: Comprehension): Step {
    const range = this.step(node.range);
    const initial = this.step(node.initial);
    const base = this.#locals.length;
    this.#locals.push(node.accumulator, node.variable, node.secondVariable ?? "");
    const [condition, step] = [this.step(node.condition), this.step(node.step)];
    this.#locals.length = base + 1;
    const result = this.step(node.result);
    this.#locals.length = base;
    return loop({ range, initial, condition, step, result, place: base, overTwo: node.secondVariable !== undefined });
  }
}

const stepOf = (part: Part): Step => {
  if ("step" in part) return part.step;
  const { constant } = part;
  return () => constant;
};

const selecting =
  (from: Step, key: Step | (() => string), pick: (from: Value, key: Value) => Value): Step =>
  (run) => {
    const container = from(run);
    const at = key(run);
    const isOptional = container instanceof Optional || pick === selectOptional;
    if (!isOptional) run.charge(charges.selectOrIdent);
    const found = pick(container, at);
    // what is not there has not been read
    if (isOptional && found instanceof Optional && found.hasValue) run.charge(charges.selectOrIdent);
    return found;
  };

/** A call: its cost is due whether it succeeds or not, but where one of many arguments keeps it from being tried. */
const counted =
  (call: (...args: readonly Value[]) => Value, name: string, overload: string, args: readonly Step[]): Step =>
  (run) => {
    const values: Value[] = [];
    let fault: CelError | undefined;
    for (const arg of args) {
      try {
        values.push(arg(run));
      } catch (error) {
        if (!(error instanceof CelError) || args.length > 2) throw error;
        fault ??= error;
        values.push(null);
      }
    }
    const charge = (result: Value): void =>
      run.charge(
        extensionCost(overload, values, result) ??
          kubernetesCost(name, overload, values, result) ??
          standardCost(overload, values) ??
          1,
      );
    try {
      if (fault) throw fault;
      const result = call(...values);
      charge(result);
      return result;
    } catch (error) {
      if (error instanceof CelError) charge(null);
      throw error;
    }
  };

const notStrictlyFalse =
  (value: Step): Step =>
  (run) => {
    let found: Value;
    try {
      found = value(run);
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
      found = true;
    }
    run.charge(1);
    return found !== false;
  };
