/** What is done to nodes: `cox cordon`, `uncordon`, `drain`, `taint`. */

import { ApiError } from "../../api/errors.ts";
import type { KubeObject } from "../../api/object.ts";
import { sleep } from "../../base/clock.ts";
import type { Node, Pod } from "../../client/kinds.ts";
import { taintText } from "../describe/node.ts";
import { eachExisting, type Found } from "../objects/arguments.ts";
import { PlainError, throwAll, VerbError } from "./failures.ts";
import { dryRunOf, Reporter, writeQuery } from "./report.ts";
import type { Session } from "./session.ts";
import { dryRunFlag, outputFlag, selectorFlag, type Verb } from "./verb.ts";
import { waitGone } from "./waiting.ts";

const suffix = (session: Session): string =>
  ({ none: "", client: " (dry run)", server: " (server dry run)" })[dryRunOf(session)];

async function setUnschedulable(session: Session, { resource, name, object }: Found, wanted: boolean): Promise<void> {
  const now = (object as unknown as Node).spec?.unschedulable ?? false;
  const word = wanted ? "cordoned" : "uncordoned";
  if (now === wanted) {
    session.out(`node/${name} already ${word}${suffix(session)}\n`);
    return;
  }
  const body = JSON.stringify({ spec: { unschedulable: wanted ? true : null } });
  if (dryRunOf(session) !== "client")
    await session.client.patch(resource, undefined, name, { type: "strategic", body, query: writeQuery(session) });
  session.out(`node/${name} ${word}${suffix(session)}\n`);
}

const nodeArgs = ({ flags }: Session): readonly string[] => {
  if (!flags.args.length && !flags.given("selector"))
    throw new VerbError("USAGE: NODE [flags]\nSee 'cox cordon -h' for help and examples");
  if (flags.args.length && flags.given("selector"))
    throw new VerbError("error: cannot specify both a node name and a --selector option");
  return flags.args.length ? flags.args.map((arg) => (arg.includes("/") ? arg : `node/${arg}`)) : ["nodes"];
};

const simple = (name: "cordon" | "uncordon", wanted: boolean, summary: string): Verb => ({
  name,
  summary,
  usage: "NODE ...",
  flags: { ...selectorFlag, ...dryRunFlag },
  async run(session) {
    await eachExisting(session, (found) => setUnschedulable(session, found, wanted), nodeArgs(session));
  },
});

export const cordon = simple("cordon", true, "Let no new pods come to a node");
export const uncordon = simple("uncordon", false, "Let pods come to a node again");

export const drain: Verb = {
  name: "drain",
  summary: "Send the pods of a node away",
  usage: "NODE ... [--ignore-daemonsets] [--delete-emptydir-data] [--force]",
  flags: {
    ...selectorFlag,
    ...dryRunFlag,
    force: { kind: "switch", help: "also pods that nobody will make anew" },
    "ignore-daemonsets": { kind: "switch", help: "leave pods of daemon sets" },
    "delete-emptydir-data": { kind: "switch", help: "also pods whose data goes with them" },
    "grace-period": { kind: "number", default: "-1", help: "how many seconds pods get" },
    timeout: { kind: "duration", default: "0s", help: "how long to wait" },
    "disable-eviction": { kind: "switch", help: "delete, do not ask budgets" },
    "pod-selector": { kind: "text", help: "pods with these labels alone" },
    "skip-wait-for-delete-timeout": { kind: "number", default: "0" },
    "chunk-size": { kind: "number", default: "500" },
  },
  async run(session) {
    const nodes: Found[] = [];
    await eachExisting(
      session,
      async (found) => {
        await setUnschedulable(session, found, true);
        nodes.push(found);
      },
      nodeArgs(session),
    );
    for (const { name } of nodes) {
      await drainOne(session, name);
      session.out(`node/${name} drained${suffix(session)}\n`);
    }
  },
};

interface Sorted {
  readonly go: readonly Pod[];
  readonly refused: ReadonlyMap<string, readonly string[]>;
  readonly warned: ReadonlyMap<string, readonly string[]>;
}

async function drainOne(session: Session, node: string): Promise<void> {
  const { flags, client } = session;
  const pods = await session.resource("pods");
  const { items } = await client.list(pods, undefined, {
    fieldSelector: `spec.nodeName=${node}`,
    labelSelector: flags.text("pod-selector") || undefined,
  });
  const { go, refused, warned } = sorted(session, items as unknown as readonly Pod[]);
  const text = (map: ReadonlyMap<string, readonly string[]>): string =>
    [...map].map(([why, names]) => `${why}: ${names.join(", ")}`).join("; ");
  if (refused.size) {
    const faults = [...refused].map(([why, names]) => `cannot delete ${why}: ${names.join(", ")}`);
    const all = faults.length > 1 ? `[${faults.join(", ")}]` : faults[0];
    session.err(
      `error: unable to drain node "${node}" due to error: ${all}, continuing command...\nThere are pending nodes to be drained:\n ${node}\n`,
    );
    throw new PlainError(faults.length > 1 ? faults.join("\n") : `error: ${faults[0]}`);
  }
  if (warned.size) session.err(`Warning: ${text(warned)}\n`);
  const errors: unknown[] = [];
  await Promise.all(go.map((pod) => evict(session, pod).catch((error: unknown) => errors.push(error))));
  throwAll(errors);
}

function sorted({ flags }: Session, pods: readonly Pod[]): Sorted {
  const [refused, warned] = [new Map<string, string[]>(), new Map<string, string[]>()];
  const note = (map: Map<string, string[]>, why: string, { metadata }: Pod): void =>
    void map.set(why, [...(map.get(why) ?? []), `${metadata.namespace}/${metadata.name}`]);
  const go = pods.filter((pod) => {
    const ended = pod.status.phase === "Succeeded" || pod.status.phase === "Failed";
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller);
    if (pod.metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined) return false;
    if (owner?.kind === "DaemonSet" && !ended) {
      if (flags.on("ignore-daemonsets")) note(warned, "ignoring DaemonSet-managed Pods", pod);
      else note(refused, "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)", pod);
      return false;
    }
    if (!ended && pod.spec.volumes?.some(({ emptyDir }) => emptyDir) && !flags.on("delete-emptydir-data")) {
      note(refused, "Pods with local storage (use --delete-emptydir-data to override)", pod);
      return false;
    }
    if (!ended && !owner) {
      if (!flags.on("force")) {
        note(refused, "Pods that declare no controller (use --force to override)", pod);
        return false;
      }
      note(warned, "deleting Pods that declare no controller", pod);
    }
    return true;
  });
  return { go, refused, warned };
}

const retryMs = 5_000;

async function evict(session: Session, pod: Pod): Promise<void> {
  const { flags, client, environment } = session;
  const { name = "", namespace = "", uid } = pod.metadata;
  const pods = await session.resource("pods");
  const dryRun = dryRunOf(session);
  const grace = flags.number("grace-period");
  const deleteOptions = grace >= 0 ? { gracePeriodSeconds: grace } : {};
  const timeoutMs = flags.duration("timeout") || -1;
  const until = environment.clock.now() + timeoutMs;
  session.out(`evicting pod ${namespace}/${name}${suffix(session)}\n`);
  if (dryRun !== "none") return;
  for (;;) {
    try {
      if (flags.on("disable-eviction")) await client.delete(pods, namespace, name, deleteOptions);
      else
        await client.post(pods, namespace, name, "eviction", {
          apiVersion: "policy/v1",
          kind: "Eviction",
          metadata: { name, namespace },
          deleteOptions,
        });
      break;
    } catch (error) {
      if (error instanceof ApiError && error.reason === "NotFound") return;
      if (!(error instanceof ApiError && error.code === 429))
        throw new VerbError(
          `error when evicting pods/"${name}" -n "${namespace}": ${error instanceof Error ? error.message : error}`,
        );
      session.err(`error when evicting pods/"${name}" -n "${namespace}" (will retry after 5s): ${error.message}\n`);
      if (timeoutMs > 0 && environment.clock.now() + retryMs > until)
        throw new VerbError(
          `error when evicting pods/"${name}" -n "${namespace}": global timeout reached: ${timeoutMs / 1000}s`,
        );
      await sleep(environment.clock, retryMs);
    }
  }
  if (!(await waitGone(session, { resource: pods, namespace, name }, uid, timeoutMs)))
    throw new VerbError(
      `error when waiting for pod "${name}" in namespace "${namespace}" to terminate: global timeout reached: ${timeoutMs / 1000}s`,
    );
}

interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect?: string;
  readonly timeAdded?: string | null;
}

const taintEffects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

export const taint: Verb = {
  name: "taint",
  summary: "Set and remove taints of nodes",
  usage: "nodes NAME KEY=VALUE:EFFECT ... KEY[:EFFECT]- ...",
  flags: {
    ...selectorFlag,
    ...outputFlag,
    ...dryRunFlag,
    all: { kind: "switch", help: "all nodes" },
    overwrite: { kind: "switch", help: "in place of a taint that is there" },
    "field-manager": { kind: "text", default: "kubectl-taint" },
    "show-managed-fields": { kind: "switch" },
  },
  async run(session, flags) {
    const at = flags.args.findIndex((arg, i) => i > 0 && (/[=:]/.test(arg) || arg.endsWith("-")));
    const [targets, specs] = at < 0 ? [flags.args, []] : [flags.args.slice(0, at), flags.args.slice(at)];
    if (!targets.length) throw new VerbError("one or more resources must be specified as <resource> <name>");
    if (!specs.length) throw new VerbError("at least one taint update is required");
    const add = specs.filter((spec) => !spec.endsWith("-")).map(parseTaint);
    const remove = specs
      .filter((spec) => spec.endsWith("-"))
      .map((spec) => {
        const [key = "", effect] = spec.slice(0, -1).split(":");
        return { key: key.split("=")[0] ?? "", ...(effect && { effect }) };
      });
    const reporter = new Reporter(session);
    await eachExisting(
      session,
      async ({ resource, name, object }) => {
        if (resource.plural !== "nodes")
          throw new VerbError(`invalid resource type ${resource.plural}, only node types are supported`);
        const have = ((object as unknown as Node).spec?.taints ?? []) as readonly Taint[];
        const taints = changedTaints(name, have, add, remove, flags.on("overwrite"));
        const body = JSON.stringify({ spec: { taints } });
        const patched: KubeObject =
          dryRunOf(session) === "client"
            ? object
            : await session.client.patch(resource, undefined, name, {
                type: "merge",
                body,
                query: writeQuery(session),
              });
        reporter.done(
          resource,
          patched,
          add.length && remove.length ? "modified" : add.length ? "tainted" : "untainted",
        );
      },
      targets,
    );
  },
};

function parseTaint(spec: string): Taint {
  const [, key, value, effect] = /^([^=:]+)(?:=([^:]*))?:(\w+)$/.exec(spec) ?? [];
  if (!key || !effect) throw new VerbError(`invalid taint spec: ${spec}\nSee 'cox taint -h' for help and examples`);
  if (!taintEffects.includes(effect))
    throw new VerbError(
      `invalid taint effect: ${effect}, unsupported taint effect\nSee 'cox taint -h' for help and examples`,
    );
  return { key, ...(value !== undefined && value !== "" && { value }), effect };
}

function changedTaints(
  node: string,
  have: readonly Taint[],
  add: readonly Taint[],
  remove: readonly Taint[],
  overwrite: boolean,
): readonly Taint[] {
  const same = (a: Taint, b: Taint): boolean => a.key === b.key && (b.effect === undefined || a.effect === b.effect);
  const known = add.filter((one) => have.some((other) => same(other, one)));
  if (known.length && !overwrite)
    throw new VerbError(
      `node ${node} already has [${known.map(({ key, effect }) => `${key}:${effect}`).join(" ")}] taint(s) with same effect(s) and --overwrite is false`,
    );
  const missing = remove.filter((one) => !have.some((other) => same(other, one)));
  throwAll(missing.map((one) => new VerbError(`taint ${JSON.stringify(taintText(one))} not found`)));
  const kept = have.filter((other) => !remove.some((one) => same(other, one)) && !add.some((one) => same(other, one)));
  return [...add, ...kept];
}
