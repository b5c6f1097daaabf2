/** How the kinds of admissionregistration.k8s.io are shown. */
import type {
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicyBinding,
  MutatingWebhookConfiguration,
  ParamKind,
  ParamRef,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingWebhookConfiguration,
} from "../generated/admissionregistration-v1.ts";
import type { LabelSelector } from "../generated/meta-v1.ts";
import type { Column, Printer } from "../kind.ts";
import type { KubeObject } from "../object.ts";
import { integer, text } from "../printing/columns.ts";
import { age, ageColumn, nameColumn } from "../printing/default-printer.ts";
import { sortedKeys } from "../validation/field-error.ts";

const unset = "<unset>";

const kindText = (of: ParamKind | undefined): string => (of ? `${of.apiVersion}/${of.kind}` : unset);

function paramText(of: ParamRef | undefined): string {
  if (of?.name) return `${of.namespace || "*"}/${of.name}`;
  return of?.selector ? selectorDump(of.selector) : unset;
}

/** As Go's generated `String()` of a selector writes it. */
function selectorDump({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = sortedKeys(matchLabels).map((key) => `${key}: ${matchLabels[key]},`);
  const expressions = matchExpressions.map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(" ")}],},`,
  );
  const listed = `[]LabelSelectorRequirement{${expressions.join("")}}`;
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join("")}},MatchExpressions:${listed},}`;
}

export const webhookPrinter: Printer = {
  columns: [
    nameColumn,
    integer("Webhooks", "Webhooks indicates the number of webhooks registered in this configuration"),
    ageColumn,
  ],
  cells(object, now) {
    const { metadata, webhooks } = object as unknown as MutatingWebhookConfiguration | ValidatingWebhookConfiguration;
    return [metadata.name ?? "", webhooks?.length ?? 0, age(metadata.creationTimestamp, now)];
  },
};

type Policy = MutatingAdmissionPolicy | ValidatingAdmissionPolicy;

const policyPrinter = (rules: Column, count: (policy: KubeObject) => number): Printer => ({
  columns: [
    nameColumn,
    rules,
    text("ParamKind", "ParamKind specifies the kind of resources used to parameterize this policy"),
    ageColumn,
  ],
  cells(object, now) {
    const { metadata, spec } = object as unknown as Policy;
    return [metadata.name ?? "", count(object), kindText(spec.paramKind), age(metadata.creationTimestamp, now)];
  },
});
export const validatingPolicyPrinter = policyPrinter(
  integer("Validations", "Validations indicates the number of validation rules defined in this configuration"),
  (policy) => (policy as unknown as ValidatingAdmissionPolicy).spec.validations?.length ?? 0,
);
export const mutatingPolicyPrinter = policyPrinter(
  integer("Mutations", "Mutation indicates the number of mutations rules defined in this configuration"),
  (policy) => (policy as unknown as MutatingAdmissionPolicy).spec.mutations?.length ?? 0,
);

export const bindingPrinter: Printer = {
  columns: [
    nameColumn,
    text("PolicyName", "PolicyName indicates the policy definition which the policy binding binded to"),
    text("ParamRef", "ParamRef indicates the param resource which sets the configuration param"),
    ageColumn,
  ],
  cells(object, now) {
    const { metadata, spec } = object as unknown as MutatingAdmissionPolicyBinding | ValidatingAdmissionPolicyBinding;
    return [metadata.name ?? "", spec.policyName ?? "", paramText(spec.paramRef), age(metadata.creationTimestamp, now)];
  },
};
