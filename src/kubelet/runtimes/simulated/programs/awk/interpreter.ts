/** Runs awk programs. */
import { ProgramError } from "../../process.ts";
import { formatted } from "../printf.ts";
import { callBuiltin } from "./functions.ts";
import type { AwkProgram, Expression, Rule, Statement } from "./syntax.ts";

export type Value = string | number;
/** What was read, and looks like a number, is compared as one. */
class Read {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
type Cell = Value | Read;
export type AwkArray = Map<string, Cell>;

class Jump extends Error {
  readonly to: string;
  readonly value: Cell;
  constructor(to: string, value: Cell) {
    super(to);
    this.to = to;
    this.value = value;
  }
}

const looksNumeric = (text: string): boolean => /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(text);
export const numberIn = (value: Cell): number => {
  if (typeof value === "number") return value;
  const text = value instanceof Read ? value.text : value;
  return Number.parseFloat(/^\s*[-+]?(\d+\.?\d*([eE][-+]?\d+)?|\.\d+)/.exec(text)?.[0] ?? "0");
};
const shown = (value: number): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
export const textIn = (value: Cell): string =>
  typeof value === "number" ? shown(value) : value instanceof Read ? value.text : value;
const truth = (value: Cell): boolean => {
  if (typeof value === "number") return value !== 0;
  if (value instanceof Read) return looksNumeric(value.text) ? numberIn(value) !== 0 : value.text !== "";
  return value !== "";
};

export class Interpreter {
  readonly #program: AwkProgram;
  readonly #print: (text: string) => void;
  readonly #names = new Map<string, Cell>();
  readonly #arrays = new Map<string, AwkArray>();
  #locals: { names: Map<string, Cell>; arrays: Map<string, AwkArray> } | undefined;
  #fields: Cell[] = [];
  #line = "";
  exitCode: number | undefined;
  /** For `rand`: a cluster is to be the same each time. */
  random = 42;

  constructor(
    program: AwkProgram,
    print: (text: string) => void,
    names: ReadonlyMap<string, string>,
    env: ReadonlyMap<string, string>,
  ) {
    this.#program = program;
    this.#print = print;
    for (const [name, value] of [
      ["FS", " "],
      ["OFS", " "],
      ["ORS", "\n"],
      ["RS", "\n"],
      ["SUBSEP", "\x1c"],
      ["NR", 0],
      ["NF", 0],
    ] as const)
      this.#names.set(name, value);
    for (const [name, value] of names) this.#names.set(name, new Read(value));
    this.#arrays.set("ENVIRON", new Map([...env].map(([name, value]) => [name, new Read(value)])));
  }

  get readsLines(): boolean {
    return this.#program.rules.some(({ at }) => at !== "begin");
  }

  separator(name: "FS" | "RS"): string {
    return textIn(this.#names.get(name) ?? "");
  }
  set(name: string, value: Value): void {
    this.#names.set(name, value);
  }

  /** Runs the rules of a place. False: nothing more is to be read. */
  run(at: Rule["at"], line = ""): boolean {
    if (at === "line") {
      this.#setLine(line);
      this.#names.set("NR", numberIn(this.#names.get("NR") ?? 0) + 1);
      this.#names.set("FNR", numberIn(this.#names.get("FNR") ?? 0) + 1);
    }
    try {
      for (const rule of this.#program.rules)
        if (rule.at === at && (at !== "line" || this.#isMeant(rule))) this.#carryOut(rule);
      return true;
    } catch (error) {
      if (!(error instanceof Jump)) throw error;
      if (error.to === "next") return true;
      if (error.to === "exit") this.exitCode = numberIn(error.value) & 255;
      return false;
    }
  }

  #carryOut({ body }: Rule): void {
    if (body) this.#do(body);
    else this.#print(this.#line + textIn(this.#get("ORS")));
  }

  #isMeant(rule: Rule): boolean {
    if (!rule.from) return true;
    if (!rule.to) return truth(this.#value(rule.from));
    if (!rule.inRange && !truth(this.#value(rule.from))) return false;
    rule.inRange = !truth(this.#value(rule.to));
    return true;
  }

  #setLine(line: string): void {
    this.#line = line;
    const separator = this.separator("FS");
    const trimmed = separator === " " ? line.trim() : line;
    const form =
      separator === " "
        ? /\s+/
        : separator.length === 1 && separator !== "|"
          ? separator
          : separator === "|"
            ? "|"
            : new RegExp(separator);
    this.#fields = trimmed === "" ? [] : trimmed.split(form).map((text) => new Read(text));
    this.#names.set("NF", this.#fields.length);
  }

  #setField(index: number, value: Cell): void {
    if (index === 0) {
      this.#setLine(textIn(value));
      return;
    }
    while (this.#fields.length < index) this.#fields.push("");
    this.#fields[index - 1] = value;
    this.#names.set("NF", this.#fields.length);
    this.#line = this.#fields.map(textIn).join(textIn(this.#get("OFS")));
  }

  #do(statement: Statement): void {
    switch (statement.is) {
      case "block":
        for (const each of statement.statements) this.#do(each);
        return;
      case "expression":
        this.#value(statement.value);
        return;
      case "print": {
        const values = statement.args.map((arg) => textIn(this.#value(arg)));
        if (statement.formatted) this.#print(formatted(values[0] ?? "", values.slice(1)));
        else
          this.#print((values.length ? values.join(textIn(this.#get("OFS"))) : this.#line) + textIn(this.#get("ORS")));
        return;
      }
      case "if":
        if (truth(this.#value(statement.test))) this.#do(statement.yes);
        else if (statement.no) this.#do(statement.no);
        return;
      case "while": {
        const { test, body, first } = statement;
        this.#loop(body, (round) => (round === 0 && !first) || truth(this.#value(test)));
        return;
      }
      case "for": {
        const { start, test, step, body } = statement;
        if (start) this.#do(start);
        this.#loop(body, (round) => {
          if (round > 0 && step) this.#do(step);
          return !test || truth(this.#value(test));
        });
        return;
      }
      case "each": {
        const keys = [...this.#array(statement.of).keys()];
        this.#loop(statement.body, (round) => {
          if (round >= keys.length) return false;
          this.#assign({ is: "name", name: statement.name }, new Read(keys[round] as string));
          return true;
        });
        return;
      }
      case "delete":
        if (statement.index) this.#array(statement.name).delete(this.#key(statement.index));
        else this.#array(statement.name).clear();
        return;
      case "jump":
        throw new Jump(statement.to, statement.value ? this.#value(statement.value) : (this.exitCode ?? 0));
    }
  }

  #loop(body: Statement, goesOn: (round: number) => boolean): void {
    // nothing else runs meanwhile: a loop without end must not be one
    for (let round = 0; goesOn(round); round++) {
      if (round > 10_000_000) throw new ProgramError("too many rounds of a loop");
      try {
        this.#do(body);
      } catch (error) {
        if (!(error instanceof Jump) || (error.to !== "break" && error.to !== "continue")) throw error;
        if (error.to === "break") return;
      }
    }
  }

  #get(name: string): Cell {
    return this.#locals?.names.get(name) ?? this.#names.get(name) ?? new Read("");
  }

  #array(name: string): AwkArray {
    const scope = this.#locals?.arrays.has(name) ? this.#locals.arrays : this.#arrays;
    const known = scope.get(name) ?? new Map<string, Cell>();
    scope.set(name, known);
    return known;
  }

  #key(index: readonly Expression[]): string {
    return index.map((each) => textIn(this.#value(each))).join("\x1c");
  }

  #assign(to: Expression, value: Cell): Cell {
    if (to.is === "field") this.#setField(numberIn(this.#value(to.index)), value);
    else if (to.is === "element") this.#array(to.name).set(this.#key(to.index), value);
    else if (to.is === "name") {
      const scope = this.#locals?.names.has(to.name) ? this.#locals.names : this.#names;
      scope.set(to.name, value);
      if (to.name === "NF") {
        this.#fields.length = numberIn(value);
        this.#line = Array.from(this.#fields, (field) => textIn(field ?? "")).join(textIn(this.#get("OFS")));
      }
    } else throw new ProgramError("cmd. line:1: Syntax error");
    return value;
  }

  #value(expression: Expression): Cell {
    switch (expression.is) {
      case "number":
      case "text":
        return expression.value;
      case "form":
        return expression.form.test(this.#line) ? 1 : 0;
      case "name":
        return this.#get(expression.name);
      case "field": {
        const index = numberIn(this.#value(expression.index));
        return index === 0 ? new Read(this.#line) : (this.#fields[index - 1] ?? new Read(""));
      }
      case "element": {
        const array = this.#array(expression.name);
        const key = this.#key(expression.index);
        const known = array.get(key);
        if (known === undefined) array.set(key, new Read(""));
        return known ?? new Read("");
      }
      case "in":
        return this.#array(expression.name).has(this.#key(expression.index)) ? 1 : 0;
      case "assign": {
        const { to, operator, value } = expression;
        const given = this.#value(value);
        return this.#assign(to, operator ? computed(operator, numberIn(this.#value(to)), numberIn(given)) : given);
      }
      case "step": {
        const before = numberIn(this.#value(expression.to));
        this.#assign(expression.to, before + expression.by);
        return expression.after ? before : before + expression.by;
      }
      case "unary":
        return this.#unary(expression.operator, this.#value(expression.value));
      case "choice":
        return this.#value(truth(this.#value(expression.test)) ? expression.yes : expression.no);
      case "binary":
        return this.#binary(expression);
      case "call":
        return this.#call(expression.name, expression.args);
    }
  }

  #unary(operator: string, value: Cell): Cell {
    if (operator === "!") return truth(value) ? 0 : 1;
    if (operator === "()") return value;
    return operator === "-" ? -numberIn(value) : numberIn(value);
  }

  #binary({ operator, left, right }: Extract<Expression, { is: "binary" }>): Cell {
    const a = this.#value(left);
    if (operator === "&&") return truth(a) && truth(this.#value(right)) ? 1 : 0;
    if (operator === "||") return truth(a) || truth(this.#value(right)) ? 1 : 0;
    if (operator === "~" || operator === "!~") return this.form(right).test(textIn(a)) === (operator === "~") ? 1 : 0;
    const b = this.#value(right);
    if (operator === "concat") return textIn(a) + textIn(b);
    if (/^[<>=!]/.test(operator)) return compared(operator, a, b) ? 1 : 0;
    return computed(operator, numberIn(a), numberIn(b));
  }

  /** What an argument says as a regular expression. */
  form(expression: Expression, flags = ""): RegExp {
    if (expression.is === "form") return new RegExp(expression.form.source, flags);
    return new RegExp(textIn(this.#value(expression)), flags);
  }

  #call(name: string, args: readonly Expression[]): Cell {
    const called = this.#program.functions.get(name);
    if (!called)
      return callBuiltin(name, args, {
        interpreter: this,
        line: this.#line,
        value: (each) => this.#value(each),
        array: (of) => this.#array(of),
        assign: (to, value) => void this.#assign(to, value),
        read: (text) => new Read(text) as unknown as Value,
      });
    const before = this.#locals;
    const locals = { names: new Map<string, Cell>(), arrays: new Map<string, AwkArray>() };
    for (const [i, parameter] of called.parameters.entries()) {
      const arg = args[i];
      if (arg?.is === "name" && (this.#arrays.has(arg.name) || before?.arrays.has(arg.name)))
        locals.arrays.set(parameter, this.#array(arg.name));
      else if (arg) locals.names.set(parameter, this.#value(arg));
      else {
        locals.names.set(parameter, "");
        locals.arrays.set(parameter, new Map());
      }
    }
    this.#locals = locals;
    try {
      this.#do(called.body);
      return "";
    } catch (error) {
      if (error instanceof Jump && error.to === "return") return error.value;
      throw error;
    } finally {
      this.#locals = before;
    }
  }
}

function computed(operator: string, a: number, b: number): number {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "^":
      return a ** b;
    default:
      if (b === 0) throw new ProgramError("cmd. line:1: Division by zero");
      return operator === "/" ? a / b : a % b;
  }
}

function compared(operator: string, a: Cell, b: Cell): boolean {
  const isNumber = (value: Cell): boolean =>
    typeof value === "number" || (value instanceof Read && (looksNumeric(value.text) || value.text === ""));
  const asNumbers = isNumber(a) && isNumber(b);
  const [x, y] = asNumbers ? [numberIn(a), numberIn(b)] : [textIn(a), textIn(b)];
  const order = x < y ? -1 : x > y ? 1 : 0;
  return (
    { "<": order < 0, "<=": order <= 0, "==": order === 0, "!=": order !== 0, ">": order > 0, ">=": order >= 0 }[
      operator
    ] ?? false
  );
}
