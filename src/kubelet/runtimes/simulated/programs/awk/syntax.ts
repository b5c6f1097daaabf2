/** What an awk program is made of. */
export type Expression =
  | { readonly is: "number"; readonly value: number }
  | { readonly is: "text"; readonly value: string }
  | { readonly is: "form"; readonly form: RegExp }
  | { readonly is: "name"; readonly name: string }
  | { readonly is: "field"; readonly index: Expression }
  | { readonly is: "element"; readonly name: string; readonly index: readonly Expression[] }
  | { readonly is: "assign"; readonly to: Expression; readonly operator: string; readonly value: Expression }
  | { readonly is: "step"; readonly to: Expression; readonly by: 1 | -1; readonly after: boolean }
  | { readonly is: "unary"; readonly operator: string; readonly value: Expression }
  | { readonly is: "binary"; readonly operator: string; readonly left: Expression; readonly right: Expression }
  | { readonly is: "choice"; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly is: "in"; readonly index: readonly Expression[]; readonly name: string }
  | { readonly is: "call"; readonly name: string; readonly args: readonly Expression[] };

export type Statement =
  | { readonly is: "block"; readonly statements: readonly Statement[] }
  | { readonly is: "expression"; readonly value: Expression }
  | { readonly is: "print"; readonly args: readonly Expression[]; readonly formatted: boolean }
  | { readonly is: "if"; readonly test: Expression; readonly yes: Statement; readonly no?: Statement }
  | { readonly is: "while"; readonly test: Expression; readonly body: Statement; readonly first: boolean }
  | {
      readonly is: "for";
      readonly start?: Statement;
      readonly test?: Expression;
      readonly step?: Statement;
      readonly body: Statement;
    }
  | { readonly is: "each"; readonly name: string; readonly of: string; readonly body: Statement }
  | { readonly is: "delete"; readonly name: string; readonly index?: readonly Expression[] }
  | {
      readonly is: "jump";
      readonly to: "next" | "break" | "continue" | "exit" | "return";
      readonly value?: Expression;
    };

export interface Rule {
  /** `BEGIN` and `END` run before and after the lines; without a pattern a rule is for all of them. */
  readonly at: "begin" | "end" | "line";
  readonly from?: Expression;
  /** The end of a range. */
  readonly to?: Expression;
  /** Without one, the line is printed. */
  readonly body?: Statement;
  inRange: boolean;
}

export interface AwkFunction {
  readonly parameters: readonly string[];
  readonly body: Statement;
}

export interface AwkProgram {
  readonly rules: readonly Rule[];
  readonly functions: ReadonlyMap<string, AwkFunction>;
}
