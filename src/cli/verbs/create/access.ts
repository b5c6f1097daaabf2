/** `cox create role|clusterrole|rolebinding|clusterrolebinding`. */
import type { FlagSet, Flags } from "../../flags.ts";
import { VerbError } from "../failures.ts";
import type { Session } from "../session.ts";
import type { Generator } from "./generator.ts";
import { pairs } from "./generator.ts";

const group = "rbac.authorization.k8s.io";

const ruleFlags: FlagSet = {
  verb: { kind: "csv", help: "what may be done" },
  resource: { kind: "csv", help: "with what" },
  "resource-name": { kind: "list", help: "with which" },
};

interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** A rule for each API group that is named, in the order of their names. */
async function rulesOf(flags: Flags, session: Session): Promise<readonly Rule[]> {
  const all = [...new Set(flags.all("verb").filter(Boolean))];
  const verbs = all.includes("*") ? ["*"] : all;
  if (!verbs.length) throw new VerbError("at least one verb must be specified");
  const names = [...new Set(flags.all("resource-name"))];
  const resources = new Map<string, string[]>();
  for (const word of flags.all("resource").filter(Boolean)) {
    const [name = "", subresource] = word.split("/");
    const found = name === "*" ? undefined : (await session.discovery()).find(name);
    if (name !== "*" && !found) {
      throw new VerbError(`the server doesn't have a resource type ${JSON.stringify(name)}`);
    }
    const key = found?.group ?? "*";
    const shown = (found?.plural ?? "*") + (subresource ? `/${subresource}` : "");
    resources.set(key, [...new Set([...(resources.get(key) ?? []), shown])]);
  }
  return [...resources]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([apiGroup, list]) => ({
      apiGroups: [apiGroup],
      resources: list,
      ...(names.length && { resourceNames: names }),
      verbs,
    }));
}

export const role: Generator = {
  name: "role",
  summary: "A role",
  usage: "NAME --verb=VERB --resource=RESOURCE[.GROUP][/SUBRESOURCE]",
  flags: ruleFlags,
  resource: `roles.${group}`,
  async object(name, flags, session) {
    const rules = await rulesOf(flags, session);
    if (!rules.length) throw new VerbError("at least one resource must be specified");
    return { apiVersion: `${group}/v1`, kind: "Role", metadata: { name }, rules };
  },
};

export const clusterRole: Generator = {
  name: "clusterrole",
  summary: "A cluster role",
  usage: "NAME --verb=VERB (--resource=RESOURCE[.GROUP][/SUBRESOURCE] | --non-resource-url=PATH)",
  flags: {
    ...ruleFlags,
    "non-resource-url": { kind: "csv", help: "paths" },
    "aggregation-rule": { kind: "csv", help: "labels of the roles that it gathers" },
  },
  resource: `clusterroles.${group}`,
  async object(name, flags, session) {
    const head = { apiVersion: `${group}/v1`, kind: "ClusterRole", metadata: { name } };
    if (flags.given("aggregation-rule")) {
      const aggregationRule = { clusterRoleSelectors: [{ matchLabels: pairs(flags.all("aggregation-rule")) }] };
      return { aggregationRule, ...head, rules: null };
    }
    const paths = flags.all("non-resource-url");
    const rules: object[] = flags.given("resource") || !paths.length ? [...(await rulesOf(flags, session))] : [];
    if (paths.length) rules.push({ nonResourceURLs: paths, verbs: flags.all("verb") });
    if (!rules.length) throw new VerbError("at least one resource must be specified");
    return { ...head, rules };
  },
};

const subjectFlags: FlagSet = {
  clusterrole: { kind: "text", help: "the cluster role" },
  user: { kind: "list", help: "users" },
  group: { kind: "list", help: "groups" },
  serviceaccount: { kind: "list", help: "service accounts, as namespace:name" },
};

function subjectsOf(flags: Flags): readonly object[] {
  const named = (kind: string, flag: string): object[] =>
    flags.all(flag).map((name) => ({ apiGroup: group, kind, name }));
  const accounts = flags.all("serviceaccount").map((text) => {
    const [namespace, name, ...more] = text.split(":");
    if (!namespace || !name || more.length) throw new VerbError("serviceaccount must be <namespace>:<name>");
    return { kind: "ServiceAccount", name, namespace };
  });
  return [...named("User", "user"), ...named("Group", "group"), ...accounts];
}

export const roleBinding: Generator = {
  name: "rolebinding",
  summary: "Give a role to subjects",
  usage: "NAME (--role=NAME | --clusterrole=NAME) [--user=USER] [--group=GROUP] [--serviceaccount=NAMESPACE:NAME]",
  flags: { ...subjectFlags, role: { kind: "text", help: "the role" } },
  resource: `rolebindings.${group}`,
  failure: "failed to create rolebinding: ",
  object(name, flags) {
    const [own, whole] = [flags.text("role"), flags.text("clusterrole")];
    if ((own === "") === (whole === "")) throw new VerbError("exactly one of clusterrole or role must be specified");
    const roleRef = { apiGroup: group, kind: own ? "Role" : "ClusterRole", name: own || whole };
    return { apiVersion: `${group}/v1`, kind: "RoleBinding", metadata: { name }, roleRef, subjects: subjectsOf(flags) };
  },
};

export const clusterRoleBinding: Generator = {
  name: "clusterrolebinding",
  summary: "Give a cluster role to subjects, everywhere",
  usage: "NAME --clusterrole=NAME [--user=USER] [--group=GROUP] [--serviceaccount=NAMESPACE:NAME]",
  flags: subjectFlags,
  required: ["clusterrole"],
  resource: `clusterrolebindings.${group}`,
  failure: "failed to create clusterrolebinding: ",
  object(name, flags) {
    const roleRef = { apiGroup: group, kind: "ClusterRole", name: flags.text("clusterrole") };
    return {
      apiVersion: `${group}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef,
      subjects: subjectsOf(flags),
    };
  },
};
