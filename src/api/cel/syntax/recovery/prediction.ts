/**
 * Decides between the ways on at a state by looking ahead until one is left (ANTLR's adaptive LL(*)): first without
 * regard to who called the rule, then, where that leaves several, with it.
 */
import { EOF } from "../tokens.ts";
import type { Network, State } from "./network.ts";

/** Where to go on after a rule; undefined below the rule in which the decision stands. */
interface Stack {
  readonly follow: State;
  readonly below: Stack | undefined;
}

interface Config {
  readonly state: State;
  readonly alternative: number;
  readonly stack: Stack | undefined;
  /** It has left the rule in which the decision stands. */
  readonly left: boolean;
}

export interface Decision {
  readonly network: Network;
  readonly state: State;
  /** With which precedence the rule was entered. */
  readonly precedence: number;
  /** The states after the rules that are under way, innermost first. */
  readonly callers: readonly State[];
  /** The word that many ahead, from zero. */
  readonly ahead: (count: number) => number;
}

export type Prediction = { readonly alternative: number } | { readonly failedAfter: number };

export function predict(decision: Decision): Prediction {
  return simulate(decision, false);
}

function simulate(decision: Decision, withCallers: boolean): Prediction {
  const callers = withCallers ? stackOf(decision.callers) : undefined;
  let configs = decision.state.edges.flatMap(({ to }, i) =>
    close(decision, { state: to, alternative: i + 1, stack: callers, left: false }, withCallers),
  );
  for (let count = 0; ; ) {
    const word = decision.ahead(count);
    const reached = move(decision, configs, word, withCallers);
    if (reached.length === 0) {
      const ended = configs.filter((c) => c.left || (c.state.kind === "stop" && !c.stack)).map((c) => c.alternative);
      return ended.length ? { alternative: Math.min(...ended) } : { failedAfter: count };
    }
    const left = [...new Set(reached.map((c) => c.alternative))];
    if (left.length === 1) return { alternative: left[0] as number };
    if (isConflict(reached)) {
      return withCallers ? { alternative: Math.min(...left) } : simulate(decision, true);
    }
    if (word === EOF) return { alternative: Math.min(...left) };
    configs = reached;
    count++;
  }
}

const stackOf = (callers: readonly State[]): Stack | undefined =>
  callers.reduceRight<Stack | undefined>((below, follow) => ({ follow, below }), undefined);

function move(decision: Decision, configs: readonly Config[], word: number, withCallers: boolean): Config[] {
  const seen = new Set<string>();
  const found: Config[] = [];
  for (const config of configs) {
    for (const edge of config.state.edges) {
      if (edge.kind !== "tokens" || !edge.tokens.has(word)) continue;
      for (const next of close(decision, { ...config, state: edge.to }, withCallers, false)) {
        const key = keyOf(next);
        if (!seen.has(key)) found.push(next);
        seen.add(key);
      }
    }
  }
  return found;
}

/** All that is reached from `first` without a word. Precedences count only in the rule itself, before any word. */
function close(decision: Decision, first: Config, withCallers: boolean, atStart = true): Config[] {
  const { network } = decision;
  const found: Config[] = [];
  const seen = new Set<string>();
  const visit = (config: Config, depth: number): void => {
    const key = keyOf(config);
    if (seen.has(key)) return;
    seen.add(key);
    const { state, stack } = config;
    if (state.kind === "stop") {
      if (stack) {
        visit({ ...config, state: stack.follow, stack: stack.below }, depth - 1);
        return;
      }
      const follow = network.follow.get(network.ruleOf.get(state) ?? "") ?? [];
      if (withCallers || follow.length === 0) found.push(config);
      else for (const to of follow) visit({ ...config, state: to, left: true }, depth - 1);
      return;
    }
    if (state.edges.some((edge) => edge.kind === "tokens")) found.push(config);
    for (const edge of state.edges) {
      if (edge.kind === "epsilon") visit({ ...config, state: edge.to }, depth);
      else if (edge.kind === "precedence") {
        const isOpen = !atStart || depth !== 0 || edge.precedence >= decision.precedence;
        if (isOpen) visit({ ...config, state: edge.to }, depth);
      } else if (edge.kind === "rule") {
        const inner = network.start.get(edge.rule) as State;
        visit({ ...config, state: inner, stack: { follow: edge.to, below: stack } }, depth + 1);
      }
    }
  };
  visit(first, 0);
  return found;
}

const stackKey = (stack: Stack | undefined): string => (stack ? `${stack.follow.id},${stackKey(stack.below)}` : "");
const placeOf = (config: Config): string => `${config.state.id}:${stackKey(config.stack)}`;
const keyOf = (config: Config): string => `${config.alternative}/${config.left}/${placeOf(config)}`;

/** Every place is reached by several ways: more words will not tell them apart. */
function isConflict(configs: readonly Config[]): boolean {
  const ways = new Map<string, Set<number>>();
  for (const config of configs) {
    const place = placeOf(config);
    ways.set(place, (ways.get(place) ?? new Set()).add(config.alternative));
  }
  return [...ways.values()].every((alternatives) => alternatives.size > 1);
}
