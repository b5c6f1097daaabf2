/** The pod security standards: which rules each level has in each version (https://kubernetes.io/docs/concepts/security/pod-security-standards/). */
import type { Check, Metadata, Rule, Spec, Violation } from "./check.ts";
import { containerChecks } from "./container-checks.ts";
import { hostChecks } from "./host-checks.ts";
import type { LevelVersion } from "./policy.ts";
import { profileChecks } from "./profile-checks.ts";
import { userChecks } from "./user-checks.ts";
import { volumeChecks } from "./volume-checks.ts";

/** Rules of the baseline come first; within a level they go by name. */
const checks: readonly Check[] = [
  ...containerChecks,
  ...hostChecks,
  ...profileChecks,
  ...userChecks,
  ...volumeChecks,
].sort((a, b) => (a.level === b.level ? (a.id < b.id ? -1 : 1) : a.level < b.level ? -1 : 1));

function ruleAt({ since }: Check, minor: number): Rule | undefined {
  let best: number | undefined;
  for (const from of Object.keys(since).map(Number)) if (from <= minor && from >= (best ?? 0)) best = from;
  return best === undefined ? undefined : since[best];
}

function rulesOf({ level, version }: LevelVersion): readonly Rule[] {
  if (level === "privileged") return [];
  const minor = version === "latest" ? Number.POSITIVE_INFINITY : version;
  const held = checks.filter((check) => (level === "restricted" || check.level === "baseline") && ruleAt(check, minor));
  const replaced = new Set(held.map((check) => check.instead));
  return held.flatMap((check) => (replaced.has(check.id) ? [] : (ruleAt(check, minor) ?? [])));
}

const rules = new Map<string, readonly Rule[]>();

/** What of the pod the level does not allow. */
export function violations(at: LevelVersion, spec: Spec, metadata: Metadata): Violation[] {
  const key = `${at.level}:${at.version}`;
  let known = rules.get(key);
  if (!known) {
    known = rulesOf(at);
    if (rules.size < 200) rules.set(key, known);
  }
  return known.flatMap((rule) => rule(spec, metadata) ?? []);
}

export const reasons = (found: readonly Violation[]): string => found.map(({ reason }) => reason).join(", ");
export const details = (found: readonly Violation[]): string =>
  found.map(({ reason, detail }) => (detail ? `${reason} (${detail})` : reason)).join(", ");
