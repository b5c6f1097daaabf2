/** The profiles that confine a container: AppArmor, seccomp, SELinux. */
import type { SecurityContext } from "../generated/core-v1.ts";
import type { Shared } from "../object.ts";
import {
  type Check,
  containers,
  containersOf,
  isWindows,
  namesOf,
  plural,
  quoted,
  type Rule,
  type Spec,
  setters,
  sorted,
  unless,
} from "./check.ts";

type Context = Shared<Pick<SecurityContext, "appArmorProfile" | "seccompProfile" | "seLinuxOptions">> | undefined;

/** Who sets a type that is not one of the two good ones, and which types. */
function badTypes(
  spec: Spec,
  typeOf: (context: Context) => string | undefined,
): { pod: boolean; names: string[]; types: string[] } {
  const isBad = (type: string | undefined): type is string =>
    type !== undefined && type !== "RuntimeDefault" && type !== "Localhost";
  const all = [spec.securityContext, ...containersOf(spec).map((c) => c.securityContext)].map(typeOf);
  return {
    pod: isBad(typeOf(spec.securityContext)),
    names: namesOf(spec, ({ securityContext }) => isBad(typeOf(securityContext))),
    types: sorted(all.filter(isBad)),
  };
}

const appArmorPrefix = "container.apparmor.security.beta.kubernetes.io/";

const appArmor: Rule = (spec, { annotations }) => {
  const { pod, names, types } = badTypes(spec, (context) => context?.appArmorProfile?.type);
  const isBad = (value: string): boolean =>
    value !== "" && value !== "runtime/default" && !value.startsWith("localhost/");
  const told = Object.entries(annotations ?? {})
    .filter(([key, value]) => key.startsWith(appArmorPrefix) && isBad(value))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort();
  const who = [setters(pod, names), told.length ? plural("annotation", "annotations", told.length) : ""].filter(
    Boolean,
  );
  if (!who.length) return undefined;
  const forbidden = [...types, ...told];
  const reason = plural("forbidden AppArmor profile", "forbidden AppArmor profiles", forbidden.length);
  return { reason, detail: `${who.join(" and ")} must not set AppArmor profile type to ${quoted(forbidden)}` };
};

const seccompOf = (context: Context): string | undefined => context?.seccompProfile?.type;
const podAnnotation = "seccomp.security.alpha.kubernetes.io/pod";
const containerAnnotation = "container.seccomp.security.alpha.kubernetes.io/";

const seccompAnnotations: Rule = (spec, { annotations }) => {
  const isBad = (value: string): boolean =>
    value !== "runtime/default" && value !== "docker/default" && !value.startsWith("localhost/");
  const keys = [podAnnotation, ...containersOf(spec).map(({ name }) => containerAnnotation + name)];
  const forbidden = sorted(
    keys.flatMap((key) => {
      const value = annotations?.[key];
      return value !== undefined && isBad(value) ? [`${key}=${JSON.stringify(value)}`] : [];
    }),
  );
  if (!forbidden.length) return undefined;
  const detail = `forbidden ${plural("annotation", "annotations", forbidden.length)} ${forbidden.join(", ")}`;
  return { reason: "seccompProfile", detail };
};

const seccompNotBad: Rule = (spec) => {
  const { pod, names, types } = badTypes(spec, seccompOf);
  if (!types.length) return undefined;
  const detail = `${setters(pod, names)} must not set securityContext.seccompProfile.type to ${quoted(types)}`;
  return { reason: "seccompProfile", detail };
};

const seccompGood: Rule = (spec, metadata) => {
  const bad = seccompNotBad(spec, metadata);
  if (bad || seccompOf(spec.securityContext) !== undefined) return bad;
  const silent = namesOf(spec, ({ securityContext }) => !securityContext?.seccompProfile);
  if (!silent.length) return undefined;
  const detail = `pod or ${containers(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`;
  return { reason: "seccompProfile", detail };
};

const seLinuxTypes = ["", "container_t", "container_init_t", "container_kvm_t"];

function seLinux(allowed: readonly string[]): Rule {
  return (spec) => {
    const isBadType = (type: string | undefined): boolean => !allowed.includes(type ?? "");
    const isBad = (context: Context): boolean => {
      const options = context?.seLinuxOptions;
      return options !== undefined && (isBadType(options.type) || Boolean(options.user) || Boolean(options.role));
    };
    const pod = isBad(spec.securityContext);
    const names = namesOf(spec, ({ securityContext }) => isBad(securityContext));
    if (!pod && !names.length) return undefined;
    const all = [spec.securityContext, ...containersOf(spec).map((c) => c.securityContext)].flatMap(
      (context: Context) => context?.seLinuxOptions ?? [],
    );
    const types = sorted(all.map(({ type }) => type ?? "").filter(isBadType));
    const data = [
      ...(types.length ? [`${plural("type", "types", types.length)} ${quoted(types)}`] : []),
      ...(all.some(({ user }) => user) ? ["user may not be set"] : []),
      ...(all.some(({ role }) => role) ? ["role may not be set"] : []),
    ];
    const detail = `${setters(pod, names)} set forbidden securityContext.seLinuxOptions: ${data.join("; ")}`;
    return { reason: "seLinuxOptions", detail };
  };
}

export const profileChecks: readonly Check[] = [
  { id: "appArmorProfile", level: "baseline", since: { 0: appArmor } },
  { id: "seccompProfile_baseline", level: "baseline", since: { 0: seccompAnnotations, 19: seccompNotBad } },
  {
    id: "seccompProfile_restricted",
    level: "restricted",
    since: { 19: seccompGood, 25: unless(isWindows, seccompGood) },
    instead: "seccompProfile_baseline",
  },
  {
    id: "seLinuxOptions",
    level: "baseline",
    since: { 0: seLinux(seLinuxTypes), 31: seLinux([...seLinuxTypes, "container_engine_t"]) },
  },
];
