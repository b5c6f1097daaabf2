/** What stands in `$((…))`. */

/** Whole numbers with + - * / % and comparisons, left to right by precedence. */
export function arithmetic(text: string, lookUp: (name: string) => string): number {
  const words = text.match(/\d+|[A-Za-z_]\w*|[-+*/%()<>]|[<>=!]=/g) ?? [];
  let at = 0;
  const levels = [
    ["==", "!="],
    ["<", ">", "<=", ">="],
    ["+", "-"],
    ["*", "/", "%"],
  ];
  const atom = (): number => {
    const word = words[at++] ?? "0";
    if (word === "-") return -atom();
    if (word === "(") {
      const value = level(0);
      at++;
      return value;
    }
    return Number(/^\d/.test(word) ? word : lookUp(word)) || 0;
  };
  const level = (depth: number): number => {
    if (depth === levels.length) return atom();
    let left = level(depth + 1);
    while (levels[depth]?.includes(words[at] ?? "")) {
      const operator = words[at++] as string;
      left = apply(operator, left, level(depth + 1));
    }
    return left;
  };
  return level(0);
}

function apply(operator: string, a: number, b: number): number {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return Math.trunc(a / b);
    case "%":
      return a % b;
    case "<":
      return Number(a < b);
    case ">":
      return Number(a > b);
    case "<=":
      return Number(a <= b);
    case ">=":
      return Number(a >= b);
    case "==":
      return Number(a === b);
    default:
      return Number(a !== b);
  }
}
