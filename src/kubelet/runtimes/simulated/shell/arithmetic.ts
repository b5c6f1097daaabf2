/** What stands in `$((…))`: whole numbers of 64 bits, C's operators, variables and their assignment. */
export interface Variables {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

export class ArithmeticError extends Error {
  override readonly name = "ArithmeticError";
}

type Compute = (a: bigint, b: bigint) => bigint;
const flag = (is: boolean): bigint => (is ? 1n : 0n);
const nonZero = (b: bigint): bigint => {
  if (b === 0n) throw new ArithmeticError("divide by zero");
  return b;
};
/** The loosest first. */
const levels: readonly Readonly<Record<string, Compute>>[] = [
  { "||": (a, b) => flag(a !== 0n || b !== 0n) },
  { "&&": (a, b) => flag(a !== 0n && b !== 0n) },
  { "|": (a, b) => a | b },
  { "^": (a, b) => a ^ b },
  { "&": (a, b) => a & b },
  { "==": (a, b) => flag(a === b), "!=": (a, b) => flag(a !== b) },
  {
    "<": (a, b) => flag(a < b),
    ">": (a, b) => flag(a > b),
    "<=": (a, b) => flag(a <= b),
    ">=": (a, b) => flag(a >= b),
  },
  { "<<": (a, b) => a << (b & 63n), ">>": (a, b) => a >> (b & 63n) },
  { "+": (a, b) => a + b, "-": (a, b) => a - b },
  { "*": (a, b) => a * b, "/": (a, b) => a / nonZero(b), "%": (a, b) => a % nonZero(b) },
  { "**": (a, b) => a ** (b < 0n ? 0n : b > 64n ? 64n : b) },
];
const binary = (operator: string): Compute | undefined => levels.find((level) => operator in level)?.[operator];

export function arithmetic(text: string, variables: Variables): string {
  const reader = new Reader(text, variables);
  return String(BigInt.asIntN(64, reader.whole()));
}

class Reader {
  readonly #words: readonly string[];
  readonly #variables: Variables;
  #at = 0;

  constructor(text: string, variables: Variables) {
    const form =
      /0[xX][0-9a-fA-F]+|\d+|[A-Za-z_]\w*|(?:<<|>>|\*\*|[-+*/%&|^])=|\+\+|--|\*\*|<<|>>|[<>=!]=|&&|\|\||[-+*/%()<>=!~?:&|^,]|\S/g;
    this.#words = text.match(form) ?? [];
    this.#variables = variables;
  }

  whole(): bigint {
    if (!this.#words.length) return 0n;
    const value = this.#assigned();
    if (this.#at < this.#words.length) throw new ArithmeticError("arithmetic syntax error");
    return value;
  }

  #assigned(): bigint {
    const [name = "", operator = ""] = this.#words.slice(this.#at, this.#at + 2);
    if (/^[A-Za-z_]/.test(name) && /^([-+*/%&|^]|<<|>>|\*\*)?=$/.test(operator)) {
      this.#at += 2;
      const right = this.#assigned();
      const compute = binary(operator.slice(0, -1));
      return this.#set(name, compute ? compute(this.#value(name), right) : right);
    }
    const test = this.#level(0);
    if (this.#words[this.#at] !== "?") return test;
    this.#at++;
    const yes = this.#assigned();
    if (this.#words[this.#at++] !== ":") throw new ArithmeticError("arithmetic syntax error");
    const no = this.#assigned();
    return test ? yes : no;
  }

  #level(depth: number): bigint {
    const operators = levels[depth];
    if (!operators) return this.#unary();
    let left = this.#level(depth + 1);
    for (;;) {
      const word = this.#words[this.#at] ?? "";
      const compute = Object.hasOwn(operators, word) ? operators[word] : undefined;
      if (!compute) return left;
      this.#at++;
      left = compute(left, this.#level(depth + 1));
    }
  }

  #unary(): bigint {
    const word = this.#words[this.#at++];
    switch (word) {
      case "-":
        return -this.#unary();
      case "+":
        return this.#unary();
      case "!":
        return flag(this.#unary() === 0n);
      case "~":
        return ~this.#unary();
      case "++":
      case "--": {
        const name = this.#words[this.#at++] ?? "";
        return this.#set(name, this.#value(name) + (word === "++" ? 1n : -1n));
      }
      case "(": {
        const value = this.#assigned();
        if (this.#words[this.#at++] !== ")") throw new ArithmeticError("arithmetic syntax error");
        return value;
      }
      default:
        return this.#atom(word ?? "");
    }
  }

  #atom(word: string): bigint {
    if (/^0[0-7]+$/.test(word)) return BigInt(`0o${word}`);
    if (/^\d/.test(word)) return BigInt(word);
    if (!/^[A-Za-z_]/.test(word)) throw new ArithmeticError("arithmetic syntax error");
    const value = this.#value(word);
    const next = this.#words[this.#at];
    if (next === "++" || next === "--") {
      this.#at++;
      this.#set(word, value + (next === "++" ? 1n : -1n));
    }
    return value;
  }

  #set(name: string, value: bigint): bigint {
    this.#variables.set(name, String(value));
    return value;
  }

  #value(name: string): bigint {
    const text = (this.#variables.get(name) ?? "").trim();
    if (text === "") return 0n;
    if (/^-?\d+$/.test(text)) return BigInt(text);
    return new Reader(text, this.#variables).whole();
  }
}
