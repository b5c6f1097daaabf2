/** Evaluates JSONPath templates over objects. Fields that are not there give nothing; results of one path stand with blanks between. */

import { goJson } from "../../base/go-json.ts";
import { isMap } from "../object.ts";
import { JsonPathError, type Part, parseTemplate, relaxed, type Step } from "./syntax.ts";

export { JsonPathError, relaxed };

export class JsonPath {
  readonly #parts: readonly Part[];

  /** Throws JsonPathError. */
  constructor(template: string) {
    this.#parts = parseTemplate(template);
  }

  /** What the paths of the template find. */
  find(object: unknown): readonly unknown[] {
    return [...results(this.#parts, object)].flat();
  }

  /** The template with all filled in. */
  print(object: unknown): string {
    return [...results(this.#parts, object)].map((found) => found.map(textOf).join(" ")).join("");
  }
}

function* results(parts: readonly Part[], object: unknown): Generator<readonly unknown[]> {
  for (const part of parts) {
    if (part.part === "path") yield walk(part.steps, [object]);
    else for (const item of walk(part.over, [object])) yield* results(part.body, item);
  }
}

const walk = (steps: readonly Step[], input: readonly unknown[]): readonly unknown[] =>
  steps.reduce<readonly unknown[]>((values, step) => take(step, values), input);

const inside = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : isMap(value) ? Object.values(value) : [];

function take(step: Step, input: readonly unknown[]): readonly unknown[] {
  switch (step.step) {
    case "text":
      return [step.text];
    case "value":
      return input.map(() => step.value);
    case "field":
      return input.flatMap((value) => (isMap(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : []));
    case "wildcard":
      return input.flatMap(inside);
    case "recursive":
      return input.flatMap(deeply);
    case "union":
      return step.of.flatMap((steps) => walk(steps, input));
    case "slice":
      return input.flatMap((value) => (value === null || value === undefined ? [] : slice(value, step)));
    case "filter":
      return input.flatMap((value) => filter(value, step));
  }
}

/** A value and all below it that have something in them. */
function deeply(value: unknown): unknown[] {
  const below = inside(value);
  return below.length ? [value, ...below.flatMap(deeply)] : [];
}

function slice(value: unknown, { from = 0, to, by = 1, single }: Extract<Step, { step: "slice" }>): readonly unknown[] {
  if (!Array.isArray(value)) throw new JsonPathError(`${goType(value)} is not array or slice`);
  const { length } = value;
  const start = from < 0 ? from + length : from;
  const rawEnd = to ?? length;
  const end = rawEnd < 0 || (rawEnd === 0 && single) ? rawEnd + length : rawEnd;
  if (start === end) return [];
  const outside = (index: number): never => {
    throw new JsonPathError(`array index out of bounds: index ${index}, length ${length}`);
  };
  if (start >= length || start < 0) outside(start);
  if (end > length || end < 0) outside(end - 1);
  if (start > end) throw new JsonPathError(`starting index ${start} is greater than ending index ${end}`);
  if (by <= 0) throw new JsonPathError("step must be > 0");
  return value.slice(start, end).filter((_item, i) => i % by === 0);
}

function filter(value: unknown, { left, operator, right }: Extract<Step, { step: "filter" }>): readonly unknown[] {
  if (!Array.isArray(value)) throw new JsonPathError(`${textOf(value)} is not array or slice and cannot be filtered`);
  return value.filter((item) => {
    const lefts = walk(left, [item]);
    if (operator === "exists") return lefts.length > 0;
    const rights = walk(right, [item]);
    if (!lefts.length || !rights.length) return false;
    if (lefts.length > 1 || rights.length > 1) throw new JsonPathError("can only compare one element at a time");
    return compare(lefts[0], operator, rights[0]);
  });
}

function compare(a: unknown, operator: string, b: unknown): boolean {
  if (typeof a !== typeof b) {
    if (operator === "!=") return true;
    throw new JsonPathError("incompatible types for comparison");
  }
  const [x, y] = [a as number, b as number];
  switch (operator) {
    case "==":
      return x === y;
    case "!=":
      return x !== y;
    case "<":
      return x < y;
    case "<=":
      return x <= y;
    case ">":
      return x > y;
    case ">=":
      return x >= y;
    default:
      throw new JsonPathError(`unrecognized filter operator ${operator}`);
  }
}

const goType = (value: unknown): string =>
  isMap(value)
    ? "map[string]interface {}"
    : typeof value === "number"
      ? "int64"
      : typeof value === "boolean"
        ? "bool"
        : typeof value;

export function textOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  return typeof value === "object" ? goJson(value) : String(value);
}
