/**
 * Label and field selectors: reading, matching, writing
 * (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors).
 */
import { own } from "../base/own.ts";
import type { LabelSelector } from "./object.ts";
import { isLabelValue, isQualifiedName } from "./validation/names.ts";

type Labels = Readonly<Record<string, string>> | undefined;

export type Operator = "=" | "==" | "!=" | "in" | "notin" | "exists" | "!" | "gt" | "lt";

export interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

/** A conjunction of requirements; an empty one matches everything. */
export type Selector = readonly Requirement[];

/** A selector that cannot be read; the message is upstream's. */
export class SelectorError extends Error {
  override readonly name = "SelectorError";
}

export const matchesAll = (selector: Selector, labels: Labels): boolean => selector.every((r) => matches(r, labels));

function matches({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = labels && Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case "=":
    case "==":
    case "in":
      return value !== undefined && values.includes(value);
    case "!=":
    case "notin":
      return value === undefined || !values.includes(value);
    case "exists":
      return value !== undefined;
    case "!":
      return value === undefined;
    case "gt":
    case "lt": {
      if (value === undefined || !/^[+-]?\d+$/.test(value)) return false;
      return operator === "gt" ? Number(value) > Number(values[0]) : Number(value) < Number(values[0]);
    }
  }
}

/** The selector that a `metav1.LabelSelector` stands for; undefined matches nothing, an empty one everything. */
export function selectorOf(selector: Readonly<LabelSelector> | undefined | null): Selector | undefined {
  if (!selector) return undefined;
  const requirements: Requirement[] = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({
    key,
    operator: "=",
    values: [value],
  }));
  const operators: Record<string, Operator> = { In: "in", NotIn: "notin", Exists: "exists", DoesNotExist: "!" };
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    const known = own(operators, operator);
    if (!known) throw new SelectorError(`"${operator}" is not a valid label selector operator`);
    requirements.push({ key, operator: known, values: values ?? [] });
  }
  return requirements;
}

/** Whether `labels` are selected; an absent selector selects nothing. */
export function selects(selector: Readonly<LabelSelector> | undefined | null, labels: Labels): boolean {
  const requirements = selectorOf(selector);
  return requirements !== undefined && matchesAll(requirements, labels);
}

/** The text form, as `scale` shows it and printers do: requirements sorted by key. */
export function formatSelector(selector: Selector): string {
  return selector
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ key, operator, values }) => {
      switch (operator) {
        case "exists":
          return key;
        case "!":
          return `!${key}`;
        case "in":
        case "notin":
          return `${key} ${operator} (${values.toSorted().join(",")})`;
        case "gt":
          return `${key}>${values[0]}`;
        case "lt":
          return `${key}<${values[0]}`;
        default:
          return `${key}${operator}${values[0] ?? ""}`;
      }
    })
    .join(",");
}

/** As printers show a `metav1.LabelSelector`. */
export function formatLabelSelector(selector: Readonly<LabelSelector> | undefined | null): string {
  if (!selector) return "<none>";
  return formatSelector(selectorOf(selector) ?? []) || "<none>";
}

/** Reads the text form of label selectors: `a=b,c!=d,e in (f,g),h,!i,j>1`. Throws SelectorError. */
export function parseSelector(text: string): Selector {
  const parser = new Parser(text);
  const requirements: Requirement[] = [];
  if (parser.peek().kind === "end") return requirements;
  for (;;) {
    const next = parser.peek();
    if (next.kind !== "word" && next.kind !== "!")
      throw new SelectorError(`found '${next.text}', expected: !, identifier, or 'end of string'`);
    requirements.push(parser.requirement());
    const after = parser.take();
    if (after.kind === "end") return requirements;
    if (after.kind !== ",") throw new SelectorError(`found '${after.text}', expected: ',' or 'end of string'`);
    const follows = parser.peek();
    if (follows.kind !== "word" && follows.kind !== "!")
      throw new SelectorError(`found '${follows.text}', expected: identifier after ','`);
  }
}

interface Token {
  readonly kind: "word" | "end" | "!" | "," | "(" | ")" | "=" | "==" | "!=" | ">" | "<";
  readonly text: string;
}

class Parser {
  readonly #text: string;
  #at = 0;
  constructor(text: string) {
    this.#text = text;
  }

  fault(why: string): SelectorError {
    return new SelectorError(`unable to parse requirement: ${why}`);
  }

  peek(): Token {
    const at = this.#at;
    const token = this.take();
    this.#at = at;
    return token;
  }

  take(): Token {
    const symbol = /\s*(==|!=|[=!<>(),]|[^\s=!<>(),]+)?/y;
    symbol.lastIndex = this.#at;
    const found = symbol.exec(this.#text)?.[1];
    this.#at = symbol.lastIndex;
    if (found === undefined) return { kind: "end", text: "" };
    if (/^[=!<>(),]/.test(found)) return { kind: found as Token["kind"], text: found };
    return { kind: "word", text: found };
  }

  requirement(): Requirement {
    const first = this.take();
    const negated = first.kind === "!";
    const key = negated ? this.take() : first;
    if (key.kind !== "word") throw this.fault(`found '${key.text}', expected: identifier`);
    checkKey(key.text);
    const next = this.peek();
    if (negated || next.kind === "end" || next.kind === ",") {
      if (negated && next.kind !== "end" && next.kind !== ",") return { key: key.text, operator: "!", values: [] };
      return { key: key.text, operator: negated ? "!" : "exists", values: [] };
    }
    const operator = this.take();
    switch (operator.kind === "word" ? operator.text : operator.kind) {
      case "in":
      case "notin": {
        const values = this.#values();
        for (const value of values) checkValue(key.text, value);
        return { key: key.text, operator: operator.text as Operator, values };
      }
      case "=":
      case "==":
      case "!=": {
        const value = this.#value();
        checkValue(key.text, value);
        return { key: key.text, operator: operator.kind as Operator, values: [value] };
      }
      case ">":
      case "<": {
        const value = this.#value();
        if (!/^[+-]?\d+$/.test(value)) {
          throw this.fault(
            `values[0]: Invalid value: "${value}": for 'Gt', 'Lt' operators, the value must be an integer`,
          );
        }
        return { key: key.text, operator: operator.kind === ">" ? "gt" : "lt", values: [value] };
      }
      default:
        throw this.fault(`found '${operator.text}', expected: in, notin, =, ==, !=, gt, lt`);
    }
  }

  #value(): string {
    const next = this.peek();
    if (next.kind === "end" || next.kind === ",") return "";
    const value = this.take();
    if (value.kind !== "word") throw this.fault(`found '${value.text}', expected: identifier`);
    return value.text;
  }

  #values(): string[] {
    const open = this.take();
    if (open.kind !== "(") throw this.fault(`found '${open.text}' expected: '('`);
    const first = this.peek();
    if (first.kind !== "word" && first.kind !== "," && first.kind !== ")")
      throw this.fault(`found '${first.text}', expected: ',', ')' or identifier`);
    const values: string[] = [];
    let wantsValue = true;
    for (;;) {
      const token = this.take();
      if (token.kind === "word") {
        if (!wantsValue) throw this.fault(`found '${token.text}', expected: ',' or ')'`);
        values.push(token.text);
        wantsValue = false;
      } else if (token.kind === ",") {
        if (wantsValue) values.push("");
        wantsValue = true;
      } else if (token.kind === ")") {
        if (wantsValue) values.push("");
        return [...new Set(values)].sort();
      } else throw this.fault(`found '${token.text}', expected: ${wantsValue ? "',', or identifier" : "',' or ')'"}`);
    }
  }
}

function checkKey(key: string): void {
  const faults = isQualifiedName(key);
  if (faults.length)
    throw new SelectorError(
      `unable to parse requirement: <nil>: Invalid value: ${JSON.stringify(key)}: ${faults.join("; ")}`,
    );
}

function checkValue(key: string, value: string): void {
  const faults = isLabelValue(value);
  if (faults.length)
    throw new SelectorError(
      `unable to parse requirement: values[0][${key}]: Invalid value: ${JSON.stringify(value)}: ${faults.join("; ")}`,
    );
}

export interface FieldRequirement {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}
export type FieldSelector = readonly FieldRequirement[];

/** Reads `metadata.name=x,status.phase!=Running`; `\` escapes `,`, `=` and itself. Throws SelectorError. */
export function parseFieldSelector(text: string): FieldSelector {
  const parts = text.split(/(?<!\\),/).filter((part) => part !== "");
  return parts.map((part) => {
    const found = /^((?:[^=!\\]|\\.)*)(==|!=|=)(.*)$/s.exec(part);
    if (!found) throw new SelectorError(`invalid selector: '${part}'; can't understand '${part}'`);
    const [, field = "", operator, value = ""] = found;
    if (/(?<!\\)=/.test(value)) throw new SelectorError(`invalid field selector: ${part}`);
    return { field, equal: operator !== "!=", value: value.replace(/\\([\\,=])/g, "$1") };
  });
}

export const matchesFields = (selector: FieldSelector, fieldValue: (field: string) => string): boolean =>
  selector.every((r) => (fieldValue(r.field) === r.value) === r.equal);
