/** What a namespace demands of its pods, as its labels say (https://kubernetes.io/docs/concepts/security/pod-security-admission/). */
import { type FieldError, Path } from "../validation/field-error.ts";

export type Level = "privileged" | "baseline" | "restricted";
export interface LevelVersion {
  readonly level: Level;
  /** The minor version of Kubernetes whose rules hold. */
  readonly version: number | "latest";
}

export interface Policy {
  readonly enforce: LevelVersion;
  readonly audit: LevelVersion;
  readonly warn: LevelVersion;
}

const levels: readonly Level[] = ["privileged", "baseline", "restricted"];
const prefix = "pod-security.kubernetes.io/";

export const shown = ({ level, version }: LevelVersion): string =>
  `${level}:${version === "latest" ? version : `v1.${version}`}`;
export const isStricter = (a: Level, b: Level): boolean => levels.indexOf(a) > levels.indexOf(b);
export const isPrivileged = (policy: Policy): boolean =>
  policy.enforce.level === "privileged" && policy.audit.level === "privileged" && policy.warn.level === "privileged";

/** The policy, with what is wrong about the labels: enforcement then fails closed, the other two open. */
export function policyOf(labels: Readonly<Record<string, string>> | undefined): {
  policy: Policy;
  errors: FieldError[];
} {
  const errors: FieldError[] = [];
  const path = new Path("metadata").child("labels");
  const wrong = (mode: string, value: string, why: string): void =>
    void errors.push(path.key(prefix + mode).invalid(value, why));
  const levelAt = (mode: string, otherwise: Level): Level => {
    const value = labels?.[prefix + mode];
    if (value === undefined) return "privileged";
    if (levels.includes(value as Level)) return value as Level;
    wrong(mode, value, `must be one of ${levels.join(", ")}`);
    return otherwise;
  };
  const versionAt = (mode: string): LevelVersion["version"] => {
    const name = `${mode}-version`;
    const value = labels?.[prefix + name];
    if (value === undefined || value === "latest") return "latest";
    const minor = /^v1\.(0|[1-9]\d*)$/.exec(value)?.[1];
    if (minor !== undefined) return Number(minor);
    wrong(name, value, 'must be "latest" or "v1.x"');
    return "latest";
  };
  const read = (mode: string, otherwise: Level): LevelVersion => ({
    level: levelAt(mode, otherwise),
    version: versionAt(mode),
  });
  const enforce = read("enforce", "restricted");
  const isEnforceGood = !errors.some(({ field }) => field === path.key(`${prefix}enforce`).toString());
  const audit = read("audit", "privileged");
  const warn = read("warn", "privileged");
  // what is refused in pods is warned of in what makes pods
  const follows = labels?.[`${prefix}warn`] === undefined && isEnforceGood && isStricter(enforce.level, warn.level);
  const version = labels?.[`${prefix}warn-version`] === undefined ? enforce.version : warn.version;
  return { policy: { enforce, audit, warn: follows ? { level: enforce.level, version } : warn }, errors };
}
