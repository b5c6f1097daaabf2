/** `cox logs`. */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { qualifiedName } from "../../client/http/discovery.ts";
import { pathOf } from "../../client/http/rest-client.ts";
import type { Pod } from "../../client/kinds.ts";
import { targetsOf } from "../objects/arguments.ts";
import { chooseContainer } from "../pods/containers.ts";
import { byActivity, podsBehind } from "../pods/pods-of.ts";
import { throwAll, VerbError } from "./failures.ts";
import type { Session } from "./session.ts";
import { selectorFlag, type Verb } from "./verb.ts";

interface Source {
  readonly pod: Pod;
  readonly container: string;
}

export const logs: Verb = {
  name: "logs",
  summary: "Show what containers have written (without a pod: what the cluster's process has)",
  usage: "(POD | TYPE/NAME | -l SELECTOR) [CONTAINER]",
  flags: {
    ...selectorFlag,
    follow: { kind: "switch", short: "f", help: "go on with what comes" },
    previous: { kind: "switch", short: "p", help: "of the container before this one" },
    container: { kind: "text", short: "c", help: "which container" },
    "all-containers": { kind: "switch", help: "of all containers" },
    "all-pods": { kind: "switch", help: "of all pods of a workload" },
    tail: { kind: "number", default: "-1", help: "so many of the last lines" },
    since: { kind: "duration", default: "0s", help: "not older than this" },
    "since-time": { kind: "text", help: "not older than this time (RFC 3339)" },
    timestamps: { kind: "switch", help: "each line with its time" },
    prefix: { kind: "switch", help: "each line with its pod and container" },
    "limit-bytes": { kind: "number", default: "0", help: "so many bytes at most" },
    "max-log-requests": { kind: "number", default: "5", help: "how many are followed at once" },
    "ignore-errors": { kind: "switch", help: "go on when one fails" },
    "pod-running-timeout": { kind: "duration", default: "20s" },
    "insecure-skip-tls-verify-backend": { kind: "switch" },
  },
  async run(session, flags) {
    if (!flags.args.length && !flags.given("selector"))
      throw new VerbError(
        "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command\nSee 'cox logs -h' for help and examples",
      );
    if (flags.given("since") && flags.given("since-time"))
      throw new VerbError("at most one of `sinceTime` or `sinceSeconds` may be specified");
    if (flags.given("tail") && flags.number("tail") < -1)
      throw new VerbError("--tail must be greater than or equal to -1");
    const sources = await sourcesOf(session);
    const follow = flags.on("follow");
    if (follow && sources.length > flags.number("max-log-requests"))
      throw new VerbError(
        `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${flags.number("max-log-requests")}, use --max-log-requests to increase the limit`,
      );
    const errors: unknown[] = [];
    const show = (source: Source): Promise<void> =>
      print(session, source, sources.length > 1 || flags.given("selector")).catch((error: unknown) => {
        if (!flags.on("ignore-errors")) errors.push(error);
        else session.err(`error: ${error instanceof Error ? error.message : error}\n`);
      });
    if (follow && sources.length > 1) await Promise.all(sources.map(show));
    else for (const source of sources) if (!errors.length) await show(source);
    throwAll(errors);
  },
};

async function sourcesOf(session: Session): Promise<readonly Source[]> {
  const { flags } = session;
  const [, second] = flags.args;
  const asked =
    flags.text("container") ||
    (second && !flags.args[0]?.includes("/") ? second : flags.args[0]?.includes("/") ? (second ?? "") : "");
  const pods = await podsOf(session);
  return pods.flatMap((pod) => {
    if (!flags.on("all-containers")) return [{ pod, container: chooseContainer(session, pod, asked) }];
    const { initContainers, containers, ephemeralContainers } = pod.spec;
    return [...(initContainers ?? []), ...(containers ?? []), ...(ephemeralContainers ?? [])].map(({ name }) => ({
      pod,
      container: name,
    }));
  });
}

async function podsOf(session: Session): Promise<readonly Pod[]> {
  const { flags, client } = session;
  const podsResource = await session.resource("pods");
  if (flags.given("selector")) {
    const { items } = await client.list(podsResource, session.namespace, { labelSelector: flags.text("selector") });
    if (!items.length) session.err(`No resources found in ${session.namespace} namespace.\n`);
    return items as unknown as readonly Pod[];
  }
  const [word = ""] = flags.args;
  const [target] = (await targetsOf(session, word.includes("/") ? [word] : ["pods", word])).targets;
  if (!target?.name) throw new VerbError(`expected a name: ${word}`);
  const object = await client.get(target.resource, target.namespace, target.name);
  if (qualifiedName(target.resource) === "pods") return [object as unknown as Pod];
  const found = (await podsBehind(session, target.resource, object)).toSorted(byActivity);
  if (!found.length) throw new VerbError("timed out waiting for the condition");
  if (flags.on("all-pods")) return found;
  if (found.length > 1) session.err(`Found ${found.length} pods, using pod/${found[0]?.metadata.name}\n`);
  return found.slice(0, 1);
}

async function print(session: Session, { pod, container }: Source, several: boolean): Promise<void> {
  const { flags, client } = session;
  const name = pod.metadata.name ?? "";
  // of many, the last ten lines of each
  const tail = flags.given("tail") ? flags.number("tail") : flags.given("selector") ? 10 : -1;
  const query = {
    container,
    ...(flags.on("follow") && { follow: "true" }),
    ...(flags.on("previous") && { previous: "true" }),
    ...(flags.on("timestamps") && { timestamps: "true" }),
    ...(tail >= 0 && { tailLines: String(tail) }),
    ...(flags.duration("since") > 0 && { sinceSeconds: String(Math.ceil(flags.duration("since") / 1000)) }),
    ...(flags.given("since-time") && { sinceTime: flags.text("since-time") }),
    ...(flags.number("limit-bytes") > 0 && { limitBytes: String(flags.number("limit-bytes")) }),
  };
  const path = pathOf(await session.resource("pods"), pod.metadata.namespace, name, "log");
  const stream = await client.stream({ path, query, accept: "*/*" });
  const prefix = flags.on("prefix") ? `[pod/${name}/${container}] ` : "";
  if (prefix || (several && flags.on("follow"))) return lines(session, stream, prefix);
  for await (const part of stream) session.out(part as Buffer);
}

async function lines(session: Session, stream: Readable, prefix: string): Promise<void> {
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }))
    session.out(`${prefix}${line}\n`);
}
