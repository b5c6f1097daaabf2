/**
 * The notation in which functions are declared: `(list(A), int) A`, `string.(string) bool`. Single capital letters are
 * type parameters; names with a dot are opaque types, those of Kubernetes objects without fields.
 */
import { foreign, listOf, mapOf, opaque, optionalOf, param, type Type, typeOf, types } from "./type.ts";

export interface Signature {
  /** The first argument stands before the dot. */
  readonly isMember: boolean;
  readonly args: readonly Type[];
  readonly result: Type;
  /** The names of its type parameters. */
  readonly params: readonly string[];
}

export function readSignature(text: string): Signature {
  const words = text.match(/[\w.]+(?<!\.)|\.?\(|[(),]/g) ?? [];
  let at = 0;
  const params = new Set<string>();
  const inner = (): Type[] => {
    const found: Type[] = [];
    at++;
    while (words[at] !== ")") {
      found.push(type());
      if (words[at] === ",") at++;
    }
    at++;
    return found;
  };
  const type = (): Type => {
    const name = words[at++] ?? "";
    const within = words[at] === "(" ? inner() : [];
    const [first, second] = within;
    if (name === "list" && first) return listOf(first);
    if (name === "map" && first && second) return mapOf(first, second);
    if (name === "optional" && first) return optionalOf(first);
    if (name === "type" && first) return typeOf(first);
    if (/^[A-Z]$/.test(name)) {
      params.add(name);
      return param(name);
    }
    const known = (types as Readonly<Record<string, Type>>)[name];
    if (known) return known;
    if (!name.includes(".")) throw new Error(`signature ${text}: no type ${name}`);
    return name.startsWith("kubernetes.") ? foreign(name) : opaque(name, ...within);
  };
  const target = words[0] === "(" ? [] : [type()];
  const isMember = target.length > 0;
  if (words[at] === ".(") words[at] = "(";
  const args = [...target, ...inner()];
  const result = type();
  return { isMember, args, result, params: [...params] };
}
