/** What awk can call. */
import { ProgramError } from "../../process.ts";
import { formatted } from "../printf.ts";
import { type AwkArray, type Interpreter, numberIn, textIn, type Value } from "./interpreter.ts";
import type { Expression } from "./syntax.ts";

export interface CallContext {
  readonly interpreter: Interpreter;
  readonly line: string;
  value(expression: Expression): Parameters<typeof textIn>[0];
  array(name: string): AwkArray;
  assign(to: Expression, value: Value): void;
  /** A value that was read, and may be a number. */
  read(text: string): Value;
}

const line: Expression = { is: "field", index: { is: "number", value: 0 } };

export function callBuiltin(name: string, args: readonly Expression[], context: CallContext): Value {
  const [first, second, third] = args;
  const text = (arg: Expression | undefined): string => (arg ? textIn(context.value(arg)) : context.line);
  const number = (arg: Expression | undefined): number => (arg ? numberIn(context.value(arg)) : 0);
  switch (name) {
    case "length":
      if (first?.is === "name" && context.array(first.name).size) return context.array(first.name).size;
      return text(first).length;
    case "substr": {
      const from = Math.round(number(second));
      const end = third ? from + Math.round(number(third)) : Number.POSITIVE_INFINITY;
      return text(first).slice(Math.max(0, from - 1), Math.max(0, end - 1));
    }
    case "index":
      return text(first).indexOf(text(second)) + 1;
    case "split": {
      const array = context.array(second?.is === "name" ? second.name : "");
      const value = text(first);
      const form = third
        ? text(third) === " "
          ? /\s+/
          : third.is !== "form" && text(third).length === 1
            ? text(third)
            : context.interpreter.form(third)
        : /\s+/;
      const parts = value === "" ? [] : (third ? value : value.trim()).split(form);
      array.clear();
      for (const [i, part] of parts.entries()) array.set(String(i + 1), context.read(part));
      return parts.length;
    }
    case "sub":
    case "gsub": {
      if (!first || !second) throw new ProgramError("cmd. line:1: Too few arguments");
      const to = third ?? line;
      let count = 0;
      const by = text(second);
      const made = text(to).replace(context.interpreter.form(first, name === "gsub" ? "g" : ""), (found) => {
        count++;
        return by.replace(/\\&|&/g, (mark) => (mark === "&" ? found : "&"));
      });
      if (count) context.assign(to, made);
      return count;
    }
    case "match": {
      const found = second && context.interpreter.form(second).exec(text(first));
      context.interpreter.set("RSTART", found ? found.index + 1 : 0);
      context.interpreter.set("RLENGTH", found ? found[0].length : -1);
      return found ? found.index + 1 : 0;
    }
    case "sprintf":
      return formatted(text(first), args.slice(1).map(text));
    case "toupper":
      return text(first).toUpperCase();
    case "tolower":
      return text(first).toLowerCase();
    case "int":
      return Math.trunc(number(first));
    case "sqrt":
      return Math.sqrt(number(first));
    case "exp":
      return Math.exp(number(first));
    case "log":
      return Math.log(number(first));
    case "sin":
      return Math.sin(number(first));
    case "cos":
      return Math.cos(number(first));
    case "atan2":
      return Math.atan2(number(first), number(second));
    case "srand":
      context.interpreter.random = number(first) || 1;
      return 0;
    case "rand":
      context.interpreter.random = (context.interpreter.random * 16_807) % 2_147_483_647;
      return context.interpreter.random / 2_147_483_647;
    default:
      throw new ProgramError("cmd. line:1: Call to undefined function");
  }
}
