/**
 * What can be found wrong with an expression once its types are known: literals that cannot be converted, regular
 * expressions that are none, formats that do not fit their arguments, lists of several types.
 */

import { clauses, refusals } from "../library/format.ts";
import { regularExpression } from "../library/regular-expressions.ts";
import { descendants, type Expression, parts } from "../syntax/expression.ts";
import { Faults } from "../syntax/source.ts";
import { isSame, showType, type Type, types, unwrapped } from "../types/type.ts";
import { parseDuration } from "../values/duration.ts";
import { CelError, fail } from "../values/error.ts";
import { isInRange, parseTimestamp } from "../values/timestamp.ts";
import type { Checked } from "./checker.ts";

export function checkLiterals(checked: Checked): Faults {
  const faults = new Faults(checked.source);
  const fault = (node: { readonly id: number }, message: string): void =>
    faults.add(checked.source.location(checked.offsets[node.id] ?? 0), message);
  for (const node of descendants(checked.root)) {
    if (node.kind === "call") checkCall(checked, node, fault);
  }
  checkUniform(checked, checked.root, fault);
  return faults;
}

type Report = (node: { readonly id: number }, message: string) => void;
type Call = Extract<Expression, { kind: "call" }>;

const readable: Readonly<Record<string, (value: unknown) => boolean>> = {
  duration: (value) => typeof value !== "string" || parseDuration(value) !== undefined,
  timestamp: (value) => {
    if (typeof value !== "string") return true;
    const time = parseTimestamp(value);
    return time !== undefined && isInRange(time);
  },
  matches: (value) => typeof value !== "string" || isPattern(value),
};

function isPattern(text: string): boolean {
  try {
    regularExpression(text);
    return true;
  } catch {
    return false;
  }
}

function checkCall(checked: Checked, node: Call, fault: Report): void {
  const [argument] = node.args;
  const test = Object.hasOwn(readable, node.name) ? readable[node.name] : undefined;
  if (test && argument?.kind === "literal" && !test(argument.value)) fault(argument, `invalid ${node.name} argument`);
  if (node.name !== "format" || node.target?.kind !== "literal" || argument?.kind !== "list") return;
  if (typeof node.target.value === "string") checkFormat(checked, node, node.target.value, argument.elements, fault);
}

const accepted: Readonly<Record<string, readonly string[]>> = {
  s: "list map int uint double bool string timestamp bytes duration type null".split(" "),
  d: ["int", "uint"],
  f: ["double", "string"],
  e: ["double", "string"],
  b: ["int", "uint", "bool"],
  x: ["int", "uint", "string", "bytes"],
  X: ["int", "uint", "string", "bytes"],
  o: ["int", "uint"],
};

function checkFormat(checked: Checked, node: Call, text: string, args: readonly Expression[], fault: Report): void {
  let used = 0;
  let refused = false;
  try {
    clauses(text, ({ kind }) => {
      if (refused) return "";
      const arg = args[used] ?? fail(`index ${used} out of range`);
      used++;
      const bad = misfit(checked, arg, kind);
      if (bad) {
        const given = checked.types.get(bad.id)?.name;
        fault(bad, `error during formatting: ${refusals[kind as keyof typeof refusals]}, was given ${given}`);
        refused = true;
      }
      return "";
    });
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    fault(node, error.message);
    return;
  }
  if (refused || args.length <= used) return;
  fault(node, `too many arguments supplied to string.format (expected ${used}, got ${args.length})`);
}

/** The part of `arg` that a clause does not take. */
function misfit(checked: Checked, arg: Expression, kind: string): Expression | undefined {
  const type = checked.types.get(arg.id) ?? types.dyn;
  if (type.kind !== "dyn" && !accepted[kind]?.includes(type.kind)) return arg;
  if (kind !== "s" || (arg.kind !== "list" && arg.kind !== "map")) return undefined;
  for (const part of parts(arg)) {
    const bad = misfit(checked, part, kind);
    if (bad) return bad;
  }
  return undefined;
}

/** Elements of lists and maps have one type, but among the arguments of a format. */
function checkUniform(checked: Checked, node: Expression, fault: Report): void {
  if (node.kind === "call" && node.name === "format") return;
  const typeOf = (part: Expression, optional: boolean): Type => {
    const type = checked.types.get(part.id) ?? types.dyn;
    return optional ? unwrapped(type) : type;
  };
  const mismatch = (part: Expression, expected: Type, found: Type): void =>
    fault(part, `expected type '${showType(expected)}' but found '${showType(found)}'`);
  if (node.kind === "list") {
    const first = node.elements[0] && typeOf(node.elements[0], node.optional.has(0));
    const odd = node.elements.findIndex((each, i) => first && !isSame(first, typeOf(each, node.optional.has(i))));
    const element = node.elements[odd];
    if (first && element) mismatch(element, first, typeOf(element, node.optional.has(odd)));
  }
  if (node.kind === "map") {
    const [first, ...rest] = node.entries;
    for (const { key, value, optional } of first ? rest : []) {
      const wantedKey = typeOf(first?.key as Expression, false);
      const wantedValue = typeOf(first?.value as Expression, first?.optional ?? false);
      if (!isSame(wantedKey, typeOf(key, false))) mismatch(key, wantedKey, typeOf(key, false));
      if (!isSame(wantedValue, typeOf(value, optional))) mismatch(value, wantedValue, typeOf(value, optional));
    }
  }
  for (const part of parts(node)) checkUniform(checked, part, fault);
}
