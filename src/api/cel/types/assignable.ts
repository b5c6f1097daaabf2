/**
 * Which types fit where others are wanted, and what that says of type parameters. Follows the algorithm of cel-go's
 * checker, since what it accepts and how it names types is visible.
 */
import { isSame, listOf, mapOf, opaque, type Type, typeOf, types } from "./type.ts";

/** What parameters stand for, by their names. */
export type Bindings = ReadonlyMap<string, Type>;

/** The bindings extended so that `from` fits `to`, or undefined when it does not. */
export function assign(bindings: Bindings, pairs: readonly (readonly [Type, Type])[]): Bindings | undefined {
  const extended = new Map(bindings);
  return pairs.every(([a, b]) => fits(extended, a, b)) ? extended : undefined;
}

const isAny = (type: Type): boolean => type.kind === "dyn" || type.kind === "error";
/** Kinds whose values may be null. */
const takesNull = new Set(["opaque", "struct", "duration", "timestamp", "null"]);

function fits(bindings: Map<string, Type>, a: Type, b: Type): boolean {
  if (b.kind === "param") {
    const found = bind(bindings, a, b);
    if (found.valid) return true;
    if (found.bound) return false;
  }
  if (a.kind === "param") return bind(bindings, b, a).valid;
  if (isAny(a) || isAny(b)) return true;
  if (a.kind === "null") return takesNull.has(b.kind);
  if (b.kind === "null") return takesNull.has(a.kind);
  if (a.kind === "type") return b.kind === "type";
  if (a.kind !== b.kind || a.name !== b.name || a.params.length !== b.params.length) return false;
  return a.params.every((each, i) => fits(bindings, each, b.params[i] as Type));
}

function bind(bindings: Map<string, Type>, type: Type, to: Type): { valid: boolean; bound: boolean } {
  if (type.kind === to.kind && isSame(type, to)) return { valid: true, bound: true };
  const bound = bindings.get(to.name);
  if (bound) {
    if (type.kind === bound.kind && isSame(type, bound)) return { valid: true, bound: true };
    if (!fits(bindings, type, bound)) return { valid: false, bound: true };
    const general = moreGeneral(type, bound);
    if (isFreeIn(bindings, to, general)) bindings.set(to.name, general);
    return { valid: true, bound: true };
  }
  if (!isFreeIn(bindings, to, type)) return { valid: false, bound: false };
  bindings.set(to.name, type);
  return { valid: true, bound: false };
}

/** `param` does not occur within `type`. */
function isFreeIn(bindings: Bindings, param: Type, type: Type): boolean {
  if (isSame(param, type)) return false;
  if (type.kind === "param") {
    const bound = bindings.get(type.name);
    return !bound || isFreeIn(bindings, param, bound);
  }
  return type.params.every((each) => isFreeIn(bindings, param, each));
}

export const moreGeneral = (a: Type, b: Type): Type => (isLessSpecific(a, b) ? a : b);

function isLessSpecific(a: Type, b: Type): boolean {
  if (a.kind === "dyn" || a.kind === "param") return true;
  if (b.kind === "dyn" || b.kind === "param" || a.kind !== b.kind) return false;
  if (a.kind === "type") return true;
  if (a.name !== b.name || a.params.length !== b.params.length) return false;
  return a.params.every((each, i) => isLessSpecific(each, b.params[i] as Type));
}

/** The type with its parameters replaced; with `freeIsDyn` those that stand for nothing become dyn. */
export function substitute(bindings: Bindings, type: Type, freeIsDyn: boolean): Type {
  if (type.kind === "param") {
    const bound = bindings.get(type.name);
    if (bound) return substitute(bindings, bound, freeIsDyn);
    return freeIsDyn ? types.dyn : type;
  }
  if (type.params.length === 0) return type;
  const params = type.params.map((each) => substitute(bindings, each, freeIsDyn));
  switch (type.kind) {
    case "list":
      return listOf(params[0] as Type);
    case "map":
      return mapOf(params[0] as Type, params[1] as Type);
    case "type":
      return typeOf(params[0] as Type);
    default:
      return opaque(type.name, ...params);
  }
}
