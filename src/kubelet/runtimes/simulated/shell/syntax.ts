/** What a shell script is made of. */
export type Part =
  | { readonly is: "text"; readonly text: string; readonly quoted: boolean }
  | {
      readonly is: "parameter";
      readonly name: string;
      /** As in `${name:-word}`; `length` for `${#name}`. */
      readonly operator?: string;
      readonly word?: Word;
      readonly quoted: boolean;
    }
  | { readonly is: "command"; readonly command: Command; readonly quoted: boolean }
  | { readonly is: "arithmetic"; readonly expression: Word; readonly quoted: boolean };

/** Its parts are joined; what is not quoted falls apart at blanks when it is expanded. */
export type Word = readonly Part[];

export interface Redirect {
  readonly fd: number;
  readonly kind: "<" | ">" | ">>" | ">&" | "<&" | "<<" | "<<-";
  readonly target: Word;
  /** The text of a here-document. */
  body?: Word;
}

export type Command =
  | {
      readonly is: "simple";
      readonly words: readonly Word[];
      readonly assigns: readonly (readonly [string, Word])[];
      readonly redirects: readonly Redirect[];
      readonly line: number;
    }
  | { readonly is: "pipe"; readonly parts: readonly Command[] }
  | { readonly is: "and" | "or"; readonly left: Command; readonly right: Command }
  | { readonly is: "not" | "background"; readonly command: Command }
  | { readonly is: "list"; readonly commands: readonly Command[] }
  | { readonly is: "redirected"; readonly command: Command; readonly redirects: readonly Redirect[] }
  | { readonly is: "subshell"; readonly body: Command }
  | { readonly is: "function"; readonly name: string; readonly body: Command }
  | {
      readonly is: "if";
      readonly branches: readonly { readonly test: Command; readonly body: Command }[];
      readonly otherwise?: Command;
    }
  | { readonly is: "while"; readonly test: Command; readonly body: Command; readonly until: boolean }
  /** Without `words` it goes over the parameters. */
  | { readonly is: "for"; readonly name: string; readonly words?: readonly Word[]; readonly body: Command }
  | {
      readonly is: "case";
      readonly subject: Word;
      readonly branches: readonly { readonly patterns: readonly Word[]; readonly body: Command }[];
    };

export class ShellSyntaxError extends Error {
  override readonly name = "ShellSyntaxError";
  /** More lines may make it whole. */
  readonly isUnfinished: boolean;
  constructor(message: string, isUnfinished = false) {
    super(message);
    this.isUnfinished = isUnfinished;
  }
}
