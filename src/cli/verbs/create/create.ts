/** `cox create`: from files, or of a kind that it knows how to make. */
import type { KubeObject } from "../../../api/object.ts";
import { withLastApplied } from "../../apply/last-applied.ts";
import { fromFiles } from "../../objects/arguments.ts";
import { matches } from "../apply.ts";
import { PlainError, throwAll, VerbError, whileDoing } from "../failures.ts";
import { dryRunOf, Reporter, writeQuery } from "../report.ts";
import { fileFlags, selectorFlag, type Verb } from "../verb.ts";
import { clusterRole, clusterRoleBinding, role, roleBinding } from "./access.ts";
import * as config from "./config.ts";
import { createFlags, generated } from "./generator.ts";
import * as services from "./services.ts";
import { cronJob, deployment, job } from "./workloads.ts";

const secret: Verb = {
  name: "secret",
  summary: "A secret",
  below: [config.genericSecret, config.registrySecret, config.tlsSecret].map(generated),
};

const service: Verb = {
  name: "service",
  aliases: ["svc"],
  summary: "A service",
  below: [services.clusterIp, services.nodePortService, services.loadBalancer, services.externalName].map(generated),
};

const token: Verb = {
  name: "token",
  summary: "A token of a service account",
  usage: "SERVICE_ACCOUNT_NAME [--duration=1h] [--audience=AUDIENCE]",
  flags: {
    duration: { kind: "duration", help: "how long it is good" },
    audience: { kind: "list", help: "whom it is for" },
    output: { kind: "text", short: "o" },
  },
  async run(session, flags) {
    const [name] = flags.args;
    if (!name || flags.args.length > 1) throw new VerbError(`exactly one NAME is required, got ${flags.args.length}`);
    const accounts = await session.resource("serviceaccounts");
    const seconds = Math.floor(flags.duration("duration") / 1000);
    const spec = {
      ...(flags.given("audience") && { audiences: flags.all("audience") }),
      ...(seconds > 0 && { expirationSeconds: seconds }),
    };
    const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec };
    const answer = (await session.client
      .post(accounts, session.namespace, name, "token", request)
      .catch((error: unknown) => {
        throw new VerbError(`failed to create token: ${error instanceof Error ? error.message : error}`);
      })) as KubeObject & { readonly status?: { readonly token?: string } };
    session.out(`${answer.status?.token ?? ""}\n`);
  },
};

export const create: Verb = {
  name: "create",
  summary: "Make objects, from files or by kind (`create cluster` makes a cluster)",
  usage: "(-f FILE | KIND NAME)",
  flags: { ...createFlags, ...fileFlags, ...selectorFlag },
  below: [
    ...[deployment, job, cronJob, config.configMap, config.namespace, config.quota, config.serviceAccount].map(
      generated,
    ),
    ...[config.priorityClass, config.disruptionBudget, role, clusterRole, roleBinding, clusterRoleBinding].map(
      generated,
    ),
    generated(services.ingress),
    secret,
    service,
    token,
  ],
  async run(session, flags) {
    if (!flags.given("filename")) throw new PlainError("error: must specify one of -f and -k\n");
    if (flags.args.length)
      throw new VerbError(`Unexpected args: [${flags.args.join(" ")}]\nSee 'cox create -h' for help and examples`);
    const reporter = new Reporter(session);
    const found = (await fromFiles(session)).filter(({ object }) => matches(object, flags.text("selector")));
    if (!found.length) throw new VerbError("no objects passed to create");
    const errors: unknown[] = [];
    for (const { resource, namespace, object, source } of found) {
      try {
        const given = flags.on("save-config") ? withLastApplied(object) : object;
        const made =
          dryRunOf(session) === "client"
            ? given
            : await session.client.create(resource, namespace, given, writeQuery(session));
        reporter.done(resource, made, "created");
      } catch (error) {
        errors.push(whileDoing("creating", source, error));
      }
    }
    throwAll(errors);
  },
};
