/**
 * Macros: calls that become other expressions while they are parsed
 * (https://github.com/google/cel-spec/blob/master/doc/langdef.md#macros), those over two variables and those of optional
 * values among them. Whatever they make stands, for messages, where the call's parenthesis does.
 */
import { type Builder, MacroError } from "./builder.ts";
import { type Expression, hiddenAccumulator } from "./expression.ts";

export interface MacroCall {
  readonly build: Builder;
  /** Where the call stands. */
  readonly at: number;
  readonly target: Expression | undefined;
  readonly args: readonly Expression[];
}

export type Macro = (call: MacroCall) => Expression;

/** By name, number of arguments, and whether there is a target: `all/2.`, `has/1`. */
export type Macros = ReadonlyMap<string, Macro>;

export const macroKey = (name: string, args: number, isMember: boolean): string =>
  `${name}/${args}${isMember ? "." : ""}`;

type Loop = (call: Required<MacroCall>, names: Names, args: readonly Expression[]) => Expression;

interface Names {
  readonly variable: string;
  readonly secondVariable: string | undefined;
}

const target = (call: MacroCall): Expression => call.target as Expression;
const result = ({ build, at }: MacroCall): Expression => build.ident(at, hiddenAccumulator);

function name({ build }: MacroCall, arg: Expression | undefined, complaint: string): string {
  if (arg?.kind !== "ident") throw new MacroError(arg ? build.offset(arg) : -1, complaint);
  if (arg.name === hiddenAccumulator || arg.name === "__result__") {
    throw new MacroError(build.offset(arg), "iteration variable overwrites accumulator variable");
  }
  return arg.name;
}

/** A macro over one variable. */
const over1 =
  (loop: Loop, complaint = "argument must be a simple name"): Macro =>
  (call) => {
    const variable = name(call, call.args[0], complaint);
    return loop({ ...call, target: target(call) }, { variable, secondVariable: undefined }, call.args.slice(1));
  };

/** A macro over two: index and element, or key and value. */
const over2 =
  (loop: Loop): Macro =>
  (call) => {
    const [first, second] = call.args;
    const complaint = "argument must be a simple name";
    for (const arg of [first, second]) {
      if (arg?.kind !== "ident") throw new MacroError(arg ? call.build.offset(arg) : -1, complaint);
    }
    if (first?.kind === "ident" && second?.kind === "ident" && first.name === second.name) {
      throw new MacroError(call.build.offset(second), `duplicate variable name: ${first.name}`);
    }
    const names = { variable: name(call, first, complaint), secondVariable: name(call, second, complaint) };
    return loop({ ...call, target: target(call) }, names, call.args.slice(2));
  };

const all: Loop = (call, names, [predicate]) => {
  const { build, at } = call;
  return build.loop(at, call.target as Expression, {
    ...names,
    initial: build.literal(at, true),
    condition: build.call(at, "@not_strictly_false", [result(call)]),
    step: build.call(at, "_&&_", [result(call), predicate as Expression]),
    result: result(call),
  });
};

const exists: Loop = (call, names, [predicate]) => {
  const { build, at } = call;
  return build.loop(at, call.target as Expression, {
    ...names,
    initial: build.literal(at, false),
    condition: build.call(at, "@not_strictly_false", [build.call(at, "!_", [result(call)])]),
    step: build.call(at, "_||_", [result(call), predicate as Expression]),
    result: result(call),
  });
};

const existsOne: Loop = (call, names, [predicate]) => {
  const { build, at } = call;
  const more = build.call(at, "_+_", [result(call), build.literal(at, 1n)]);
  return build.loop(at, call.target as Expression, {
    ...names,
    initial: build.literal(at, 0n),
    condition: build.literal(at, true),
    step: build.call(at, "_?_:_", [predicate as Expression, more, result(call)]),
    result: build.call(at, "_==_", [result(call), build.literal(at, 1n)]),
  });
};

/** Collects into `initial` what `step` makes of each element; the first of two arguments is a filter. */
const collect =
  (initial: "list" | "map", add: (call: Required<MacroCall>, names: Names, value: Expression) => Expression): Loop =>
  (call, names, args) => {
    const { build, at } = call;
    const [filter, value] = args.length > 1 ? args : [undefined, args[0]];
    const added = add(call, names, value as Expression);
    return build.loop(at, call.target as Expression, {
      ...names,
      initial: initial === "list" ? build.list(at, []) : build.map(at),
      condition: build.literal(at, true),
      step: filter ? build.call(at, "_?_:_", [filter, added, result(call)]) : added,
      result: result(call),
    });
  };

const append = (call: Required<MacroCall>, value: Expression): Expression =>
  call.build.call(call.at, "_+_", [result(call), call.build.list(call.at, [value])]);

const map = collect("list", (call, _, value) => append(call, value));
const transformMap = collect("map", (call, { variable }, value) =>
  call.build.call(call.at, "cel.@mapInsert", [result(call), call.build.ident(call.at, variable), value]),
);
const transformMapEntry = collect("map", (call, _, entry) =>
  call.build.call(call.at, "cel.@mapInsert", [result(call), entry]),
);

const filter: Loop = (call, names, [predicate]) => {
  const { build, at } = call;
  const added = append(call, call.args[0] as Expression);
  return build.loop(at, call.target as Expression, {
    ...names,
    initial: build.list(at, []),
    condition: build.literal(at, true),
    step: build.call(at, "_?_:_", [predicate as Expression, added, result(call)]),
    result: result(call),
  });
};

const has: Macro = ({ build, at, args: [arg] }) => {
  if (arg?.kind !== "select") {
    throw new MacroError(arg ? build.offset(arg) : -1, "invalid argument to has() macro");
  }
  return build.select(at, arg.operand, arg.field, true);
};

/** `optMap` and `optFlatMap`: a value is bound to a name by a loop that never runs. */
const optional =
  (called: string, wrap: boolean): Macro =>
  (call) => {
    const { build, at, args } = call;
    const [variable, value] = args;
    if (variable?.kind !== "ident") {
      const complaint = `${called}() variable name must be a simple identifier`;
      throw new MacroError(variable ? build.offset(variable) : -1, complaint);
    }
    const bound = build.loop(at, build.list(at, []), {
      variable: "#unused",
      secondVariable: undefined,
      accumulator: variable.name,
      initial: build.call(at, "value", [], build.copy(target(call))),
      condition: build.literal(at, false),
      step: build.ident(at, variable.name),
      result: value as Expression,
    });
    return build.call(at, "_?_:_", [
      build.call(at, "hasValue", [], target(call)),
      wrap ? build.call(at, "optional.of", [bound]) : bound,
      build.call(at, "optional.none", []),
    ]);
  };

const notIdentifier = "argument is not an identifier";

/** Sorts by what the last argument makes of each element: the list is bound to a name, and so are its keys. */
const sortBy: Macro = (call) => {
  const { build, at, args } = call;
  const list = target(call);
  if (list.kind === "literal" || list.kind === "map" || list.kind === "struct") {
    const complaint = "sortBy can only be applied to a list, identifier, comprehension, call or select expression";
    throw new MacroError(build.offset(list), complaint);
  }
  const input = "@__sortBy_input__";
  const keys = over1(map, notIdentifier)({ build, at, target: build.ident(at, input), args });
  return build.loop(at, build.list(at, []), {
    variable: "#unused",
    secondVariable: undefined,
    accumulator: input,
    initial: list,
    condition: build.literal(at, false),
    step: build.ident(at, input),
    result: build.call(at, "@sortByAssociatedKeys", [keys], build.ident(at, input)),
  });
};

export const kubernetesMacros: Macros = new Map<string, Macro>([
  ["has/1", has],
  ["all/2.", over1(all)],
  ["exists/2.", over1(exists)],
  ["exists_one/2.", over1(existsOne)],
  ["map/2.", over1(map, notIdentifier)],
  ["map/3.", over1(map, notIdentifier)],
  ["filter/2.", over1(filter, notIdentifier)],
  ["sortBy/2.", sortBy],
  ["optMap/2.", optional("optMap", true)],
  ["optFlatMap/2.", optional("optFlatMap", false)],
  ["all/3.", over2(all)],
  ["exists/3.", over2(exists)],
  ["exists_one/3.", over2(existsOne)],
  ["existsOne/3.", over2(existsOne)],
  ["transformList/3.", over2(map)],
  ["transformList/4.", over2(map)],
  ["transformMap/3.", over2(transformMap)],
  ["transformMap/4.", over2(transformMap)],
  ["transformMapEntry/3.", over2(transformMapEntry)],
  ["transformMapEntry/4.", over2(transformMapEntry)],
]);
