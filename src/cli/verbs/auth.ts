/** `cox auth` and `cox certificate`. */

import type { KubeObject } from "../../api/object.ts";
import { rfc3339 } from "../../base/clock.ts";
import { byBytes } from "../../base/go-json.ts";
import { ruleRows } from "../describe/access.ts";
import { existing, fromFiles } from "../objects/arguments.ts";
import { TableWriter } from "../output/tab-writer.ts";
import { PlainError, VerbError } from "./failures.ts";
import { Reporter } from "./report.ts";
import type { Session } from "./session.ts";
import { fileFlags, outputFlag, type Verb } from "./verb.ts";

const post = <T>(session: Session, api: string, resource: string, kind: string, spec?: object): Promise<T> =>
  session.client.json<T>({
    method: "POST",
    path: `/apis/${api}/v1/${resource}`,
    body: JSON.stringify({ apiVersion: `${api}/v1`, kind, ...(spec && { spec }) }),
  });

const whoami: Verb = {
  name: "whoami",
  summary: "Show who the server takes us for",
  flags: outputFlag,
  async run(session, flags) {
    interface Review {
      readonly status: {
        readonly userInfo: {
          readonly username?: string;
          readonly uid?: string;
          readonly groups?: readonly string[];
          readonly extra?: Readonly<Record<string, readonly string[]>>;
        };
      };
    }
    const review = await post<Review & KubeObject>(
      session,
      "authentication.k8s.io",
      "selfsubjectreviews",
      "SelfSubjectReview",
    );
    if (flags.text("output")) {
      session.out(`${JSON.stringify(review, undefined, 4)}\n`);
      return;
    }
    const { username = "", uid, groups, extra } = review.status.userInfo;
    const rows = [
      ["ATTRIBUTE", "VALUE"],
      ["Username", username],
      ...(uid ? [["UID", uid]] : []),
      ...(groups?.length ? [["Groups", `[${groups.join(" ")}]`]] : []),
      ...Object.entries(extra ?? {})
        .sort(([a], [b]) => byBytes(a, b))
        .map(([key, values]) => [`Extra: ${key}`, `[${values.join(" ")}]`]),
    ];
    session.out(new TableWriter().lines(rows));
  },
};

const canI: Verb = {
  name: "can-i",
  summary: "Ask whether something may be done",
  usage: "VERB (TYPE | TYPE/NAME | PATH) | --list",
  flags: {
    "all-namespaces": { kind: "switch", short: "A", help: "in all namespaces" },
    list: { kind: "switch", help: "all that may be done" },
    subresource: { kind: "text", help: "of this subresource" },
    quiet: { kind: "switch", short: "q", help: "the exit code alone" },
    "no-headers": { kind: "switch", help: "no line of headers" },
  },
  async run(session, flags) {
    if (flags.on("list")) return listRules(session);
    const [verb, what] = flags.args;
    if (!verb || !what)
      throw new VerbError(
        "you must specify two or three arguments: verb, resource, and optional resourceName.\nSee 'cox auth can-i -h' for help and examples.",
      );
    const review = await post<{ status: { allowed?: boolean; reason?: string; evaluationError?: string } }>(
      session,
      "authorization.k8s.io",
      "selfsubjectaccessreviews",
      "SelfSubjectAccessReview",
      await attributes(session, verb, what, flags.args[2]),
    );
    const { allowed = false, reason, evaluationError } = review.status;
    if (!flags.on("quiet"))
      session.out(
        `${allowed ? "yes" : "no"}${reason && !allowed ? ` - ${reason}` : ""}${evaluationError ? ` - ${evaluationError}` : ""}\n`,
      );
    if (!allowed) throw new PlainError("", 1);
  },
};

async function attributes(session: Session, verb: string, what: string, third: string | undefined): Promise<object> {
  const { flags } = session;
  if (what.startsWith("/")) return { nonResourceAttributes: { path: what, verb } };
  const [type = "", name = third] = what.split("/");
  const found = (await session.discovery()).find(type);
  if (!found && type !== "*") session.err(`Warning: the server doesn't have a resource type '${type}'\n\n`);
  const namespaced = !flags.on("all-namespaces") && (found?.namespaced ?? true);
  if (found && !found.namespaced)
    session.err(
      `Warning: resource '${found.plural}' is not namespace scoped${found.group ? ` in group '${found.group}'` : ""}\n\n`,
    );
  return {
    resourceAttributes: {
      ...(namespaced && { namespace: session.namespace }),
      verb,
      group: found?.group ?? "",
      resource: found?.plural ?? type,
      ...(flags.text("subresource") && { subresource: flags.text("subresource") }),
      ...(name && { name }),
    },
  };
}

interface RulesReview {
  readonly status: {
    readonly resourceRules?: readonly {
      readonly verbs: string[];
      readonly apiGroups?: string[];
      readonly resources?: string[];
      readonly resourceNames?: string[];
    }[];
    readonly nonResourceRules?: readonly { readonly verbs: string[]; readonly nonResourceURLs?: string[] }[];
  };
}

async function listRules(session: Session): Promise<void> {
  const { status } = await post<RulesReview>(
    session,
    "authorization.k8s.io",
    "selfsubjectrulesreviews",
    "SelfSubjectRulesReview",
    { namespace: session.namespace },
  );
  const rows = ruleRows([...(status.resourceRules ?? []), ...(status.nonResourceRules ?? [])]);
  const list = (texts: readonly string[]): string => `[${texts.join(" ")}]`;
  const head = session.flags.on("no-headers") ? [] : [["Resources", "Non-Resource URLs", "Resource Names", "Verbs"]];
  session.out(
    new TableWriter().lines([
      ...head,
      ...rows.map((row) => [row.resource, list(row.urls), list(row.names), list(row.verbs)]),
    ]),
  );
}

const reconcile: Verb = {
  name: "reconcile",
  summary: "Bring roles and bindings to what files say",
  usage: "-f FILE",
  flags: { ...fileFlags, ...outputFlag },
  async run(session) {
    const reporter = new Reporter(session);
    for (const { resource, namespace, name, object } of await fromFiles(session)) {
      const body = JSON.stringify(object);
      const done = await session.client.patch(resource, namespace, name, {
        type: "apply",
        body,
        query: { fieldManager: "kubectl-auth-reconcile", force: "true" },
      });
      reporter.done(resource, done, "reconciled");
    }
  },
};

export const auth: Verb = {
  name: "auth",
  summary: "Who we are, and what may be done",
  below: [whoami, canI, reconcile],
};

const decide = (name: "approve" | "deny", type: "Approved" | "Denied", done: string): Verb => ({
  name,
  summary: `${type === "Approved" ? "Approve" : "Deny"} a request for a certificate`,
  usage: "NAME ...",
  flags: { ...fileFlags, ...outputFlag, force: { kind: "switch" } },
  async run(session, flags) {
    if (!flags.args.length && !flags.given("filename"))
      throw new VerbError("one or more CSRs must be specified as <name> or -f <filename>");
    const reporter = new Reporter(session);
    const args = flags.args.map((arg) => (arg.includes("/") ? arg : `certificatesigningrequests/${arg}`));
    for (const { resource, name, object } of await existing(session, args)) {
      const status = (object.status ?? {}) as { readonly conditions?: readonly { readonly type: string }[] };
      const other = type === "Approved" ? "Denied" : "Approved";
      if (status.conditions?.some((c) => c.type === other))
        throw new VerbError(`certificate signing request ${JSON.stringify(name)} is already ${other}`);
      const at = rfc3339(session.environment.clock.now());
      const condition = {
        type,
        status: "True",
        reason: `Kubectl${type === "Approved" ? "Approve" : "Deny"}`,
        message: `This CSR was ${type === "Approved" ? "approved" : "denied"} by kubectl certificate ${name === "" ? "" : type === "Approved" ? "approve" : "deny"}.`,
        lastUpdateTime: at,
      };
      const known = status.conditions?.some((c) => c.type === type);
      const conditions = known ? status.conditions : [...(status.conditions ?? []), condition];
      const updated = await session.client.update(
        resource,
        undefined,
        { ...object, status: { ...status, conditions } },
        {},
        "approval",
      );
      reporter.done(resource, updated, done);
    }
  },
});

export const certificate: Verb = {
  name: "certificate",
  summary: "Decide on requests for certificates",
  below: [decide("approve", "Approved", "approved"), decide("deny", "Denied", "denied")],
};
