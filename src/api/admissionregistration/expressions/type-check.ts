/**
 * Expressions of a validating policy checked against the types that it is about; nothing depends on the outcome, it is told
 * in the policy's status (https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#type-checking).
 */
import type { Catalog } from "../../catalog.ts";
import { compile, Faults } from "../../cel/compile.ts";
import { builtInType } from "../../cel/schema/built-in.ts";
import { declaredType } from "../../cel/schema/declared.ts";
import { type Type, types } from "../../cel/types/type.ts";
import type { ExpressionWarning, NamedRuleWithOperations } from "../../generated/admissionregistration-v1.ts";
import { groupVersionOf, type Kind } from "../../kind.ts";
import type { Shared } from "../../object.ts";
import type { ValidatingPolicy } from "../validation/validating-policies.ts";
import { fieldTypeOf } from "./compiled-expression.ts";
import { admissionEnvironment } from "./environment.ts";

const mostKinds = 10;

export function typeWarnings({ spec }: ValidatingPolicy, catalog: Catalog): ExpressionWarning[] {
  const kinds = kindsToCheck(spec.matchConstraints?.resourceRules ?? [], catalog);
  const { paramKind, variables = [], validations = [] } = spec;
  const paramType = paramKind && typeOf(catalog.kind(paramKind.apiVersion ?? "", paramKind.kind ?? ""));
  const given = { ...(paramKind && { params: paramType ?? types.dyn }) };
  const checks = kinds.map((kind) => ({ kind, check: checker(typeOf(kind), given, variables) }));
  const warningOf = (text: string): string =>
    checks
      .flatMap(({ kind, check }) => {
        const fault = check(text);
        return fault === undefined ? [] : [`${groupVersionText(kind)}, Kind=${kind.kind}: ${fault}\n`];
      })
      .join("\n");
  return validations.flatMap(({ expression, messageExpression }, i) => {
    const told = (field: string, text: string | undefined): ExpressionWarning[] => {
      const warning = text ? warningOf(text) : "";
      return warning ? [{ fieldRef: `spec.validations[${i}].${field}`, warning }] : [];
    };
    return [...told("expression", expression), ...told("messageExpression", messageExpression)];
  });
}

const groupVersionText = (kind: Kind): string => (kind.group ? groupVersionOf(kind) : `/${kind.version}`);

/** Undefined where nothing is known of the kind. */
function typeOf(kind: Kind | undefined): Type | undefined {
  if (!kind) return undefined;
  return kind.custom
    ? declaredType(kind.custom.jsonSchema, true, kind.kind)?.type
    : builtInType(kind.schema, kind.kind);
}

/** Answers what is wrong with an expression, if something is. */
function checker(
  object: Type | undefined,
  given: Readonly<Record<string, Type>>,
  variables: NonNullable<ValidatingPolicy["spec"]["variables"]>,
): (text: string) => string | undefined {
  const known = new Map<string, Type>();
  const of = object ?? types.dyn;
  const environment = admissionEnvironment({ params: false, authorizer: true, variables: known }).withVariables({
    object: of,
    oldObject: of,
    ...given,
  });
  for (const { name, expression } of variables) {
    const checked = compile(expression, environment);
    known.set(name, checked instanceof Faults ? types.dyn : fieldTypeOf(checked.type));
  }
  return (text) => {
    const checked = compile(text, environment);
    return checked instanceof Faults ? String(checked) : undefined;
  };
}

/** The kinds that the rules name outright, in the order of their names. */
function kindsToCheck(rules: Shared<readonly NamedRuleWithOperations[]>, catalog: Catalog): readonly Kind[] {
  const found = new Set<Kind>();
  const plain = (names: readonly string[] | undefined): readonly string[] =>
    names?.some((name) => name.includes("*")) ? [] : [...(names ?? [])].sort();
  for (const { apiGroups, apiVersions, resources } of rules) {
    const named = (resources ?? []).filter((resource) => !/[*/]/.test(resource)).sort();
    const all = plain(apiGroups).flatMap((group) =>
      plain(apiVersions).flatMap((version) =>
        named.flatMap((plural) => catalog.resource(groupVersionOf({ group, version }), plural) ?? []),
      ),
    );
    for (const kind of all.slice(0, mostKinds)) found.add(kind);
    if (all.length >= mostKinds) break;
  }
  const key = ({ group, version, kind }: Kind): string => [group, version, kind].join("\0");
  return [...found].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
