/** The words of the language (CEL.g4 of the language's definition). Numbers are the order in which messages list them. */
export const tokenNames = [
  "<EOF>",
  "'=='",
  "'!='",
  "'in'",
  "'<'",
  "'<='",
  "'>='",
  "'>'",
  "'&&'",
  "'||'",
  "'['",
  "']'",
  "'{'",
  "'}'",
  "'('",
  "')'",
  "'.'",
  "','",
  "'-'",
  "'!'",
  "'?'",
  "':'",
  "'+'",
  "'*'",
  "'/'",
  "'%'",
  "'true'",
  "'false'",
  "'null'",
  "WHITESPACE",
  "COMMENT",
  "NUM_FLOAT",
  "NUM_INT",
  "NUM_UINT",
  "STRING",
  "BYTES",
  "IDENTIFIER",
  "ESC_IDENTIFIER",
] as const;

export type TokenName = (typeof tokenNames)[number];
export type TokenType = number;

const numbers = new Map<string, TokenType>(tokenNames.map((name, i) => [name, i]));

/** The number of a token by its name, with or without quotes: `token("&&")`, `token("STRING")`. */
export function token(name: string): TokenType {
  const found = numbers.get(`'${name}'`) ?? numbers.get(name);
  if (found === undefined) throw new Error(`no such token: ${name}`);
  return found;
}

export const EOF = 0;

export interface Token {
  readonly type: TokenType;
  readonly text: string;
  /** Where it begins, in code points. */
  readonly start: number;
  /** Whitespace and comments: the grammar does not see them, messages show them. */
  readonly hidden: boolean;
}
