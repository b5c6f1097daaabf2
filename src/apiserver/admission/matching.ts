/**
 * Which requests a webhook or a policy is about: rules, selectors, and other versions of the same objects
 * (https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-matchpolicy).
 */
import type { RuleWithOperations } from "../../api/admissionregistration/validation/rules.ts";
import type { Catalog } from "../../api/catalog.ts";
import { namespace as namespaceKind } from "../../api/core/namespace.ts";
import { notFound } from "../../api/errors.ts";
import type { Kind } from "../../api/kind.ts";
import type { KubeObject, LabelSelector, Shared } from "../../api/object.ts";
import { matchesAll, selectorOf } from "../../api/selectors.ts";
import type { Registry } from "../registry/registry.ts";
import { type AdmissionRequest, spokenKind } from "./admission.ts";

type Resource = Pick<Kind, "group" | "version" | "plural">;

const has = (list: readonly string[] | undefined, wanted: string): boolean =>
  list?.some((one) => one === "*" || one === wanted) ?? false;

const isNamespaces = ({ group, plural }: Resource): boolean => group === "" && plural === "namespaces";

function inScope(rule: RuleWithOperations, request: AdmissionRequest, resource: Resource): boolean {
  if (rule.scope === undefined || rule.scope === "*") return true;
  // a namespace itself is of the cluster, though its name stands where the namespace of others does
  const inNamespace = request.namespace !== "" && !isNamespaces(resource);
  return rule.scope === "Namespaced" ? inNamespace : !inNamespace;
}

/** Whether a rule is about a request, if it were about `resource`. */
export function matchesRule(rule: RuleWithOperations, request: AdmissionRequest, resource: Resource): boolean {
  const { operations, apiGroups, apiVersions, resources } = rule;
  return (
    inScope(rule, request, resource) &&
    has(operations, request.operation) &&
    has(apiGroups, resource.group) &&
    has(apiVersions, resource.version) &&
    (resources?.some((text) => {
      const [name = "", sub = ""] = text.split(/\/(.*)/s, 2);
      return (name === "*" || name === resource.plural) && (sub === "*" || sub === request.subresource);
    }) ??
      false)
  );
}

/** Other kinds through which the same objects are served. */
function equivalents(kind: Kind, catalog: Catalog): readonly Kind[] {
  const stored = kind.storedAs?.kind ?? kind;
  return catalog.all().filter((other) => {
    if (other === kind) return false;
    if (kind.custom) return other.custom && other.group === kind.group && other.plural === kind.plural;
    return (other.storedAs?.kind ?? other) === stored;
  });
}

/** The kind through which the rules are about a request: that of the request, or one that stands for it; undefined: none. */
export function matchingKind(
  rules: readonly RuleWithOperations[] | undefined,
  matchPolicy: string | undefined,
  request: AdmissionRequest,
  catalog: Catalog,
): Kind | undefined {
  const kind = spokenKind(request);
  if (rules?.some((rule) => matchesRule(rule, request, kind))) return kind;
  if (matchPolicy === "Exact" || !rules?.length) return undefined;
  const others = equivalents(kind, catalog);
  for (const rule of rules) {
    const other = others.find((one) => matchesRule(rule, request, one));
    if (other) return other;
  }
  return undefined;
}

type Selects = Shared<LabelSelector> | undefined;
type Labels = Readonly<Record<string, string>> | undefined;

const selects = (selector: Selects, labels: Labels): boolean => {
  const requirements = selectorOf(selector as LabelSelector | undefined);
  return requirements === undefined || requirements.length === 0 || matchesAll(requirements, labels);
};

const isEmpty = (selector: Selects): boolean => !selectorOf(selector as LabelSelector | undefined)?.length;

/** The object or what it was before has the labels. */
export function matchesObject(selector: Selects, { object, old }: AdmissionRequest): boolean {
  if (isEmpty(selector)) return true;
  const labelsOf = (one: { metadata?: { labels?: Labels } } | undefined): boolean =>
    one?.metadata !== undefined && selects(selector, one.metadata.labels);
  return labelsOf(object as KubeObject | undefined) || labelsOf(old);
}

/** The namespace of the request has the labels; objects of the cluster are not told apart by it. Throws NotFound. */
export async function matchesNamespace(
  selector: Selects,
  request: AdmissionRequest,
  registry: Registry,
): Promise<boolean> {
  const kind = spokenKind(request);
  if (isEmpty(selector) || (request.namespace === "" && !isNamespaces(kind))) return true;
  if (isNamespaces(kind) && request.subresource === "" && ["CREATE", "UPDATE"].includes(request.operation))
    return selects(selector, request.object?.metadata.labels);
  const found = await registry.find(namespaceKind, "", request.namespace);
  if (!found) throw notFound({ group: "", name: "namespaces" }, request.namespace);
  return selects(selector, found.metadata.labels);
}

const configurations = new Set(
  ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"].concat(
    ["Validating", "Mutating"].flatMap((way) => [`${way}AdmissionPolicy`, `${way}AdmissionPolicyBinding`]),
  ),
);

/** What admission is configured with is not subject to it: nobody can lock themselves out. */
export const isExempt = ({ kind }: AdmissionRequest): boolean =>
  kind.group === "admissionregistration.k8s.io" && configurations.has(kind.kind);
