/** `cox debug`: a container beside those of a pod, a copy of a pod, or a pod in a node's own namespaces. */
import type { KubeObject } from "../../api/object.ts";
import { nameSuffix, unpredictable } from "../../base/random.ts";
import { qualifiedName } from "../../client/http/discovery.ts";
import type { Node, Pod } from "../../client/kinds.ts";
import type { FlagSet } from "../flags.ts";
import { targetsOf } from "../objects/arguments.ts";
import { canUseTerminal, runSession, throwFailure } from "../pods/terminal.ts";
import { VerbError } from "./failures.ts";
import type { Session } from "./session.ts";
import type { Verb } from "./verb.ts";
import { waitFor } from "./waiting.ts";

const debugFlags: FlagSet = {
  image: { kind: "text", help: "the image of the container" },
  container: { kind: "text", short: "c", help: "its name" },
  target: { kind: "text", help: "the container whose processes it sees" },
  "copy-to": { kind: "text", help: "make a copy of the pod, of this name" },
  replace: { kind: "switch", help: "delete the pod that is copied" },
  "same-node": { kind: "switch", help: "the copy on the node of the pod" },
  "share-processes": { kind: "switch", default: "true", help: "the copy's containers see each other's processes" },
  "set-image": { kind: "csv", help: "container=image, in the copy" },
  env: { kind: "list", help: "name=value" },
  "image-pull-policy": { kind: "text" },
  "arguments-only": { kind: "switch", help: "what stands behind -- are arguments, no command" },
  attach: { kind: "switch", help: "join it" },
  stdin: { kind: "switch", short: "i", help: "send it the input" },
  tty: { kind: "switch", short: "t", help: "with a terminal" },
  quiet: { kind: "switch", short: "q", help: "say less" },
  profile: { kind: "text", default: "general", help: "general, baseline, restricted, netadmin or sysadmin" },
};

export const debug: Verb = {
  name: "debug",
  summary: "Look into a pod or a node with a container of another image",
  usage: "(POD | TYPE/NAME) --image=IMAGE [-it] [--target=CONTAINER | --copy-to=NAME] [-- COMMAND]",
  flags: debugFlags,
  async run(session, flags) {
    const [word] = flags.args;
    if (!word || flags.dash === 0) throw new VerbError("NAME or filename is required for debug");
    check(session);
    const [target] = (await targetsOf(session, word.includes("/") ? [word] : ["pods", word])).targets;
    if (!target?.name) throw new VerbError("NAME or filename is required for debug");
    const object = await session.client.get(target.resource, target.namespace, target.name);
    const kind = qualifiedName(target.resource);
    if (kind !== "pods" && kind !== "nodes")
      throw new VerbError(`${JSON.stringify(target.resource.kind)} not supported by debug`);
    const name = containerName(session);
    const pod = await (kind === "nodes"
      ? onNode(session, object, name)
      : flags.text("copy-to")
        ? copied(session, object, name)
        : beside(session, object, name));
    if (flags.on("attach") || flags.on("stdin")) await join(session, pod, name);
  },
};

function check(session: Session): void {
  const { flags } = session;
  const copy = flags.text("copy-to");
  if (!flags.text("image") && !flags.given("set-image") && !copy)
    throw new VerbError("you must specify --image when not using --copy-to.");
  if (flags.given("replace") && !copy) throw new VerbError("--replace may only be used with --copy-to.");
  if (flags.given("same-node") && !copy) throw new VerbError("--same-node may only be used with --copy-to.");
  if (flags.given("set-image") && !copy) throw new VerbError("--set-image may only be used with --copy-to.");
  if (flags.text("target") && copy)
    throw new VerbError("--target is incompatible with --copy-to. Use --share-processes instead.");
  if (flags.on("tty") && !flags.on("stdin"))
    throw new VerbError("-i/--stdin is required for containers with -t/--tty=true");
  if (flags.text("target") && !flags.on("quiet"))
    session.out(
      `Targeting container ${JSON.stringify(flags.text("target"))}. If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n`,
    );
}

function containerName(session: Session): string {
  const { flags } = session;
  const given = flags.text("container");
  if (given) return given;
  const made = `debugger-${nameSuffix(unpredictable)}`;
  if (!flags.on("quiet")) session.out(`Defaulting debug container name to ${made}.\n`);
  return made;
}

function containerOf({ flags }: Session, name: string): Record<string, unknown> {
  const words = flags.dash === undefined ? [] : flags.args.slice(flags.dash);
  const capabilities = { general: ["SYS_PTRACE"], netadmin: ["NET_ADMIN", "NET_RAW"] }[flags.text("profile")];
  return {
    name,
    image: flags.text("image"),
    ...(words.length && { [flags.on("arguments-only") ? "args" : "command"]: words }),
    ...(flags.given("env") && {
      env: flags
        .all("env")
        .map((text) => ({ name: text.split("=")[0] ?? "", value: text.slice(text.indexOf("=") + 1) })),
    }),
    ...(flags.text("image-pull-policy") && { imagePullPolicy: flags.text("image-pull-policy") }),
    ...(flags.on("stdin") && { stdin: true }),
    ...(flags.on("tty") && { tty: true }),
    ...(capabilities && { securityContext: { capabilities: { add: capabilities } } }),
    ...(flags.text("profile") === "sysadmin" && { securityContext: { privileged: true } }),
    terminationMessagePolicy: "File",
  };
}

/** An ephemeral container in the pod itself. */
async function beside(session: Session, object: KubeObject, name: string): Promise<Pod> {
  const pods = await session.resource("pods");
  const target = session.flags.text("target");
  const container = { ...containerOf(session, name), ...(target && { targetContainerName: target }) };
  const body = JSON.stringify({ spec: { ephemeralContainers: [container] } });
  const patched = await session.client.patch(pods, object.metadata.namespace, object.metadata.name ?? "", {
    type: "strategic",
    body,
    subresource: "ephemeralcontainers",
  });
  return patched as unknown as Pod;
}

/** The pod anew, under another name, with what is asked for. */
async function copied(session: Session, object: KubeObject, name: string): Promise<Pod> {
  const { flags, client } = session;
  const { spec } = object as unknown as Pod;
  const { nodeName, ephemeralContainers: _, ...rest } = spec;
  const images = new Map(
    flags.all("set-image").map((text) => [text.split("=")[0] ?? "", text.slice(text.indexOf("=") + 1)] as const),
  );
  const containers: Record<string, unknown>[] = (spec.containers ?? []).map(
    ({ livenessProbe: _l, readinessProbe: _r, startupProbe: _s, ...one }) => {
      const image = images.get(one.name) ?? images.get("*");
      return { ...one, ...(image && { image }) };
    },
  );
  const known = containers.findIndex((one) => one.name === name);
  if (flags.text("image")) {
    if (known < 0) containers.push(containerOf(session, name));
    else containers[known] = { ...containers[known], ...containerOf(session, name) };
  } else if (known >= 0 && flags.dash !== undefined)
    containers[known] = { ...containers[known], command: flags.args.slice(flags.dash), args: null };
  const pods = await session.resource("pods");
  const { namespace, annotations } = object.metadata;
  if (flags.on("replace")) await client.delete(pods, namespace, object.metadata.name ?? "");
  const share = flags.on("share-processes") ? { shareProcessNamespace: true } : {};
  const made = await client.create(pods, namespace, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: flags.text("copy-to"), namespace, ...(annotations && { annotations }) },
    spec: { ...rest, ...(flags.on("same-node") && nodeName && { nodeName }), ...share, containers },
  });
  return made as unknown as Pod;
}

/** A pod on the node, in its namespaces, with its files under /host. */
async function onNode(session: Session, object: KubeObject, name: string): Promise<Pod> {
  const node = (object as unknown as Node).metadata.name ?? "";
  const pod = `node-debugger-${node}-${nameSuffix(unpredictable)}`;
  if (!session.flags.on("quiet"))
    session.out(`Creating debugging pod ${pod} with container ${name} on node ${node}.\n`);
  const { securityContext: _, ...container } = containerOf(session, name);
  const made = await session.client.create(await session.resource("pods"), session.namespace, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: pod, labels: { "app.kubernetes.io/managed-by": "kubectl-debug" } },
    spec: {
      containers: [{ ...container, volumeMounts: [{ mountPath: "/host", name: "host-root" }] }],
      hostIPC: true,
      hostNetwork: true,
      hostPID: true,
      nodeName: node,
      restartPolicy: "Never",
      tolerations: [{ operator: "Exists" }],
      volumes: [{ name: "host-root", hostPath: { path: "/" } }],
    },
  });
  return made as unknown as Pod;
}

async function join(session: Session, { metadata }: Pod, container: string): Promise<void> {
  const { name = "", namespace = "" } = metadata;
  const pods = await session.resource("pods");
  await waitFor(
    session,
    { resource: pods, namespace, name },
    (object) => {
      const { status } = object as unknown as Pod;
      const all = [...(status.ephemeralContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
      const state = all.find((one) => one.name === container)?.state;
      return state?.running !== undefined || state?.terminated !== undefined;
    },
    -1,
  );
  const tty = canUseTerminal(session, session.flags.on("tty"));
  if (session.flags.on("stdin") && tty) session.err("If you don't see a command prompt, try pressing enter.\n");
  throwFailure(
    await runSession(session, {
      kind: "attach",
      namespace,
      pod: name,
      container,
      stdin: session.flags.on("stdin"),
      tty,
    }),
  );
}
