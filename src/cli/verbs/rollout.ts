/** `cox rollout`. */

import { deepEqual, type KubeObject } from "../../api/object.ts";
import { rfc3339 } from "../../base/clock.ts";
import { qualifiedName } from "../../client/http/discovery.ts";
import type { Deployment } from "../../client/kinds.ts";
import { lastApplied } from "../apply/last-applied.ts";
import { Page } from "../describe/page.ts";
import { describeTemplate } from "../describe/pod.ts";
import { eachExisting, type Found, shown } from "../objects/arguments.ts";
import { aligned } from "../output/tab-writer.ts";
import { historyOf, type Revision } from "../rollout/history.ts";
import { withoutHash } from "../rollout/replica-sets.ts";
import { rolloutStatus } from "../rollout/status.ts";
import { VerbError } from "./failures.ts";
import { dryRunOf, Reporter, writeQuery } from "./report.ts";
import type { Session } from "./session.ts";
import { dryRunFlag, fileFlags, managerFlag, outputFlag, selectorFlag, type Verb } from "./verb.ts";
import { waitFor } from "./waiting.ts";

const where = "(TYPE NAME | TYPE/NAME | -f FILE)";
const common = { ...fileFlags, ...selectorFlag };
const needed = (session: Session): void => {
  if (!session.flags.args.length && !session.flags.given("filename"))
    throw new VerbError("required resource not specified");
};

const status: Verb = {
  name: "status",
  summary: "Show how a rollout goes, until it is done",
  usage: where,
  flags: {
    ...common,
    watch: { kind: "switch", short: "w", default: "true", help: "until it is done" },
    timeout: { kind: "duration", default: "0s", help: "how long" },
    revision: { kind: "number", default: "0", help: "of this revision alone" },
  },
  async run(session, flags) {
    needed(session);
    await eachExisting(session, async ({ resource, namespace, name }) => {
      const kind = { apiVersion: `${resource.group}/${resource.version}`, kind: resource.kind };
      let seen = "";
      const timeoutMs = flags.duration("timeout") || -1;
      const reached = await waitFor(
        session,
        { resource, namespace, name },
        (object) => {
          if (!object) throw new VerbError("object has been deleted");
          const { text, done } = rolloutStatus({ ...kind, ...object }, flags.number("revision"));
          const version = `${object.metadata.resourceVersion}`;
          // a list that is read anew tells nothing new
          if (version !== seen) session.out(`${text}\n`);
          seen = version;
          return done || !flags.on("watch");
        },
        timeoutMs,
      );
      if (!reached) throw new VerbError("timed out waiting for the condition");
    });
  },
};

const history: Verb = {
  name: "history",
  summary: "Show the revisions of a workload",
  usage: where,
  flags: { ...common, ...outputFlag, revision: { kind: "number", default: "0", help: "this one, in full" } },
  async run(session, flags) {
    needed(session);
    const wanted = flags.number("revision");
    if (wanted < 0) throw new VerbError(`revision must be a positive integer: ${wanted}`);
    await eachExisting(session, async ({ resource, name, object }) => {
      const revisions = await historyOf(session, object);
      const text = wanted ? oneRevision(session, revisions, wanted) : allRevisions(revisions);
      session.out(`${shown({ resource, name })} ${wanted ? `with revision #${wanted}` : ""}\n${text}\n`);
    });
  },
};

function allRevisions(revisions: readonly Revision[]): string {
  if (!revisions.length) return "No rollout history found.";
  const rows = revisions.map(({ number, cause }) => `${number}\t${cause}\n`).join("");
  return aligned(`REVISION\tCHANGE-CAUSE\n${rows}`, { least: 0, padding: 2 });
}

function oneRevision(session: Session, revisions: readonly Revision[], wanted: number): string {
  const found = revisions.find(({ number }) => number === wanted);
  if (!found) throw new VerbError("unable to find the specified revision");
  const page = new Page(session.environment.clock.now());
  describeTemplate(page, found.template);
  return page.raw; // kubectl leaves the tabs in
}

const undo: Verb = {
  name: "undo",
  summary: "Go back to an earlier revision",
  usage: where,
  flags: {
    ...common,
    ...outputFlag,
    ...dryRunFlag,
    "to-revision": { kind: "number", default: "0", help: "to this one; 0: the last" },
  },
  async run(session, flags) {
    needed(session);
    const reporter = new Reporter(session);
    await eachExisting(session, async (found) => {
      const { resource, namespace, name, object } = found;
      if (object.metadata.annotations?.[lastApplied])
        session.warn(
          `resource ${resource.plural}/${name} was previously managed with 'kubectl apply'. Rolling back will not update the kubectl.kubernetes.io/last-applied-configuration annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead.`,
        );
      if (!["Deployment", "DaemonSet", "StatefulSet"].includes(resource.kind))
        throw new VerbError(
          `no rollbacker has been implemented for ${JSON.stringify(`${resource.kind}${resource.group ? `.${resource.group}` : ""}`)}`,
        );
      const target = revisionToGoTo(await historyOf(session, object), object, flags.number("to-revision"));
      const spec = (object as unknown as Deployment).spec;
      if (object.kind === "Deployment" && spec.paused)
        throw new VerbError(
          "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
        );
      if (deepEqual(withoutHash(target.template), withoutHash(spec.template)))
        return reporter.done(
          resource,
          object,
          `skipped rollback (current template already matches revision ${target.number})`,
        );
      if (dryRunOf(session) !== "client") await goBack(session, { resource, namespace, name, object }, target);
      reporter.done(resource, object, "rolled back");
    });
  },
};

/** The revision that is named, or the one before the last. Throws VerbError where there is none. */
function revisionToGoTo(revisions: readonly Revision[], object: KubeObject, wanted: number): Revision {
  const found = wanted ? revisions.find(({ number }) => number === wanted) : revisions.at(-2);
  if (found) return found;
  if (wanted) throw new VerbError(`unable to find specified revision ${wanted} in history`);
  throw new VerbError(
    object.kind === "Deployment"
      ? `no rollout history found for deployment ${JSON.stringify(object.metadata.name)}`
      : "no last revision to roll back to",
  );
}

const copiedNot = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  "deployment.kubernetes.io/revision",
  "deployment.kubernetes.io/revision-history",
  "deployment.kubernetes.io/desired-replicas",
  "deployment.kubernetes.io/max-replicas",
  "deprecated.deployment.rollback.to",
]);

async function goBack(
  session: Session,
  { resource, namespace, name, object }: Omit<Found, "source">,
  { template, patch, number }: Revision,
): Promise<void> {
  const query = dryRunOf(session) === "server" ? { dryRun: "All" } : {};
  if (patch) {
    await session.client.patch(resource, namespace, name, { type: "strategic", body: JSON.stringify(patch), query });
    return;
  }
  const { "pod-template-hash": _, ...labels } = template?.metadata?.labels ?? {};
  const { "kubernetes.io/change-cause": cause, ...annotations } = template?.metadata?.annotations ?? {};
  const metadata = { ...template?.metadata, labels, ...(Object.keys(annotations).length ? { annotations } : {}) };
  if (!Object.keys(annotations).length) delete (metadata as { annotations?: unknown }).annotations;
  const kept = Object.fromEntries(
    Object.entries(object.metadata.annotations ?? {}).filter(([key]) => copiedNot.has(key)),
  );
  const back = [
    { op: "replace", path: "/spec/template", value: { ...template, metadata } },
    {
      op: "replace",
      path: "/metadata/annotations",
      value: { ...kept, ...(cause && { "kubernetes.io/change-cause": cause }) },
    },
  ];
  await session.client
    .patch(resource, namespace, name, { type: "json", body: JSON.stringify(back), query })
    .catch((error: unknown) => {
      throw new VerbError(`failed restoring revision ${number}: ${error instanceof Error ? error.message : error}`);
    });
}

/** A verb that changes a field of the workloads that can have it. */
function changing(
  name: "restart" | "pause" | "resume",
  summary: string,
  done: string,
  patchOf: (found: Found, session: Session) => object,
): Verb {
  return {
    name,
    summary,
    usage: where,
    flags: { ...common, ...outputFlag, ...dryRunFlag, ...managerFlag("kubectl-rollout") },
    async run(session) {
      needed(session);
      const reporter = new Reporter(session);
      const count = await eachExisting(session, async (found) => {
        const { resource, namespace, name: called } = found;
        const body = JSON.stringify(patchOf(found, session));
        const patched = await session.client.patch(resource, namespace, called, {
          type: "strategic",
          body,
          query: writeQuery(session),
        });
        reporter.done(resource, patched, done);
      });
      if (!count) session.err(`No resources found in ${session.namespace} namespace.\n`);
    },
  };
}

const refuse = ({ resource, name }: Found, why: string): VerbError =>
  new VerbError(`error: ${qualifiedName(resource)} ${JSON.stringify(name)} ${why}`);
const isPaused = ({ object }: Found): boolean => (object as unknown as Deployment).spec?.paused === true;

const restart = changing("restart", "Make all pods anew", "restarted", (found, session) => {
  if (!["Deployment", "DaemonSet", "StatefulSet"].includes(found.resource.kind))
    throw refuse(found, "restarting is not supported");
  if (isPaused(found)) throw refuse(found, "can't restart paused deployment (run rollout resume first)");
  const at = rfc3339(session.environment.clock.now());
  return { spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": at } } } } };
});
const pause = changing("pause", "Hold a rollout", "paused", (found) => {
  if (found.resource.kind !== "Deployment") throw refuse(found, "pausing is not supported");
  if (isPaused(found)) throw refuse(found, "is already paused");
  return { spec: { paused: true } };
});
const resume = changing("resume", "Let a rollout that is held go on", "resumed", (found) => {
  if (found.resource.kind !== "Deployment") throw refuse(found, "resuming is not supported");
  if (!isPaused(found)) throw refuse(found, "is not paused");
  return { spec: { paused: null } };
});

export const rollout: Verb = {
  name: "rollout",
  summary: "Look at and steer rollouts of deployments, daemon sets and stateful sets",
  below: [status, history, undo, restart, pause, resume],
};
