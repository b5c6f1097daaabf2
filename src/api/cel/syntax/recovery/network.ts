/**
 * The grammar as a network of states, the form in which ANTLR's parsers judge what may come next. Their messages speak
 * of what such a network expects at a state, so ours is of the same shape.
 */
import { token } from "../tokens.ts";

export type StateKind = "basic" | "block" | "loopEntry" | "loopBlock" | "loopBack" | "plusBlock" | "plusBack" | "stop";

export type Edge =
  | { readonly kind: "epsilon"; readonly to: State }
  | { readonly kind: "tokens"; readonly tokens: ReadonlySet<number>; readonly to: State }
  | { readonly kind: "rule"; readonly rule: string; readonly precedence: number; readonly to: State }
  /** Open where the rule was entered with at most this precedence. */
  | { readonly kind: "precedence"; readonly precedence: number; readonly to: State };

export interface State {
  readonly id: number;
  readonly kind: StateKind;
  readonly edges: Edge[];
  /** One word decides here; else as many as it takes. */
  readonly oneWord: boolean;
}

export type Part =
  | { readonly kind: "tokens"; readonly tokens: ReadonlySet<number> }
  | { readonly kind: "rule"; readonly rule: string; readonly precedence: number }
  | { readonly kind: "precedence"; readonly precedence: number }
  | { readonly kind: "sequence"; readonly parts: readonly Part[] }
  | {
      readonly kind: "alternatives" | "optional" | "star" | "plus";
      readonly alternatives: readonly Part[];
      readonly oneWord: boolean;
    };

export const t = (...names: readonly string[]): Part => ({ kind: "tokens", tokens: new Set(names.map(token)) });
export const r = (rule: string, precedence = 0): Part => ({ kind: "rule", rule, precedence });
export const precedence = (value: number): Part => ({ kind: "precedence", precedence: value });
export const seq = (...parts: readonly Part[]): Part => ({ kind: "sequence", parts });
export const optional = (...parts: readonly Part[]): Part => block("optional", true, [seq(...parts)]);
export const star = (...parts: readonly Part[]): Part => block("star", true, [seq(...parts)]);
export const plus = (...parts: readonly Part[]): Part => block("plus", true, [seq(...parts)]);
export const oneOf = (...alternatives: readonly Part[]): Part => block("alternatives", true, alternatives);

/** The same where one word does not decide. */
export const far = {
  star: (...alternatives: readonly Part[]): Part => block("star", false, alternatives),
  plus: (...parts: readonly Part[]): Part => block("plus", false, [seq(...parts)]),
  oneOf: (...alternatives: readonly Part[]): Part => block("alternatives", false, alternatives),
};

const block = (
  kind: "alternatives" | "optional" | "star" | "plus",
  oneWord: boolean,
  alternatives: readonly Part[],
): Part => ({ kind, alternatives, oneWord });

export interface Network {
  readonly start: ReadonlyMap<string, State>;
  readonly stop: ReadonlyMap<string, State>;
  /** Where a rule's end may lead: the states after each of its uses. */
  readonly follow: ReadonlyMap<string, readonly State[]>;
  readonly ruleOf: ReadonlyMap<State, string>;
}

export function buildNetwork(rules: Readonly<Record<string, Part>>): Network {
  const start = new Map<string, State>();
  const stop = new Map<string, State>();
  const follow = new Map<string, State[]>();
  const ruleOf = new Map<State, string>();
  let count = 0;
  let current = "";
  const state = (kind: StateKind, oneWord = true): State => {
    const made: State = { id: count++, kind, edges: [], oneWord };
    ruleOf.set(made, current);
    return made;
  };
  const go = (from: State, to: State): void => {
    from.edges.push({ kind: "epsilon", to });
  };
  /** Adds `part` after `from`; gives the state behind it. */
  const add = (part: Part, from: State): State => {
    switch (part.kind) {
      case "sequence":
        return part.parts.reduce((at, each) => add(each, at), from);
      case "tokens":
      case "precedence": {
        const to = state("basic");
        from.edges.push({ ...part, to });
        return to;
      }
      case "rule": {
        const to = state("basic");
        from.edges.push({ ...part, to });
        follow.set(part.rule, [...(follow.get(part.rule) ?? []), to]);
        return to;
      }
      default:
        return addBlock(part, from);
    }
  };
  const branches = (from: State, alternatives: readonly Part[], to: State): void => {
    for (const each of alternatives) {
      const first = state("basic");
      go(from, first);
      go(add(each, first), to);
    }
  };
  const addBlock = (part: Extract<Part, { oneWord: boolean }>, from: State): State => {
    const end = state("basic");
    const { kind, alternatives, oneWord } = part;
    if (kind === "star") {
      const entry = state("loopEntry", oneWord);
      const inner = state("loopBlock", false);
      const back = state("loopBack");
      go(from, entry);
      go(entry, inner);
      go(entry, end);
      branches(inner, alternatives, back);
      go(back, entry);
    } else if (kind === "plus") {
      const inner = state("plusBlock", oneWord);
      const back = state("plusBack", oneWord);
      go(from, inner);
      branches(inner, alternatives, back);
      go(back, inner);
      go(back, end);
    } else {
      const choice = state("block", oneWord);
      go(from, choice);
      branches(choice, alternatives, end);
      if (kind === "optional") go(choice, end);
    }
    return end;
  };
  for (const [name, part] of Object.entries(rules)) {
    current = name;
    const first = state("basic");
    const last = state("stop");
    start.set(name, first);
    stop.set(name, last);
    go(add(part, first), last);
  }
  return { start, stop, follow, ruleOf };
}

export interface NextTokens {
  readonly tokens: ReadonlySet<number>;
  /** The rule may end here. */
  readonly end: boolean;
}

/** What may come next at `state` within its rule. No rule of this grammar is empty. */
export function nextTokens(network: Network, state: State): NextTokens {
  const tokens = new Set<number>();
  let end = false;
  const seen = new Set<State>();
  const visit = (at: State, inside: boolean): void => {
    if (seen.has(at)) return;
    seen.add(at);
    if (at.kind === "stop") end ||= !inside;
    for (const edge of at.edges) {
      if (edge.kind === "tokens") for (const each of edge.tokens) tokens.add(each);
      else if (edge.kind === "rule") visit(network.start.get(edge.rule) as State, true);
      else visit(edge.to, inside);
    }
  };
  visit(state, false);
  return { tokens, end };
}
