/**
 * The tree of an expression. Nodes are numbered; where each stands in the text is kept beside them (`Parsed.offsets`),
 * and what the checker finds is too. The checker may replace parts: a qualified name becomes one identifier.
 */
import type { Uint } from "../values/uint.ts";

interface Node {
  readonly id: number;
}

export interface Literal extends Node {
  readonly kind: "literal";
  readonly value: null | boolean | bigint | Uint | number | string | Uint8Array;
}

export interface Ident extends Node {
  readonly kind: "ident";
  readonly name: string;
}

export interface Select extends Node {
  readonly kind: "select";
  operand: Expression;
  readonly field: string;
  /** `has(operand.field)` */
  readonly testOnly: boolean;
}

export interface Call extends Node {
  readonly kind: "call";
  readonly name: string;
  target: Expression | undefined;
  readonly args: Expression[];
}

export interface ListLiteral extends Node {
  readonly kind: "list";
  readonly elements: Expression[];
  /** Those written with a question mark. */
  readonly optional: ReadonlySet<number>;
}

export interface MapEntry extends Node {
  key: Expression;
  value: Expression;
  readonly optional: boolean;
}

export interface MapLiteral extends Node {
  readonly kind: "map";
  readonly entries: readonly MapEntry[];
}

export interface FieldEntry extends Node {
  readonly name: string;
  value: Expression;
  readonly optional: boolean;
}

export interface StructLiteral extends Node {
  readonly kind: "struct";
  readonly typeName: string;
  readonly fields: readonly FieldEntry[];
}

/** What the macros become: a loop with an accumulator. */
export interface Comprehension extends Node {
  readonly kind: "comprehension";
  range: Expression;
  readonly variable: string;
  readonly secondVariable: string | undefined;
  readonly accumulator: string;
  initial: Expression;
  condition: Expression;
  step: Expression;
  result: Expression;
}

export type Expression = Literal | Ident | Select | Call | ListLiteral | MapLiteral | StructLiteral | Comprehension;

/** The accumulator's name; no expression can spell it. */
export const hiddenAccumulator = "@result";

/** The parts of a node, in the order in which they are checked. */
export function parts(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case "literal":
    case "ident":
      return [];
    case "select":
      return [node.operand];
    case "call":
      return node.target ? [node.target, ...node.args] : node.args;
    case "list":
      return node.elements;
    case "map":
      return node.entries.flatMap((entry) => [entry.key, entry.value]);
    case "struct":
      return node.fields.map((field) => field.value);
    case "comprehension":
      return [node.range, node.initial, node.condition, node.step, node.result];
  }
}

/** The node and all below it, parents first. */
export function* descendants(node: Expression): Generator<Expression> {
  yield node;
  for (const part of parts(node)) yield* descendants(part);
}
