/** Reads the words of a script: quotes, `$…`, backquotes. */
import { parse, parseInner } from "./parser.ts";
import { type Part, ShellSyntaxError, type Word } from "./syntax.ts";

const unterminated = (): ShellSyntaxError => new ShellSyntaxError("syntax error: unterminated quoted string", true);

/** The text of a word in which nothing is quoted or expanded; undefined otherwise. */
export function plainText(word: Word): string | undefined {
  const [part] = word;
  return word.length === 1 && part?.is === "text" && !part.quoted ? part.text : undefined;
}

export class WordReader {
  readonly #text: string;
  #parts: Part[] = [];
  #plain = "";
  at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.at = at;
  }

  /** Up to the next blank or operator. */
  word(): Word {
    return this.#until((char) => /[\s;&|<>()]/.test(char));
  }

  /** Behind the `=` of an assignment, to the end of the text. */
  assigned(): Word {
    return this.#until(() => false);
  }

  /** A here-document: dollars are expanded, quotes mean nothing. */
  document(): Word {
    while (this.at < this.#text.length) this.#insideDoubleQuotes(/[$`\\\n]/);
    this.#flush(true);
    return this.#parts;
  }

  #until(isEnd: (char: string) => boolean): Word {
    while (this.at < this.#text.length && !isEnd(this.#text[this.at] as string)) this.#next();
    this.#flush(false);
    return this.#parts;
  }

  #next(): void {
    const char = this.#text[this.at] as string;
    if (char === "\\") {
      const next = this.#text[this.at + 1];
      this.at += 2;
      if (next !== "\n") this.#push({ is: "text", text: next ?? "\\", quoted: true });
    } else if (char === "'") {
      const end = this.#text.indexOf("'", this.at + 1);
      if (end < 0) throw unterminated();
      this.#push({ is: "text", text: this.#text.slice(this.at + 1, end), quoted: true });
      this.at = end + 1;
    } else if (char === '"') this.#doubleQuoted();
    else if (char === "$" || char === "`") this.#dollar(false);
    else {
      this.#plain += char;
      this.at++;
    }
  }

  #doubleQuoted(): void {
    this.#flush(false);
    const before = this.#parts.length;
    this.at++;
    while (this.#text[this.at] !== '"') {
      if (this.at >= this.#text.length) throw unterminated();
      this.#insideDoubleQuotes();
    }
    this.at++;
    this.#flush(true);
    if (this.#parts.length === before) this.#parts.push({ is: "text", text: "", quoted: true });
  }

  #insideDoubleQuotes(escapable = /[$`"\\\n]/): void {
    const char = this.#text[this.at] as string;
    const next = this.#text[this.at + 1] ?? "";
    if (char === "\\" && escapable.test(next)) {
      if (next !== "\n") this.#plain += next;
      this.at += 2;
    } else if (char === "$" || char === "`") {
      this.#dollar(true);
    } else {
      this.#plain += char;
      this.at++;
    }
  }

  #push(part: Part): void {
    this.#flush(false);
    this.#parts.push(part);
  }

  #flush(quoted: boolean): void {
    if (this.#plain) this.#parts.push({ is: "text", text: this.#plain, quoted });
    this.#plain = "";
  }

  #dollar(quoted: boolean): void {
    const text = this.#text;
    const at = this.at;
    const bare = /^\$([A-Za-z_]\w*|[0-9#?@*$!-])/.exec(text.slice(at, at + 256));
    if (text[at] !== "`" && text[at + 1] !== "(" && text[at + 1] !== "{" && !bare) {
      this.#plain += "$";
      this.at++;
      return;
    }
    this.#flush(quoted);
    if (text[at] === "`") this.#backquoted(quoted);
    else if (text.startsWith("$((", at)) this.#arithmetic(quoted);
    else if (text[at + 1] === "(") {
      const { command, end } = parseInner(text, at + 2);
      this.#parts.push({ is: "command", command, quoted });
      this.at = end;
    } else if (text[at + 1] === "{") this.#braced(quoted);
    else {
      this.#parts.push({ is: "parameter", name: bare?.[1] as string, quoted });
      this.at = at + (bare?.[0].length as number);
    }
  }

  #backquoted(quoted: boolean): void {
    let inner = "";
    let at = this.at + 1;
    for (; this.#text[at] !== "`"; at++) {
      if (at >= this.#text.length) throw unterminated();
      if (this.#text[at] === "\\" && /[`$\\]/.test(this.#text[at + 1] ?? "")) at++;
      inner += this.#text[at];
    }
    this.#parts.push({ is: "command", command: parse(inner), quoted });
    this.at = at + 1;
  }

  #arithmetic(quoted: boolean): void {
    let depth = 0;
    let end = this.at + 3;
    for (; depth > 0 || !this.#text.startsWith("))", end); end++) {
      if (end >= this.#text.length) throw new ShellSyntaxError("syntax error: unexpected end of file", true);
      if (this.#text[end] === "(") depth++;
      if (this.#text[end] === ")") depth--;
    }
    const expression = new WordReader(this.#text.slice(this.at + 3, end), 0).document();
    this.#parts.push({ is: "arithmetic", expression, quoted });
    this.at = end + 2;
  }

  #braced(quoted: boolean): void {
    const length = /^\$\{#([A-Za-z_]\w*|[0-9@*]+)\}/.exec(this.#text.slice(this.at, this.at + 256));
    if (length) {
      this.#parts.push({ is: "parameter", name: length[1] as string, operator: "length", quoted });
      this.at += length[0].length;
      return;
    }
    const head = /^\$\{([A-Za-z_]\w*|[0-9]+|[#?@*$!-])/.exec(this.#text.slice(this.at, this.at + 256));
    if (!head) throw new ShellSyntaxError("syntax error: bad substitution");
    this.at += head[0].length;
    const operator = /^(:[-=+?]|[-=+?]|%%?|##?|\/\/?|:)/.exec(this.#text.slice(this.at, this.at + 2))?.[0];
    this.at += operator?.length ?? 0;
    const inner = new WordReader(this.#text, this.at);
    // a pattern is one inside double quotes too
    const word =
      quoted && !/^[%#/]/.test(operator ?? "") ? inner.#bracedQuoted() : inner.#until((char) => char === "}");
    if (this.#text[inner.at] !== "}") throw unterminated();
    if (!operator && word.length) throw new ShellSyntaxError("syntax error: bad substitution");
    this.at = inner.at + 1;
    this.#parts.push({ is: "parameter", name: head[1] as string, ...(operator && { operator, word }), quoted });
  }

  /** Inside both braces and double quotes: blanks are kept, single quotes are plain. */
  #bracedQuoted(): Word {
    while (this.at < this.#text.length && this.#text[this.at] !== "}") {
      if (this.#text[this.at] === '"') this.#doubleQuoted();
      else this.#insideDoubleQuotes();
    }
    this.#flush(true);
    return this.#parts;
  }
}
