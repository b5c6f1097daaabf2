/** Loops, which macros make: all, exists, map, filter and their like. */
import { typeName } from "../values/describe.ts";
import { CelError, fail } from "../values/error.ts";
import { isList } from "../values/list.ts";
import { isMap } from "../values/map.ts";
import type { Value } from "../values/value.ts";
import type { Run, Step } from "./run.ts";

export interface LoopSteps {
  readonly range: Step;
  readonly initial: Step;
  readonly condition: Step;
  readonly step: Step;
  readonly result: Step;
  /** Where the accumulator is kept; the variables are behind it. */
  readonly place: number;
  /** Index and element, or key and value, instead of element or key. */
  readonly overTwo: boolean;
}

export function loop({ range, initial, condition, step, result, place, overTwo }: LoopSteps): Step {
  return (run) => {
    const over = range(run);
    run.locals[place] = attempt(run, initial);
    for (const [first, second] of overTwo ? pairs(over) : singles(over)) {
      run.locals[place + 1] = first;
      run.locals[place + 2] = second;
      if (attempt(run, condition) === false) break;
      run.locals[place] = attempt(run, step);
    }
    return result(run);
  };
}

/** A fault becomes the accumulator: the next step may still absorb it. */
function attempt(run: Run, step: Step): Value | Error {
  try {
    return step(run);
  } catch (error) {
    if (error instanceof CelError) return error;
    throw error;
  }
}

type Pair = readonly [Value, Value];

function* singles(over: Value): Generator<Pair> {
  if (isList(over)) for (let i = 0; i < over.length; i++) yield [over.at(i), null];
  else if (isMap(over)) for (const key of over.keys()) yield [key, null];
  else fail(`got '${typeName(over)}', expected iterable type`);
}

function* pairs(over: Value): Generator<Pair> {
  if (isList(over)) for (let i = 0; i < over.length; i++) yield [BigInt(i), over.at(i)];
  else if (isMap(over)) for (const key of over.keys()) yield [key, over.find(key) as Value];
  else fail(`unsupported comprehension range type: ${typeName(over)}`);
}
