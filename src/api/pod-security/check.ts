/** One rule of the pod security standards, and the words that rules share (https://kubernetes.io/docs/concepts/security/pod-security-standards/). */
import type { Container, PodSpec } from "../generated/core-v1.ts";
import type { ObjectMeta, Shared } from "../object.ts";

export type Spec = Shared<PodSpec>;
export type Metadata = Shared<ObjectMeta>;

/** Why a pod is not allowed: in short, and which parts of it. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

/** Undefined: allowed. */
export type Rule = (spec: Spec, metadata: Metadata) => Violation | undefined;

export interface Check {
  readonly id: string;
  readonly level: "baseline" | "restricted";
  /** The rule from each minor version on; before the first there is none. */
  readonly since: Readonly<Record<number, Rule>>;
  /** The weaker rule that this one stands for where both hold. */
  readonly instead?: string;
}

export type AnyContainer = Omit<Shared<Container>, "resources">;

export const containersOf = (spec: Spec): readonly AnyContainer[] => [
  ...(spec.initContainers ?? []),
  ...(spec.containers ?? []),
  ...((spec.ephemeralContainers ?? []) as readonly AnyContainer[]),
];

/** The names of the containers that are so. */
export const namesOf = (spec: Spec, isBad: (container: AnyContainer) => boolean): string[] =>
  containersOf(spec)
    .filter(isBad)
    .map(({ name }) => name);

export const plural = (one: string, many: string, count: number): string => (count === 1 ? one : many);
export const quoted = (items: readonly string[]): string => items.map((item) => `"${item}"`).join(", ");
export const sorted = (items: Iterable<string>): string[] => [...new Set(items)].sort();
export const containers = (names: readonly string[]): string =>
  `${plural("container", "containers", names.length)} ${quoted(names)}`;
/** `pod and containers "a", "b"`: who sets something that they must not. */
export const setters = (pod: boolean, names: readonly string[]): string =>
  [...(pod ? ["pod"] : []), ...(names.length ? [containers(names)] : [])].join(" and ");

export const isWindows = ({ os }: Spec): boolean => os?.name === "windows";
/** In a user namespace of its own, root inside is nobody outside. */
export const hasUserNamespace = ({ hostUsers }: Spec): boolean => hostUsers === false;
export const unless =
  (exempt: (spec: Spec) => boolean, rule: Rule): Rule =>
  (spec, metadata) =>
    exempt(spec) ? undefined : rule(spec, metadata);
