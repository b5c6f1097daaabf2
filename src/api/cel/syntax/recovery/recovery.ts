/**
 * The messages for a text that does not follow the grammar. They are those of ANTLR's default error strategy, which
 * upstream's parser has: it deletes or invents one word where that helps, else skips to where a rule under way may go
 * on, and reports again only after a word has fitted.
 */
import type { Lexed } from "../lexer.ts";
import { EOF, type Token, tokenNames } from "../tokens.ts";
import { grammar } from "./grammar.ts";
import { nextTokens, type State } from "./network.ts";
import { predict } from "./prediction.ts";

export interface SyntaxFault {
  /** In code points. */
  readonly offset: number;
  readonly message: string;
}

export function syntaxErrors(lexed: Lexed): readonly SyntaxFault[] {
  const recovery = new Recovery(lexed.tokens);
  recovery.run();
  const unread = lexed.errors.map(({ start, text }) => ({
    offset: start,
    message: `token recognition error at: '${text}'`,
  }));
  return [...unread, ...recovery.found];
}

/** A rule under way. */
interface Frame {
  readonly parent: Frame | undefined;
  /** The state after it in its caller. */
  readonly follow: State | undefined;
  readonly precedence: number;
}

/** The rule cannot go on. */
class Stuck extends Error {
  /** What to report; undefined for a mismatch. */
  readonly noAlternativeFrom: number | undefined;
  readonly offending: number;

  constructor(offending: number, noAlternativeFrom?: number) {
    super();
    this.offending = offending;
    this.noAlternativeFrom = noAlternativeFrom;
  }
}

class GivenUp extends Error {}

const recoveriesAtMost = 30;
const errorsAtMost = 100;

const quoted = (text: string): string =>
  `'${text.replaceAll("\t", "\\t").replaceAll("\n", "\\n").replaceAll("\r", "\\r")}'`;

class Recovery {
  readonly found: SyntaxFault[] = [];
  readonly #all: readonly Token[];
  readonly #tokens: readonly Token[];
  #at = 0;
  #frame: Frame | undefined;
  #state: State = grammar.start.get("start") as State;
  #recovering = false;
  #lastErrorAt = -1;
  readonly #lastErrorStates = new Set<State>();
  #recoveries = 0;

  constructor(tokens: readonly Token[]) {
    this.#all = tokens;
    this.#tokens = tokens.filter((one) => !one.hidden);
  }

  run(): void {
    try {
      this.#rule("start", undefined, 0);
    } catch (error) {
      if (!(error instanceof GivenUp)) throw error;
    }
  }

  #ahead(count: number): Token {
    return this.#tokens[Math.min(this.#at + count, this.#tokens.length - 1)] as Token;
  }

  #consume(): void {
    if (this.#ahead(0).type !== EOF) this.#at++;
  }

  #rule(name: string, follow: State | undefined, precedence: number): void {
    this.#frame = { parent: this.#frame, follow, precedence };
    const frame = this.#frame;
    try {
      this.#walk(grammar.start.get(name) as State);
    } catch (error) {
      if (!(error instanceof Stuck)) throw error;
      this.#frame = frame;
      this.#reportStuck(error);
      this.#recover();
    }
    this.#frame = frame.parent;
  }

  #walk(first: State): void {
    let state = first;
    while (state.kind !== "stop") {
      if (state.kind === "loopBack") {
        this.#sync(state);
        state = this.#choose(state.edges[0]?.to as State);
      } else if (state.kind === "plusBack") {
        this.#sync(state);
        const next = this.#choose(state);
        state = next === state.edges[0]?.to ? (next.edges[0]?.to as State) : next;
      } else if (state.kind !== "basic" && (state.kind !== "loopBlock" || state.edges.length > 1)) {
        this.#sync(state);
        state = this.#choose(state);
      } else state = this.#step(state);
    }
  }

  #step(state: State): State {
    const edge = state.edges[0];
    if (!edge) throw new Error("a state without a way on");
    if (edge.kind === "tokens") {
      this.#state = state;
      this.#match(state, edge.tokens);
    } else if (edge.kind === "rule") {
      this.#state = state;
      this.#rule(edge.rule, edge.to, edge.precedence);
    }
    return edge.to;
  }

  #choose(state: State): State {
    const { edges } = state;
    if (edges.length === 1) return edges[0]?.to as State;
    if (state.oneWord) {
      const word = this.#ahead(0).type;
      const fitting = edges.find(({ to }) => nextTokens(grammar, to).tokens.has(word));
      const last = edges.at(-1)?.to as State;
      if (fitting) return fitting.to;
      if (state.kind === "block" && !nextTokens(grammar, last).end && last.edges[0]?.kind === "tokens") {
        throw new Stuck(this.#at, this.#at);
      }
      return last;
    }
    const prediction = predict({
      network: grammar,
      state,
      precedence: this.#frame?.precedence ?? 0,
      callers: this.#callers(),
      ahead: (count) => this.#ahead(count).type,
    });
    if ("failedAfter" in prediction) throw new Stuck(this.#at + prediction.failedAfter, this.#at);
    return edges[prediction.alternative - 1]?.to as State;
  }

  #callers(): State[] {
    const found: State[] = [];
    for (let frame = this.#frame; frame?.follow; frame = frame.parent) found.push(frame.follow);
    return found;
  }

  #match(state: State, wanted: ReadonlySet<number>): void {
    if (!wanted.has(this.#ahead(0).type)) {
      this.#countRecovery();
      if (this.#deleteOne()) {
        this.#consume();
        return;
      }
      const after = state.edges[0]?.to as State;
      if (this.#expected(after).has(this.#ahead(0).type)) {
        this.#report(() => `missing ${this.#listed(state)} at ${this.#shown(this.#ahead(0))}`);
        return;
      }
      throw new Stuck(this.#at);
    }
    this.#recovering = false;
    this.#lastErrorStates.clear();
    this.#lastErrorAt = -1;
    this.#consume();
  }

  /** Where the next word does not fit but the one after does: leaves it out. */
  #deleteOne(): boolean {
    if (!this.#expected(this.#state).has(this.#ahead(1).type)) return false;
    this.#reportUnwanted();
    this.#consume();
    this.#recovering = false;
    this.#lastErrorStates.clear();
    this.#lastErrorAt = -1;
    return true;
  }

  #sync(state: State): void {
    this.#state = state;
    if (this.#recovering) return;
    const next = nextTokens(grammar, state);
    if (next.end || next.tokens.has(this.#ahead(0).type)) return;
    if (state.kind === "loopBack" || state.kind === "plusBack") {
      this.#reportUnwanted();
      this.#skipTo(new Set([...this.#expected(state), ...this.#recoverySet()]));
    } else if (!this.#deleteOne()) throw new Stuck(this.#at);
  }

  /** What may come at `state`, callers considered. */
  #expected(state: State): Set<number> {
    const found = new Set<number>();
    let at: State | undefined = state;
    let frame = this.#frame;
    while (at) {
      const next = nextTokens(grammar, at);
      for (const each of next.tokens) found.add(each);
      if (!next.end) return found;
      at = frame?.follow;
      frame = frame?.parent;
    }
    found.add(EOF);
    return found;
  }

  #recoverySet(): Set<number> {
    return new Set(this.#callers().flatMap((follow) => [...nextTokens(grammar, follow).tokens]));
  }

  #skipTo(wanted: ReadonlySet<number>): void {
    while (this.#ahead(0).type !== EOF && !wanted.has(this.#ahead(0).type)) this.#consume();
  }

  #recover(): void {
    this.#countRecovery();
    if (this.#lastErrorAt === this.#at && this.#lastErrorStates.has(this.#state)) this.#consume();
    this.#lastErrorAt = this.#at;
    this.#lastErrorStates.add(this.#state);
    this.#skipTo(this.#recoverySet());
  }

  #countRecovery(): void {
    if (this.#recoveries++ < recoveriesAtMost) return;
    this.#add(this.#at, `error recovery attempt limit exceeded: ${recoveriesAtMost}`);
    throw new GivenUp();
  }

  #reportStuck(stuck: Stuck): void {
    const { noAlternativeFrom, offending } = stuck;
    if (this.#recovering) return;
    this.#recovering = true;
    const token = this.#tokens[offending] as Token;
    if (noAlternativeFrom === undefined) {
      this.#add(offending, `mismatched input ${this.#shown(token)} expecting ${this.#listed(this.#state)}`);
      return;
    }
    const from = this.#tokens[noAlternativeFrom] as Token;
    const text =
      from.type === EOF
        ? "<EOF>"
        : this.#all
            .slice(this.#all.indexOf(from), this.#all.indexOf(token) + 1)
            .map((each) => (each.type === EOF ? "" : each.text))
            .join("");
    const message = `no viable alternative at input ${quoted(text)}`;
    this.#add(
      offending,
      message.replace(
        /no viable alternative at input '.(true|false|null)'/,
        "mismatched input '$1' expecting IDENTIFIER",
      ),
    );
  }

  #reportUnwanted(): void {
    this.#report(() => `extraneous input ${this.#shown(this.#ahead(0))} expecting ${this.#listed(this.#state)}`);
  }

  #report(message: () => string): void {
    if (this.#recovering) return;
    this.#recovering = true;
    this.#add(this.#at, message());
  }

  #add(at: number, message: string): void {
    const offset = this.#tokens[Math.min(at, this.#tokens.length - 1)]?.start ?? 0;
    if (this.found.length < errorsAtMost) this.found.push({ offset, message });
    else {
      this.found.push({ offset, message: `More than ${errorsAtMost} syntax errors` });
      throw new GivenUp();
    }
  }

  #shown(token: Token): string {
    return quoted(token.text);
  }

  #listed(state: State): string {
    const names = [...this.#expected(state)].toSorted((a, b) => a - b).map((type) => tokenNames[type]);
    return names.length === 1 ? String(names[0]) : `{${names.join(", ")}}`;
  }
}
