/** Holds pods to the standards that their namespace demands, and warns of what makes pods that would not (https://kubernetes.io/docs/concepts/security/pod-security-admission/). */
import { namespace as namespaceKind } from "../../api/core/namespace.ts";
import { pod as podKind } from "../../api/core/pod.ts";
import { ApiError, forbidden, invalid } from "../../api/errors.ts";
import type { Namespace, Pod, PodTemplateSpec } from "../../api/generated/core-v1.ts";
import { kindOf, resourceOf } from "../../api/kind.ts";
import type { Shared } from "../../api/object.ts";
import {
  isPrivileged,
  isStricter,
  type LevelVersion,
  type Policy,
  policyOf,
  shown,
} from "../../api/pod-security/policy.ts";
import { details, reasons, violations } from "../../api/pod-security/standards.ts";
import type { Registry } from "../registry/registry.ts";
import { prefixOf } from "../registry/stored.ts";
import type { AdmissionPlugin, AdmissionRequest } from "./admission.ts";

/** Looked at when a namespace becomes stricter; upstream stops there too. */
const mostPods = 3000;
const ofPods = new Set(["", "ephemeralcontainers", "resize"]);

export function podSecurity(registry: () => Registry): AdmissionPlugin {
  return {
    name: "PodSecurity",
    async validate(request) {
      const { operation, kind, subresource } = request;
      if (operation !== "CREATE" && operation !== "UPDATE") return;
      if (kind.group === "" && kind.plural === "namespaces") {
        if (subresource === "") await namespace(registry(), request);
      } else if (kind.group === "" && kind.plural === "pods") {
        if (ofPods.has(subresource)) await pod(registry(), request);
      } else if (subresource === "" && templateOf(request)) await template(registry(), request);
    },
  };
}

async function demanded(registry: Registry, name: string): Promise<ReturnType<typeof policyOf>> {
  const found = await registry.find(namespaceKind, "", name);
  if (!found)
    throw new ApiError("InternalError", `Internal error occurred: failed to lookup namespace ${JSON.stringify(name)}`);
  return policyOf(found.metadata.labels);
}

async function pod(registry: Registry, request: AdmissionRequest): Promise<void> {
  const { policy, errors } = await demanded(registry, request.namespace);
  if (!errors.length && isPrivileged(policy)) return;
  const now = request.object as unknown as Pod;
  if (request.operation === "UPDATE" && !matters(now, request.old as unknown as Pod)) return;
  const found = violations(policy.enforce, now.spec, now.metadata);
  request.context.audit?.(`${annotation}enforce-policy`, shown(policy.enforce));
  note(request, policy, now);
  if (found.length) {
    const why = `violates PodSecurity ${JSON.stringify(shown(policy.enforce))}: ${details(found)}`;
    throw forbidden(resourceOf(request.kind), request.name, why);
  }
  warn(request, policy, now);
}

/** Of changes of a pod only new images and new ephemeral containers are looked at. */
function matters({ spec: now }: Pod, { spec: old }: Pod): boolean {
  const images = (list: readonly { image?: string | undefined }[] | null | undefined): string =>
    JSON.stringify((list ?? []).map(({ image }) => image));
  if (images(now.containers) !== images(old.containers)) return true;
  if (images(now.initContainers) !== images(old.initContainers)) return true;
  const before = new Map((old.ephemeralContainers ?? []).map(({ name, image }) => [name, image]));
  return (now.ephemeralContainers ?? []).some(({ name, image }) => !before.has(name) || before.get(name) !== image);
}

const annotation = "pod-security.kubernetes.io/";

/** Leaves in the audit event what the policy for it finds. */
function note(
  { context }: AdmissionRequest,
  { audit: at }: Policy,
  { spec, metadata }: Pick<Pod, "spec" | "metadata">,
): void {
  if (!context.audit || at.level === "privileged") return;
  const found = violations(at, spec, metadata);
  const text = `would violate PodSecurity ${JSON.stringify(shown(at))}: ${details(found)}`;
  if (found.length) context.audit(`${annotation}audit-violations`, text);
}

function warn(
  { context }: AdmissionRequest,
  { warn: at }: Policy,
  { spec, metadata }: Pick<Pod, "spec" | "metadata">,
): void {
  const found = violations(at, spec, metadata);
  if (found.length) context.warnings.push(`would violate PodSecurity ${JSON.stringify(shown(at))}: ${details(found)}`);
}

type Template = Pick<PodTemplateSpec, "metadata" | "spec">;
interface Makers {
  readonly template?: Template;
  readonly spec?: {
    readonly template?: Template;
    readonly jobTemplate?: { readonly spec?: { readonly template?: Template } };
  };
}
const makers: Readonly<Record<string, (object: Makers) => Template | undefined>> = {
  podtemplates: (object) => object.template,
  replicationcontrollers: (object) => object.spec?.template,
  "replicasets.apps": (object) => object.spec?.template,
  "deployments.apps": (object) => object.spec?.template,
  "statefulsets.apps": (object) => object.spec?.template,
  "daemonsets.apps": (object) => object.spec?.template,
  "jobs.batch": (object) => object.spec?.template,
  "cronjobs.batch": (object) => object.spec?.jobTemplate?.spec?.template,
};

const templateOf = ({ kind, object }: AdmissionRequest): Template | undefined =>
  makers[kind.group ? `${kind.plural}.${kind.group}` : kind.plural]?.(object as unknown as Makers);

async function template(registry: Registry, request: AdmissionRequest): Promise<void> {
  const found = await registry.find(namespaceKind, "", request.namespace);
  if (!found) return;
  const { policy } = policyOf(found.metadata.labels);
  const { metadata = {}, spec } = templateOf(request) as Template;
  if (!spec) return;
  note(request, policy, { metadata, spec });
  warn(request, policy, { metadata, spec });
}

async function namespace(registry: Registry, request: AdmissionRequest): Promise<void> {
  const { kind, name, object, old, operation, context } = request;
  const now = object as unknown as Namespace;
  const { policy, errors } = policyOf(now.metadata.labels);
  if (operation === "CREATE") {
    if (errors.length) throw invalid(kindOf(kind), name, errors);
    return;
  }
  const before = policyOf((old as unknown as Namespace).metadata.labels);
  const isOldFault = JSON.stringify(errors) === JSON.stringify(before.errors);
  if (errors.length && !(before.errors.length && isOldFault)) throw invalid(kindOf(kind), name, errors);
  const [next, last] = [policy.enforce, before.policy.enforce];
  if (next.level === "privileged" || shown(next) === shown(last)) return;
  if (next.version === last.version && !isStricter(next.level, last.level)) return;
  context.warnings.push(...(await offenders(registry, name, next)));
}

/** Which pods that are there the new level would not allow: one of each workload first, faults that are alike together. */
async function offenders(registry: Registry, name: string, at: LevelVersion): Promise<string[]> {
  const { entries } = await registry.store.list(prefixOf(podKind, name));
  const all = oneOfEachFirst(entries.map(({ value }) => value as unknown as Shared<Pod>));
  const byFault = new Map<string, string[]>();
  for (const { metadata, spec } of all.slice(0, mostPods)) {
    const fault = reasons(violations(at, spec, metadata));
    if (fault) byFault.set(fault, [...(byFault.get(fault) ?? []), metadata.name ?? ""]);
  }
  const told = [...byFault].map(([fault, [first = "", ...others]]) => {
    const least = [first, ...others].sort()[0];
    const more = others.length === 1 ? " (and 1 other pod)" : others.length ? ` (and ${others.length} other pods)` : "";
    return `${least}${more}: ${fault}`;
  });
  const heading = `existing pods in namespace ${JSON.stringify(name)} violate the new PodSecurity enforce level ${JSON.stringify(shown(at))}`;
  const partly = `new PodSecurity enforce level only checked against the first ${mostPods} of ${all.length} existing pods`;
  return [...(all.length > mostPods ? [partly] : []), ...(told.length ? [heading, ...told.sort()] : [])];
}

function oneOfEachFirst(pods: readonly Shared<Pod>[]): readonly Shared<Pod>[] {
  const seen = new Set<string>();
  const [first, more]: [Shared<Pod>[], Shared<Pod>[]] = [[], []];
  for (const one of pods) {
    const owner = one.metadata.ownerReferences?.find(({ controller }) => controller)?.uid;
    if (owner !== undefined && seen.has(owner)) more.push(one);
    else first.push(one);
    if (owner !== undefined) seen.add(owner);
  }
  return [...first, ...more];
}
