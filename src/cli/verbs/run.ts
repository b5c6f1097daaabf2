/** `cox run`. */
import type { KubeObject } from "../../api/object.ts";
import { mergePatch } from "../../api/patch/merge-patch.ts";
import { pathOf } from "../../client/http/rest-client.ts";
import type { Pod } from "../../client/kinds.ts";
import type { FlagSet } from "../flags.ts";
import { canUseTerminal, runSession } from "../pods/terminal.ts";
import { createFlags, pairs } from "./create/generator.ts";
import { PlainError, VerbError } from "./failures.ts";
import { dryRunOf, Reporter, writeQuery } from "./report.ts";
import type { Session } from "./session.ts";
import type { Verb } from "./verb.ts";
import { waitFor } from "./waiting.ts";

const runFlags: FlagSet = {
  ...createFlags,
  "field-manager": { kind: "text", default: "kubectl-run", help: "who is written down as the manager of fields" },
  image: { kind: "text", help: "the image" },
  labels: { kind: "csv", short: "l", help: "labels" },
  annotations: { kind: "list", help: "annotations" },
  env: { kind: "list", help: "name=value" },
  port: { kind: "text", help: "the port it opens" },
  command: { kind: "switch", help: "what stands behind -- is the command, not its arguments" },
  restart: { kind: "text", default: "Always", help: "Always, OnFailure or Never" },
  "image-pull-policy": { kind: "text", help: "Always, IfNotPresent or Never" },
  stdin: { kind: "switch", short: "i", help: "send it the input" },
  tty: { kind: "switch", short: "t", help: "with a terminal" },
  attach: { kind: "switch", help: "join it" },
  rm: { kind: "switch", help: "delete it when it has ended" },
  quiet: { kind: "switch", short: "q", help: "its output alone" },
  "leave-stdin-open": { kind: "switch" },
  expose: { kind: "switch", help: "with a service" },
  privileged: { kind: "switch", help: "with all privileges" },
  overrides: { kind: "text", help: "JSON that is laid over the pod" },
  "pod-running-timeout": { kind: "duration", default: "1m0s" },
};

export const run: Verb = {
  name: "run",
  summary: "Run an image in a pod",
  usage: "NAME --image=IMAGE [--restart=Never] [-it] [--rm] [-- ARGS...]",
  flags: runFlags,
  async run(session, flags) {
    const attached = flags.on("attach") || (!flags.given("attach") && (flags.on("stdin") || flags.on("tty")));
    const pod = podOf(session, attached);
    check(session, attached);
    const reporter = new Reporter(session);
    const pods = await session.resource("pods");
    const dryRun = dryRunOf(session);
    const made =
      dryRun === "client" ? pod : await session.client.create(pods, session.namespace, pod, writeQuery(session));
    if (!attached) {
      reporter.done(pods, made, "created");
      if (flags.on("expose")) await expose(session, pod, reporter);
      return;
    }
    try {
      await join(session, made as unknown as Pod);
    } finally {
      if (flags.on("rm")) await remove(session, made);
    }
  },
};

function check({ flags }: Session, attached: boolean): void {
  if (flags.on("tty") && !flags.on("stdin"))
    throw new VerbError(
      "-i/--stdin is required for containers with -t/--tty=true\nSee 'cox run -h' for help and examples",
    );
  if (flags.on("expose") && !flags.text("port"))
    throw new VerbError("--port must be set when exposing a service\nSee 'cox run -h' for help and examples");
  if (flags.on("rm") && !attached)
    throw new VerbError("--rm should only be used for attached containers\nSee 'cox run -h' for help and examples");
}

const imageForm =
  /^[a-z0-9]+([._-]+[a-z0-9]+)*(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[\w][\w.-]{0,127})?(@[\w.+-]+:[0-9a-fA-F]{32,})?$/i;
const isImage = (text: string): boolean =>
  imageForm.test(text) &&
  !/[A-Z]/.test(text.replace(/[:@].*$/s, "").replace(/^[^/]*\//, "")) &&
  !(/^[^/]*[A-Z]/.test(text) && !text.includes("/"));

function podOf(session: Session, attached: boolean): KubeObject {
  const { flags } = session;
  const [name, ...words] = flags.args;
  if (!name || flags.dash === 0)
    throw new VerbError("NAME is required for run\nSee 'cox run -h' for help and examples");
  if (words.length && flags.dash === undefined && !flags.on("command") && !flags.given("image"))
    throw new VerbError("--image is required");
  const image = flags.text("image");
  if (!image) throw new VerbError("--image is required");
  if (!isImage(image)) throw new VerbError(`Invalid image name ${JSON.stringify(image)}: invalid reference format`);
  const restartPolicy = flags.text("restart");
  if (!["Always", "OnFailure", "Never"].includes(restartPolicy))
    throw new VerbError(`invalid restart policy: ${restartPolicy}\nSee 'cox run -h' for help and examples`);
  const port = flags.text("port");
  const container = {
    ...(words.length && { [flags.on("command") ? "command" : "args"]: words }),
    ...(flags.given("env") && {
      env: flags
        .all("env")
        .map((text) => ({ name: text.split("=")[0] ?? "", value: text.slice(text.indexOf("=") + 1) })),
    }),
    image,
    ...(flags.text("image-pull-policy") && { imagePullPolicy: flags.text("image-pull-policy") }),
    name,
    ...(port && { ports: [{ containerPort: Number(port) }] }),
    resources: {},
    ...(flags.on("privileged") && { securityContext: { privileged: true } }),
    ...(flags.on("stdin") && { stdin: true, ...(!flags.on("leave-stdin-open") && attached && { stdinOnce: true }) }),
    ...(flags.on("tty") && { tty: true }),
  };
  const labels = flags.given("labels") ? pairs(flags.all("labels")) : { run: name };
  const annotations = flags.given("annotations") ? { annotations: pairs(flags.all("annotations")) } : {};
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...annotations, labels, name, ...(session.access.namespaceGiven && { namespace: session.namespace }) },
    spec: { containers: [container], dnsPolicy: "ClusterFirst", restartPolicy },
    status: {},
  };
  return (flags.given("overrides") ? mergePatch(pod, JSON.parse(flags.text("overrides"))) : pod) as KubeObject;
}

async function expose(session: Session, pod: KubeObject, reporter: Reporter): Promise<void> {
  const port = Number(session.flags.text("port"));
  const services = await session.resource("services");
  const { name, labels } = pod.metadata;
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
    spec: { ports: [{ port, protocol: "TCP", targetPort: port }], selector: labels },
    status: { loadBalancer: {} },
  };
  const made =
    dryRunOf(session) === "client"
      ? (service as unknown as KubeObject)
      : await session.client.create(services, session.namespace, service, writeQuery(session));
  reporter.done(services, made, "created");
}

/** Joins the container once it runs; of one that has ended already, shows the log. The exit code is the container's. */
async function join(session: Session, pod: Pod): Promise<void> {
  const { flags } = session;
  const pods = await session.resource("pods");
  const { name = "", namespace = "" } = pod.metadata;
  const target = { resource: pods, namespace, name };
  const container = pod.spec.containers?.[0]?.name ?? "";
  let phase = "";
  const started = (object: KubeObject | undefined): boolean => {
    const { status } = object as unknown as Pod;
    phase = status.phase ?? "";
    const ready = status.conditions?.some((c) => c.type === "Ready" && c.status === "True");
    return phase === "Succeeded" || phase === "Failed" || (phase === "Running" && ready === true);
  };
  if (!flags.on("quiet") && flags.on("stdin")) session.err("If you don't see a command prompt, try pressing enter.\n");
  if (!(await waitFor(session, target, started, flags.duration("pod-running-timeout"))))
    throw new VerbError("timed out waiting for the condition");
  if (phase === "Running") {
    const tty = canUseTerminal(session, flags.on("tty"));
    await runSession(session, {
      kind: "attach",
      namespace,
      pod: name,
      container,
      stdin: flags.on("stdin"),
      tty: tty || flags.on("tty"),
    }).catch(async (error: unknown) => {
      session.err(
        `warning: couldn't attach to pod/${name}, falling back to streaming logs: ${error instanceof Error ? error.message : error}\n`,
      );
      await showLog(session, namespace, name, container);
    });
  } else await showLog(session, namespace, name, container);
  if (flags.text("restart") === "Always") return;
  let ended: Pod | undefined;
  await waitFor(
    session,
    target,
    (object) => {
      ended = object as unknown as Pod | undefined;
      return !ended || ended.status.phase === "Succeeded" || ended.status.phase === "Failed";
    },
    -1,
  );
  const state = ended?.status.containerStatuses?.[0]?.state?.terminated;
  if (ended?.status.phase === "Failed" && state)
    throw new PlainError(
      `pod ${namespace}/${name} terminated (${state.reason ?? ""})${state.message ? `\n${state.message}` : ""}`,
      state.exitCode,
    );
}

async function showLog(session: Session, namespace: string, name: string, container: string): Promise<void> {
  const path = pathOf(await session.resource("pods"), namespace, name, "log");
  for await (const part of await session.client.stream({ path, query: { container, follow: "true" }, accept: "*/*" }))
    session.out(part as Buffer);
}

async function remove(session: Session, { metadata }: KubeObject): Promise<void> {
  const pods = await session.resource("pods");
  await session.client.delete(pods, metadata.namespace, metadata.name ?? "", { propagationPolicy: "Background" });
  if (!session.flags.on("quiet")) session.out(`pod "${metadata.name}" deleted from ${metadata.namespace} namespace\n`);
}
