/**
 * Makes the nodes of a tree, numbers them and notes where in the text each belongs. Trees are at most 250 deep, so that
 * whatever walks them later may do so recursively.
 */
import {
  type Call,
  type Comprehension,
  type Expression,
  hiddenAccumulator,
  type Literal,
  type MapEntry,
  parts,
} from "./expression.ts";

export const deepest = 250;

export class TooDeep extends Error {}

/** A fault that a macro finds in how it is called. */
export class MacroError extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

export class Builder {
  /** By the number of the node. */
  readonly offsets: number[] = [-1];
  readonly #depths: number[] = [0];

  id(offset: number): number {
    this.offsets.push(offset);
    return this.offsets.length - 1;
  }

  offset(node: { readonly id: number }): number {
    return this.offsets[node.id] ?? -1;
  }

  /** Notes how deep the tree is below `node`; every kind of nesting that the grammar recurses for counts. */
  deepen<T extends Expression>(node: T): T {
    const below = parts(node).map((part) => this.#depths[part.id] ?? 0);
    const depth = Math.max(0, ...below) + 1;
    if (depth > deepest) throw new TooDeep("max recursion depth exceeded");
    this.#depths[node.id] = depth;
    return node;
  }

  literal(offset: number, value: Literal["value"]): Literal {
    return { id: this.id(offset), kind: "literal", value };
  }

  ident(offset: number, name: string): Expression {
    return { id: this.id(offset), kind: "ident", name };
  }

  call(offset: number, name: string, args: readonly Expression[], target?: Expression): Call {
    return this.deepen({ id: this.id(offset), kind: "call", name, target, args: [...args] });
  }

  list(offset: number, elements: readonly Expression[], optional: ReadonlySet<number> = new Set()): Expression {
    return this.deepen({ id: this.id(offset), kind: "list", elements: [...elements], optional });
  }

  map(offset: number, entries: readonly MapEntry[] = []): Expression {
    return this.deepen({ id: this.id(offset), kind: "map", entries });
  }

  select(offset: number, operand: Expression, field: string, testOnly = false): Expression {
    return this.deepen({ id: this.id(offset), kind: "select", operand, field, testOnly });
  }

  /** A loop over `range`; the accumulator has the hidden name unless one is given. */
  loop(offset: number, range: Expression, loop: Omit<LoopParts, "accumulator"> & { accumulator?: string }): Expression {
    const node: Comprehension = {
      id: this.id(offset),
      kind: "comprehension",
      range,
      variable: loop.variable,
      secondVariable: loop.secondVariable,
      accumulator: loop.accumulator ?? hiddenAccumulator,
      initial: loop.initial,
      condition: loop.condition,
      step: loop.step,
      result: loop.result,
    };
    return this.deepen(node);
  }

  /** The same tree again, with numbers of its own. */
  copy(node: Expression): Expression {
    const id = this.id(this.offset(node));
    const again = (part: Expression): Expression => this.copy(part);
    const copied = ((): Expression => {
      switch (node.kind) {
        case "literal":
        case "ident":
          return { ...node, id };
        case "select":
          return { ...node, id, operand: again(node.operand) };
        case "call":
          return { ...node, id, target: node.target && again(node.target), args: node.args.map(again) };
        case "list":
          return { ...node, id, elements: node.elements.map(again) };
        case "map":
          return {
            ...node,
            id,
            entries: node.entries.map((entry) => ({ ...entry, key: again(entry.key), value: again(entry.value) })),
          };
        case "struct":
          return { ...node, id, fields: node.fields.map((field) => ({ ...field, value: again(field.value) })) };
        case "comprehension":
          return {
            ...node,
            id,
            range: again(node.range),
            initial: again(node.initial),
            condition: again(node.condition),
            step: again(node.step),
            result: again(node.result),
          };
      }
    })();
    return this.deepen(copied);
  }
}

export type LoopParts = Pick<
  Comprehension,
  "variable" | "secondVariable" | "accumulator" | "initial" | "condition" | "step" | "result"
>;
