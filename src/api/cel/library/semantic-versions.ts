/** Semantic versions (https://semver.org), read as upstream's parser reads them. */
import { quoted } from "../../validation/field-error.ts";
import { declare, type FunctionDeclaration } from "../check/environment.ts";
import { fail } from "../values/error.ts";
import type { Opaque } from "../values/opaque.ts";

class Semver implements Opaque {
  readonly celType = "kubernetes.Semver";
  readonly numbers: readonly [major: bigint, minor: bigint, patch: bigint];
  readonly prerelease: readonly string[];

  constructor(numbers: readonly [bigint, bigint, bigint], prerelease: readonly string[]) {
    this.numbers = numbers;
    this.prerelease = prerelease;
  }

  /** What is built of a version does not tell it apart. */
  equals(other: Opaque): boolean {
    return other instanceof Semver && order(this, other) === 0;
  }
}

const isNumber = (text: string): boolean => /^[0-9]*$/.test(text);
const hasLeadingZeros = (text: string): boolean => text.length > 1 && text.startsWith("0");

function number(text: string, what: string): bigint {
  if (!isNumber(text)) return fail(`Invalid character(s) found in ${what} number ${quoted(text)}`);
  const named = (what[0]?.toUpperCase() ?? "") + what.slice(1);
  if (hasLeadingZeros(text)) return fail(`${named} number must not contain leading zeroes ${quoted(text)}`);
  if (text === "") return fail('strconv.ParseUint: parsing "": invalid syntax');
  const value = BigInt(text);
  return value < 1n << 64n ? value : fail(`strconv.ParseUint: parsing ${quoted(text)}: value out of range`);
}

/** In at most three pieces, the last with all that follows. */
function pieces(text: string): string[] {
  const [major = "", minor, ...rest] = text.split(".");
  return [major, ...(minor === undefined ? [] : [minor]), ...(rest.length ? [rest.join(".")] : [])];
}

function parse(text: string): Semver {
  if (text === "") return fail("Version string empty");
  const [major = "", minor = "", rest] = pieces(text);
  if (rest === undefined) return fail("No Major.Minor.Patch elements found");
  const [first, second] = [number(major, "major"), number(minor, "minor")];
  const plus = rest.indexOf("+");
  const beforeBuild = plus < 0 ? rest : rest.slice(0, plus);
  const dash = beforeBuild.indexOf("-");
  const patch = number(dash < 0 ? beforeBuild : beforeBuild.slice(0, dash), "patch");
  const prerelease = dash < 0 ? [] : beforeBuild.slice(dash + 1).split(".");
  for (const part of prerelease) checkPrerelease(part);
  for (const part of plus < 0 ? [] : rest.slice(plus + 1).split(".")) {
    if (part === "") return fail("Build meta data is empty");
    if (!/^[A-Za-z0-9-]*$/.test(part)) return fail(`Invalid character(s) found in build meta data ${quoted(part)}`);
  }
  return new Semver([first, second, patch], prerelease);
}

function checkPrerelease(part: string): void {
  if (part === "") fail("Prerelease is empty");
  if (isNumber(part) && hasLeadingZeros(part)) {
    fail(`Numeric PreRelease version must not contain leading zeroes ${quoted(part)}`);
  }
  if (!/^[A-Za-z0-9-]*$/.test(part)) fail(`Invalid character(s) found in prerelease ${quoted(part)}`);
}

/** Forgives a `v` before it, leading zeros, and what is missing behind the major number. */
function normalized(text: string): string {
  const parts = pieces(text.replace(/^v/, "")).map((part) => {
    if (part.length <= 1) return part;
    const trimmed = part.replace(/^0+/, "");
    return /^[0-9]/.test(trimmed) ? trimmed : `0${trimmed}`;
  });
  if (parts.length < 3) {
    if (/[+-]/.test(parts.at(-1) ?? "")) return fail("short version cannot contain PreRelease/Build meta data");
    while (parts.length < 3) parts.push("0");
  }
  return parts.join(".");
}

const semver = (text: string, normalize = false): Semver => parse(normalize ? normalized(text) : text);

function isSemver(text: string, normalize = false): boolean {
  try {
    semver(text, normalize);
    return true;
  } catch {
    return false;
  }
}

/** Numbers come before words. */
function partOrder(a: string, b: string): number {
  if (isNumber(a) !== isNumber(b)) return isNumber(a) ? -1 : 1;
  const [x, y] = isNumber(a) ? [BigInt(a), BigInt(b)] : [a, b];
  return x < y ? -1 : x > y ? 1 : 0;
}

function order(a: Semver, b: Semver): number {
  for (const [i, x] of a.numbers.entries()) {
    const y = b.numbers[i] as bigint;
    if (x !== y) return x < y ? -1 : 1;
  }
  const [p, q] = [a.prerelease, b.prerelease];
  if (p.length === 0 || q.length === 0) return Math.sign(q.length - p.length);
  for (let i = 0; i < Math.min(p.length, q.length); i++) {
    const found = partOrder(p[i] as string, q[i] as string);
    if (found !== 0) return found;
  }
  return Math.sign(p.length - q.length);
}

const both = "kubernetes.Semver.(kubernetes.Semver)";
const of = "kubernetes.Semver.()";

export const semanticVersions: readonly FunctionDeclaration[] = [
  declare(
    "semver",
    ["string_to_semver", "(string) kubernetes.Semver", (text: string) => semver(text)],
    ["string_bool_to_semver", "(string, bool) kubernetes.Semver", semver],
  ),
  declare(
    "isSemver",
    ["is_semver_string", "(string) bool", (text: string) => isSemver(text)],
    ["is_semver_string_bool", "(string, bool) bool", isSemver],
  ),
  declare("isGreaterThan", ["semver_is_greater_than", `${both} bool`, (a: Semver, b: Semver) => order(a, b) > 0]),
  declare("isLessThan", ["semver_is_less_than", `${both} bool`, (a: Semver, b: Semver) => order(a, b) < 0]),
  declare("compareTo", ["semver_compare_to", `${both} int`, (a: Semver, b: Semver) => BigInt(order(a, b))]),
  declare("major", ["semver_major", `${of} int`, (value: Semver) => BigInt.asIntN(64, value.numbers[0])]),
  declare("minor", ["semver_minor", `${of} int`, (value: Semver) => BigInt.asIntN(64, value.numbers[1])]),
  declare("patch", ["semver_patch", `${of} int`, (value: Semver) => BigInt.asIntN(64, value.numbers[2])]),
];
