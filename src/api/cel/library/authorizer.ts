/**
 * Asking what a user may do from within an expression
 * (https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-authorizer-library). Who answers is given from outside.
 */
import { labelName, subdomainName } from "../../validation/names.ts";
import { declare, type FunctionDeclaration, type Implementation } from "../check/environment.ts";
import { fail } from "../values/error.ts";
import type { Opaque } from "../values/opaque.ts";

export interface Asker {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export type Question =
  | { readonly verb: string; readonly path: string }
  | {
      readonly verb: string;
      readonly group: string;
      readonly resource: string;
      readonly subresource: string;
      readonly namespace: string;
      readonly name: string;
      readonly fieldSelector: string;
      readonly labelSelector: string;
    };

export interface Answer {
  readonly allowed: boolean;
  readonly reason: string;
  readonly error?: string;
}

/** Decides at once; what it decides may not depend on anything but its arguments while an expression runs. */
export type Authority = (who: Asker, question: Question) => Answer;

type ResourceFields = Omit<Extract<Question, { resource: string }>, "verb">;

class Foreign implements Opaque {
  readonly celType: string;

  constructor(kind: string) {
    this.celType = `kubernetes.authorization.${kind}`;
  }

  equals(other: Opaque): boolean {
    return other === this;
  }
}

class Authorizer extends Foreign {
  readonly who: Asker;
  readonly authority: Authority;

  constructor(who: Asker, authority: Authority) {
    super("Authorizer");
    this.who = who;
    this.authority = authority;
  }

  ask(question: Question): Decision {
    return new Decision(this.authority(this.who, question));
  }
}

class PathCheck extends Foreign {
  readonly authorizer: Authorizer;
  readonly path: string;

  constructor(authorizer: Authorizer, path: string) {
    super("PathCheck");
    this.authorizer = authorizer;
    this.path = path;
  }
}

class GroupCheck extends Foreign {
  readonly authorizer: Authorizer;
  readonly group: string;

  constructor(authorizer: Authorizer, group: string) {
    super("GroupCheck");
    this.authorizer = authorizer;
    this.group = group;
  }
}

class ResourceCheck extends Foreign {
  readonly authorizer: Authorizer;
  readonly fields: ResourceFields;

  constructor(authorizer: Authorizer, fields: ResourceFields) {
    super("ResourceCheck");
    this.authorizer = authorizer;
    this.fields = fields;
  }

  with(fields: Partial<ResourceFields>): ResourceCheck {
    return new ResourceCheck(this.authorizer, { ...this.fields, ...fields });
  }
}

class Decision extends Foreign {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super("Decision");
    this.answer = answer;
  }
}

/** The `authorizer` of expressions. */
export const authorizerValue = (who: Asker, authority: Authority): Opaque => new Authorizer(who, authority);

const nothing: ResourceFields = {
  group: "",
  resource: "",
  subresource: "",
  namespace: "",
  name: "",
  fieldSelector: "",
  labelSelector: "",
};

/** Its `authorizer.requestResource`. */
export const requestResourceValue = (
  who: Asker,
  authority: Authority,
  fields: Pick<ResourceFields, "group" | "resource" | "subresource" | "namespace" | "name">,
): Opaque => new ResourceCheck(new Authorizer(who, authority), { ...nothing, ...fields });

function path(authorizer: Authorizer, text: string): PathCheck {
  return text.trim() === "" ? fail("path must not be empty") : new PathCheck(authorizer, text);
}

function serviceAccount(authorizer: Authorizer, namespace: string, name: string): Authorizer {
  if (subdomainName(name).length) return fail("Invalid service account name");
  if (labelName(namespace).length) return fail("Invalid service account namespace");
  const groups = ["system:serviceaccounts", `system:serviceaccounts:${namespace}`];
  return new Authorizer({ name: `system:serviceaccount:${namespace}:${name}`, groups }, authorizer.authority);
}

function resource({ authorizer, group }: GroupCheck, name: string): ResourceCheck {
  if (name.trim() === "") return fail("resource must not be empty");
  return new ResourceCheck(authorizer, { ...nothing, group, resource: name });
}

const kind = (name: string): string => `kubernetes.authorization.${name}`;
const refine = (name: string, id: string, field: keyof ResourceFields): FunctionDeclaration => {
  const run: Implementation = (check: ResourceCheck, value: string) => check.with({ [field]: value });
  return declare(name, [id, `${kind("ResourceCheck")}.(string) ${kind("ResourceCheck")}`, run]);
};

export const authorizers: readonly FunctionDeclaration[] = [
  declare("path", ["authorizer_path", `${kind("Authorizer")}.(string) ${kind("PathCheck")}`, path]),
  declare("group", [
    "authorizer_group",
    `${kind("Authorizer")}.(string) ${kind("GroupCheck")}`,
    (authorizer: Authorizer, group: string) => new GroupCheck(authorizer, group),
  ]),
  declare("serviceAccount", [
    "authorizer_serviceaccount",
    `${kind("Authorizer")}.(string, string) ${kind("Authorizer")}`,
    serviceAccount,
  ]),
  declare("resource", ["groupcheck_resource", `${kind("GroupCheck")}.(string) ${kind("ResourceCheck")}`, resource]),
  refine("subresource", "resourcecheck_subresource", "subresource"),
  refine("namespace", "resourcecheck_namespace", "namespace"),
  refine("name", "resourcecheck_name", "name"),
  refine("fieldSelector", "authorizer_fieldselector", "fieldSelector"),
  refine("labelSelector", "authorizer_labelselector", "labelSelector"),
  declare(
    "check",
    [
      "pathcheck_check",
      `${kind("PathCheck")}.(string) ${kind("Decision")}`,
      (check: PathCheck, verb: string) => check.authorizer.ask({ verb, path: check.path }),
    ],
    [
      "resourcecheck_check",
      `${kind("ResourceCheck")}.(string) ${kind("Decision")}`,
      (check: ResourceCheck, verb: string) => check.authorizer.ask({ verb, ...check.fields }),
    ],
  ),
  declare("errored", [
    "decision_errored",
    `${kind("Decision")}.() bool`,
    ({ answer }: Decision) => answer.error !== undefined,
  ]),
  declare("error", ["decision_error", `${kind("Decision")}.() string`, ({ answer }: Decision) => answer.error ?? ""]),
  declare("allowed", ["decision_allowed", `${kind("Decision")}.() bool`, ({ answer }: Decision) => answer.allowed]),
  declare("reason", ["decision_reason", `${kind("Decision")}.() string`, ({ answer }: Decision) => answer.reason]),
];
