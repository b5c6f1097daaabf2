/** `test` and `[`, and `expr`. */
import { absolute, type Invocation, type Program, ProgramError, type World } from "../process.ts";
import { basicExpression } from "./regular-expression.ts";

const number = (text: string): number => {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new ProgramError(`${text}: bad number`, 2);
  return Number(text);
};

const binary: Readonly<Record<string, (a: string, b: string) => boolean>> = {
  "=": (a, b) => a === b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "-eq": (a, b) => number(a) === number(b),
  "-ne": (a, b) => number(a) !== number(b),
  "-lt": (a, b) => number(a) < number(b),
  "-le": (a, b) => number(a) <= number(b),
  "-gt": (a, b) => number(a) > number(b),
  "-ge": (a, b) => number(a) >= number(b),
};

/** Reads from the loosest operator on: -o, -a, !, then a single question. */
class Test {
  readonly #words: readonly string[];
  readonly #world: World;
  readonly #io: Invocation;
  #at = 0;

  constructor(words: readonly string[], world: World, io: Invocation) {
    this.#words = words;
    this.#world = world;
    this.#io = io;
  }

  whole(): boolean {
    if (!this.#words.length) return false;
    const value = this.#or();
    const left = this.#words[this.#at];
    if (left !== undefined) throw new ProgramError(`${left}: unknown operand`, 2);
    return value;
  }

  #or(): boolean {
    let value = this.#and();
    while (this.#words[this.#at] === "-o") {
      this.#at++;
      value = this.#and() || value;
    }
    return value;
  }

  #and(): boolean {
    let value = this.#not();
    while (this.#words[this.#at] === "-a") {
      this.#at++;
      value = this.#not() && value;
    }
    return value;
  }

  #not(): boolean {
    const [word, next, third] = this.#words.slice(this.#at, this.#at + 3);
    if (word === undefined) throw new ProgramError("argument expected", 2);
    const compare = next !== undefined && Object.hasOwn(binary, next) ? binary[next] : undefined;
    if (compare && third !== undefined) {
      this.#at += 3;
      return compare(word, third);
    }
    if (word === "!" && next !== undefined) {
      this.#at++;
      return !this.#not();
    }
    if (word === "(" && next !== undefined) {
      this.#at++;
      const value = this.#or();
      if (this.#words[this.#at++] !== ")") throw new ProgramError("closing paren expected", 2);
      return value;
    }
    if (/^-[a-zA-Z]$/.test(word) && next !== undefined) {
      this.#at += 2;
      return this.#ask(word[1] as string, next);
    }
    this.#at++;
    return word !== "";
  }

  #ask(letter: string, word: string): boolean {
    const { files } = this.#world;
    const path = absolute(word, this.#io.cwd);
    const node = word === "" ? undefined : files.find(path);
    switch (letter) {
      case "n":
        return word !== "";
      case "z":
        return word === "";
      case "t":
        return this.#io.terminal !== undefined;
      case "f":
        return node?.kind === "file";
      case "d":
        return node?.kind === "directory";
      case "c":
        return node?.kind === "device";
      case "e":
        return node !== undefined;
      case "s":
        return node?.kind === "file" ? node.data.length > 0 : node !== undefined;
      case "r":
        return files.may(path, "read");
      case "w":
        return files.may(path, "write") && !files.mountOf(path).readOnly;
      case "x":
        return files.may(path, "execute");
      case "h":
      case "L":
        try {
          return files.lstat(path).kind === "link";
        } catch {
          return false;
        }
      case "b":
      case "p":
      case "S":
      case "u":
      case "g":
        return false;
      default:
        throw new ProgramError(`-${letter}: unknown operand`, 2);
    }
  }
}

export const test: Program = (world, io) => {
  if (io.name === "[" && io.args.at(-1) !== "]") throw new ProgramError("missing ]", 2);
  const words = io.name === "[" ? io.args.slice(0, -1) : io.args;
  return new Test(words, world, io).whole() ? 0 : 1;
};

type Compute = (a: string, b: string) => string;
const compared =
  (is: (order: number) => boolean): Compute =>
  (a, b) => {
    const numbers = /^-?\d+$/.test(a) && /^-?\d+$/.test(b);
    return is(numbers ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0) ? "1" : "0";
  };
const counted =
  (compute: (a: number, b: number) => number): Compute =>
  (a, b) => {
    if (!/^-?\d+$/.test(a) || !/^-?\d+$/.test(b)) throw new ProgramError("non-numeric argument", 2);
    const value = compute(Number(a), Number(b));
    if (!Number.isFinite(value)) throw new ProgramError("division by zero", 2);
    return String(Math.trunc(value));
  };
const isNothing = (text: string): boolean => text === "" || text === "0";
const matched: Compute = (a, b) => {
  const found = new RegExp(`^(?:${basicExpression(b)})`).exec(a);
  return b.includes("\\(") ? (found?.[1] ?? "") : String(found?.[0].length ?? 0);
};
/** The loosest first. */
const levels: readonly Readonly<Record<string, Compute>>[] = [
  { "|": (a, b) => (isNothing(a) ? b : a) },
  { "&": (a, b) => (isNothing(a) || isNothing(b) ? "0" : a) },
  {
    ...{ "=": compared((o) => o === 0), "==": compared((o) => o === 0), "!=": compared((o) => o !== 0) },
    ...{
      "<": compared((o) => o < 0),
      "<=": compared((o) => o <= 0),
      ">": compared((o) => o > 0),
      ">=": compared((o) => o >= 0),
    },
  },
  { "+": counted((a, b) => a + b), "-": counted((a, b) => a - b) },
  { "*": counted((a, b) => a * b), "/": counted((a, b) => a / b), "%": counted((a, b) => a % b) },
  { ":": matched },
];

export const expr: Program = async (_, io) => {
  const words = io.args;
  let at = 0;
  const take = (): string => {
    const word = words[at++];
    if (word === undefined) throw new ProgramError("syntax error", 2);
    return word;
  };
  const atom = (): string => {
    const word = take();
    if (word === "length") return String(take().length);
    if (word === "substr") {
      const [text, from, count] = [take(), Number(take()), Number(take())];
      return text.slice(from - 1, from - 1 + count);
    }
    if (word === "match") return matched(take(), take());
    if (word !== "(") return word;
    const value = level(0);
    if (take() !== ")") throw new ProgramError("syntax error", 2);
    return value;
  };
  const level = (depth: number): string => {
    const operators = levels[depth];
    if (!operators) return atom();
    let left = level(depth + 1);
    for (let word = words[at] ?? ""; Object.hasOwn(operators, word); word = words[at] ?? "") {
      at++;
      left = (operators[word] as Compute)(left, level(depth + 1));
    }
    return left;
  };
  const value = level(0);
  if (at < words.length) throw new ProgramError("syntax error", 2);
  await io.stdout(`${value}\n`);
  return isNothing(value) ? 1 : 0;
};
