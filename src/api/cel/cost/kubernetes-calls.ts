/** What calls of Kubernetes' libraries cost, by the names of the functions (apiserver's cel/library). */
import type { Type } from "../types/type.ts";
import { sizeOf as actualSizeOf } from "../values/describe.ts";
import { elements, isList } from "../values/list.ts";
import { entriesOf, isMap } from "../values/map.ts";
import type { Value } from "../values/value.ts";
import { type Bounds, charges, exactly, one, plus, scaled, sum, times, unbounded, zero } from "./bounds.ts";
import type { CallEstimate, EstimatedCall, Part } from "./estimate.ts";

const authorizing = 350_000;
/** The longest regular expression of a named format; the longest name of one. */
const longestFormatRegex = 128;
const longestFormat = 64;

const named = (names: string): ReadonlySet<string> => new Set(names.split(" "));
const simple = named(
  "serviceAccount path group resource subresource namespace name allowed reason error errored masked prefixLength family " +
    "isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast isGlobalUnicast format.named sign asInteger " +
    "isInteger asApproximateFloat isGreaterThan isLessThan compareTo add sub major minor patch getScheme getHostname " +
    "getHost getPort getEscapedPath getQuery",
);
const overLists = named("isSorted sum max min indexOf lastIndexOf");
const readArgument = named("cidr isIP isCIDR quantity isQuantity semver isSemver");
const constantlyEqual = named(
  "net.IP net.CIDR kubernetes.Quantity kubernetes.Semver kubernetes.authorization.Authorizer " +
    "kubernetes.authorization.PathCheck kubernetes.authorization.GroupCheck kubernetes.authorization.ResourceCheck " +
    "kubernetes.authorization.Decision",
);

const reading = (size: Bounds): Bounds => scaled(size, charges.text);
const cost = (bounds: Bounds): CallEstimate => ({ cost: bounds });

function selectorCost(length: Bounds): Bounds {
  const requirements = scaled(length, 0.5);
  return sum([exactly(charges.list), reading(length), scaled(requirements, charges.list + charges.struct)]);
}

export function estimateKubernetesCall(call: EstimatedCall): CallEstimate | undefined {
  const { name, overload, target, args, sizeOf } = call;
  const [first, second] = args;
  if (simple.has(name)) return cost(one);
  if (overLists.has(name)) return target && cost(traversal(target, sizeOf));
  if (readArgument.has(name)) return first && cost(reading(sizeOf(first)));
  switch (name) {
    case "check":
      return cost(exactly(authorizing));
    case "fieldSelector":
    case "labelSelector":
      return first && cost(selectorCost(sizeOf(first)));
    case "url":
    case "jsonpatch.escapeKey":
      return first && { cost: reading(sizeOf(first)), size: sizeOf(first) };
    case "lowerAscii":
    case "upperAscii":
    case "substring":
    case "trim":
      return target && { cost: reading(sizeOf(target)), size: sizeOf(target) };
    case "replace":
      return target && first && second && replacing(sizeOf(target), sizeOf(first), sizeOf(second));
    case "split":
      return target && splitting(sizeOf(target), second);
    case "join":
      return target && joining(target, first, sizeOf);
    case "find":
    case "findAll": {
      if (!target || !first) return undefined;
      const size = sizeOf(target);
      const found = times(reading(plus(size, one)), scaled(sizeOf(first), charges.regex));
      return { cost: found, size: { min: 0, max: size.max } };
    }
    case "ip":
      if (overload === "cidr_ip") return cost(one);
      return first && cost(reading(sizeOf(first)));
    case "ip.isCanonical":
      return first && cost(scaled(sizeOf(first), 2 * charges.text));
    case "containsIP":
    case "containsCIDR":
      return first && cost(containing(name, overload, sizeOf(first)));
    case "validate":
      return first && cost(scaled(reading(sizeOf(first)), longestFormatRegex * charges.regex));
    case "_==_":
      return first && second && equality(first.type, second.type, second.size);
    default:
      return undefined;
  }
}

function traversal(target: Part, sizeOf: (part: Part) => Bounds): Bounds {
  const element = elementOf(target);
  if (!element) return reading(sizeOf(target));
  const isText = element.type.kind === "string" || element.type.kind === "bytes";
  return times(sizeOf(target), isText ? plus(one, reading(sizeOf(element))) : one);
}

function elementOf(list: Part): Part | undefined {
  const type = list.type.params[0];
  return type && { path: list.path && [...list.path, "@items"], type, node: undefined, size: undefined };
}

function replacing(size: Bounds, from: Bounds, to: Bounds): CallEstimate {
  const count = { min: 0, max: 0 };
  const kept = { min: 0, max: 0 };
  if (from.min === 0) {
    count.max = Math.min(size.max + 1, unbounded);
    kept.max = size.max;
  } else if (to.max <= from.min) kept.max = size.max;
  else count.max = Math.ceil(size.max / from.min);
  if (from.max === 0) {
    count.min = Math.min(size.min + 1, unbounded);
    kept.min = size.min;
  } else if (from.max <= to.min) kept.min = size.min;
  else count.min = Math.ceil(size.min / from.max);
  return { cost: scaled(size, 2 * charges.text), size: plus(times(count, to), kept) };
}

function splitting(size: Bounds, limit: Part | undefined): CallEstimate {
  const given = limit?.node?.kind === "literal" && typeof limit.node.value === "bigint" ? limit.node.value : undefined;
  const max = given === undefined ? size.max : given < 0n ? unbounded : Number(given);
  return { cost: scaled(size, 2 * charges.text), size: { min: 0, max } };
}

function joining(target: Part, separator: Part | undefined, sizeOf: (part: Part) => Bounds): CallEstimate {
  const count = sizeOf(target);
  const element = elementOf(target);
  let size = element ? times(count, sizeOf(element)) : zero;
  if (separator) {
    const between = { min: Math.max(count.min - 1, 0), max: Math.max(count.max - 1, 0) };
    size = plus(size, times(sizeOf(separator), between));
  }
  return { cost: reading(size), size };
}

/** Addresses have 4 to 16 bytes. */
function containing(name: string, overload: string, argument: Bounds): Bounds {
  const size = { min: 4, max: 16 };
  let found = reading(plus(size, size));
  if (name === "containsCIDR") found = sum([found, reading(size), one]);
  return /_string$/.test(overload) ? plus(found, reading(argument)) : found;
}

function equality(a: Type, b: Type, size: Bounds | undefined): CallEstimate | undefined {
  if (a.name !== b.name || (a.kind !== "opaque" && a.kind !== "struct")) return undefined;
  if (constantlyEqual.has(a.name)) return cost(one);
  if (a.name === "kubernetes.NamedFormat") return cost(reading({ min: 1, max: longestFormat }));
  if (a.name === "kubernetes.URL") return cost(reading({ min: 1, max: size?.max ?? 1 }));
  return undefined;
}

const read = (size: number): number => Math.ceil(size * charges.text);

/** What a call did cost; undefined when it is not of these libraries. */
export function kubernetesCost(
  name: string,
  overload: string,
  args: readonly Value[],
  result: Value,
): number | undefined {
  const size = (i: number): number => actualSizeOf(args[i] as Value);
  if (simple.has(name)) return 1;
  if (overLists.has(name)) return args.length ? traversed(args[0] as Value) : 0;
  if (readArgument.has(name)) return read(size(0));
  switch (name) {
    case "check":
      return authorizing;
    case "fieldSelector":
    case "labelSelector":
      return selectorCost(exactly(size(1))).max;
    case "url":
    case "lowerAscii":
    case "upperAscii":
    case "substring":
    case "trim":
    case "jsonpatch.escapeKey":
      return read(size(0));
    case "replace":
    case "split":
    case "ip.isCanonical":
      return Math.ceil(size(0) * 2 * charges.text);
    case "join":
      return Math.ceil(actualSizeOf(result) * 2 * charges.text);
    case "find":
    case "findAll":
      return read(1 + size(0)) * Math.ceil(size(1) * charges.regex);
    case "ip":
      return overload === "cidr_ip" ? 1 : read(size(0));
    case "containsIP":
      return read(2 * size(0)) + (overload === "cidr_contains_ip_string" ? read(size(1)) : 0);
    case "containsCIDR":
      return read(2 * size(0)) + read(size(0)) + 1 + (overload === "cidr_contains_cidr_string" ? read(size(1)) : 0);
    case "validate":
      return read(1 + size(1)) * Math.ceil(regexSize(args[0] as Value) * charges.regex);
    case "_==_": {
      const [first] = args;
      return typeof first === "object" && first !== null && "celType" in first ? 1 : undefined;
    }
    default:
      return undefined;
  }
}

const regexSize = (value: Value): number =>
  (typeof value === "object" && value !== null && "celType" in value ? value.regexSize : undefined) ?? 0;

const utf8 = new TextEncoder();

/** One for each value within, a tenth for each byte of texts. */
function traversed(value: Value): number {
  if (typeof value === "string") return Math.floor(utf8.encode(value).length * charges.text);
  if (value instanceof Uint8Array) return Math.floor(value.length * charges.text);
  if (value === null || typeof value !== "object") return 1;
  let cost = 0;
  if (isList(value)) for (const element of elements(value)) cost += traversed(element);
  else if (isMap(value)) for (const [key, held] of entriesOf(value)) cost += traversed(key) + traversed(held);
  else return 1;
  return cost;
}
