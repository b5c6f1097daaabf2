/** `cox delete`. */
import type { KubeObject } from "../../api/object.ts";
import { existing, fromFiles, singular, type Target, targetsOf } from "../objects/arguments.ts";
import { isNotFound } from "../objects/manifests.ts";
import { throwAll, VerbError, whileDoing } from "./failures.ts";
import { dryRunOf } from "./report.ts";
import type { Session } from "./session.ts";
import { dryRunFlag, fileFlags, outputFlag, selectorFlag, type Verb } from "./verb.ts";
import { type Awaited, waitGone } from "./waiting.ts";

export const deleteVerb: Verb = {
  name: "delete",
  summary: "Delete objects (`delete cluster` ends a cluster)",
  usage: "(TYPE NAME ... | TYPE/NAME ... | TYPE -l SELECTOR | TYPE --all | -f FILE)",
  flags: {
    ...fileFlags,
    ...selectorFlag,
    ...outputFlag,
    ...dryRunFlag,
    all: { kind: "switch", help: "all of the type" },
    "all-namespaces": { kind: "switch", short: "A", help: "in all namespaces" },
    "field-selector": { kind: "text", help: "select by fields" },
    cascade: { kind: "text", default: "background", bare: "background", help: "background, orphan or foreground" },
    force: { kind: "switch", help: "do not wait for what runs to end" },
    "grace-period": { kind: "number", default: "-1", help: "how many seconds pods get to end" },
    now: { kind: "switch", help: "a grace period of one second" },
    "ignore-not-found": { kind: "switch", help: "what is not there is no error" },
    timeout: { kind: "duration", default: "0s", help: "how long to wait" },
    wait: { kind: "switch", default: "true", help: "wait until they are gone" },
    raw: { kind: "text", help: "a path of the server's" },
  },
  async run(session, flags) {
    if (flags.given("raw"))
      return void session.out(
        `${(await session.client.transport.text({ method: "DELETE", path: flags.text("raw") })).text}\n`,
      );
    const { grace, wait } = graceOf(session);
    const targets = await chosen(session);
    const errors: unknown[] = [];
    const deleted: { readonly target: Awaited; readonly uid: string | undefined }[] = [];
    for (const { source, ...target } of targets) {
      try {
        const uid = await deleteOne(session, target, grace);
        deleted.push({ target, uid });
      } catch (error) {
        if (!((flags.on("ignore-not-found") || sweeping(session)) && isNotFound(error)))
          errors.push(whileDoing("deleting", source, error));
        else deleted.push({ target, uid: undefined });
      }
    }
    if (!targets.length) session.out("No resources found\n");
    throwAll(errors);
    if (!wait || dryRunOf(session) !== "none") return;
    const timeoutMs = flags.duration("timeout") || -1;
    for (const { target, uid } of deleted) {
      if (!(await waitGone(session, target, uid, timeoutMs)))
        throw new VerbError(`timed out waiting for the condition on ${target.resource.plural}/${target.name}`);
    }
  },
};

const sweeping = ({ flags }: Session): boolean =>
  flags.on("all") || flags.given("selector") || flags.given("field-selector");

/** How long pods get, and whether it waits for them: what is forced is not waited for. */
function graceOf(session: Session): { readonly grace: number | undefined; readonly wait: boolean } {
  const { flags } = session;
  let grace = flags.number("grace-period");
  let wait = flags.on("wait");
  if (flags.on("now")) {
    if (grace !== -1) throw new VerbError("--now and --grace-period cannot be specified together");
    grace = 1;
  }
  if (grace === 0 && !flags.on("force")) {
    // a pod that goes at once, but only once the kubelet has ended it
    grace = 1;
    if (!flags.given("wait")) wait = true;
  }
  if (flags.on("force")) {
    if (grace < 0) grace = 0;
    if (grace > 0 && !flags.on("now"))
      throw new VerbError("--force and --grace-period greater than 0 cannot be specified together");
    if (grace === 0)
      session.warn(
        "Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.",
      );
  }
  return { grace: grace < 0 ? undefined : grace, wait };
}

async function chosen(session: Session): Promise<readonly (Awaited & { readonly source: string })[]> {
  const { flags } = session;
  if (flags.on("all") && flags.given("selector"))
    throw new VerbError("cannot set --all and --selector at the same time");
  if (flags.on("all") && flags.given("field-selector"))
    throw new VerbError("cannot set --all and --field-selector at the same time");
  if (flags.given("filename")) return fromFiles(session);
  if (!flags.args.length)
    throw new VerbError(
      "You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'",
    );
  const { targets } = await targetsOf(session, flags.args, flags.on("all-namespaces"));
  const named = targets.filter((target): target is Target & { readonly name: string } => target.name !== undefined);
  if (named.length) {
    if (sweeping(session) && (flags.given("selector") || flags.given("field-selector")))
      throw new VerbError("name cannot be provided when a selector is specified");
    return named.map((target) => ({ ...target, source: "" }));
  }
  if (!sweeping(session)) throw new VerbError("resource(s) were provided, but no name was specified");
  return existing(session);
}

/** Resolves to the uid of what goes. */
async function deleteOne(
  session: Session,
  { resource, namespace, name }: Awaited,
  grace: number | undefined,
): Promise<string | undefined> {
  const { flags, client } = session;
  const dryRun = dryRunOf(session);
  let answer: KubeObject | undefined;
  if (dryRun !== "client") {
    const options = {
      ...(grace !== undefined && { gracePeriodSeconds: grace }),
      propagationPolicy: propagation(flags.text("cascade")),
    };
    answer = await client.delete(resource, namespace, name, options, dryRun === "server" ? { dryRun: "All" } : {});
  }
  const suffix = dryRun === "none" ? "" : dryRun === "client" ? " (dry run)" : " (server dry run)";
  const how = flags.on("force") ? "force deleted" : "deleted";
  if (flags.text("output") === "name") session.out(`${singular(resource)}/${name}\n`);
  else
    session.out(`${singular(resource)} "${name}" ${how}${namespace ? ` from ${namespace} namespace` : ""}${suffix}\n`);
  const { details } = (answer ?? {}) as { details?: { uid?: string } };
  return answer?.kind === "Status" ? details?.uid : answer?.metadata.uid;
}

function propagation(cascade: string): string {
  switch (cascade) {
    case "background":
    case "true":
      return "Background";
    case "orphan":
    case "false":
      return "Orphan";
    case "foreground":
      return "Foreground";
    default:
      throw new VerbError(`invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`);
  }
}
