/** `cox expose` and `cox autoscale`. */
import type { KubeObject, LabelSelector } from "../../api/object.ts";
import { groupVersionOf } from "../../client/http/discovery.ts";
import { eachExisting } from "../objects/arguments.ts";
import { createFlags, pairs } from "./create/generator.ts";
import { VerbError } from "./failures.ts";
import { dryRunOf, Reporter, writeQuery } from "./report.ts";
import { fileFlags, selectorFlag, type Verb } from "./verb.ts";

interface Exposable {
  readonly selector?: LabelSelector & Record<string, string>;
  readonly ports?: readonly { readonly port: number; readonly protocol?: string }[];
  readonly containers?: readonly {
    readonly ports?: readonly { readonly containerPort: number; readonly protocol?: string }[];
  }[];
  readonly template?: { readonly spec: Exposable };
}

export const expose: Verb = {
  name: "expose",
  summary: "Make a service for a workload",
  usage: "(TYPE NAME | TYPE/NAME | -f FILE) --port=PORT [--target-port=PORT] [--type=TYPE] [--name=NAME]",
  flags: {
    ...createFlags,
    ...fileFlags,
    "field-manager": { kind: "text", default: "kubectl-expose" },
    port: { kind: "text", help: "the service's port" },
    "target-port": { kind: "text", help: "the port in the pods" },
    protocol: { kind: "text", help: "TCP, UDP or SCTP" },
    type: { kind: "text", help: "ClusterIP, NodePort, LoadBalancer or ExternalName" },
    name: { kind: "text", help: "the service's name" },
    selector: { kind: "text", help: "the service's selector" },
    labels: { kind: "csv", short: "l", help: "labels" },
    "external-ip": { kind: "text" },
    "cluster-ip": { kind: "text", help: "its address; None: it has none" },
    "session-affinity": { kind: "text" },
    "load-balancer-ip": { kind: "text" },
  },
  async run(session, flags) {
    const reporter = new Reporter(session);
    await eachExisting(session, async ({ resource, name, object }) => {
      const service = serviceFor({ ...object, kind: resource.kind }, flags.text("name") || name);
      const services = await session.resource("services");
      const made =
        dryRunOf(session) === "client"
          ? service
          : await session.client.create(services, session.namespace, service, writeQuery(session));
      reporter.done(services, made, "exposed");
    });

    function serviceFor(object: KubeObject & { kind: string }, name: string): KubeObject {
      const spec = (object.spec ?? {}) as Exposable;
      const pod = spec.template?.spec ?? spec;
      const given = flags.text("port").split(",").filter(Boolean).map(Number);
      const known = (spec.ports ??
        (pod.containers ?? []).flatMap(({ ports = [] }) =>
          ports.map((p) => ({ port: p.containerPort, protocol: p.protocol })),
        )) as { port: number; protocol?: string }[];
      const ports = given.length ? given : known.map(({ port }) => port);
      if (!ports.length && flags.text("cluster-ip") !== "None")
        throw new VerbError("couldn't find port via --port flag or introspection");
      const target = flags.text("target-port");
      const protocol = (port: number): string =>
        flags.text("protocol") || known.find((one) => one.port === port)?.protocol || "TCP";
      const entries = ports.map((port, i) => ({
        ...(ports.length > 1 && { name: `port-${i + 1}` }),
        port,
        protocol: protocol(port),
        targetPort: target ? (/^\d+$/.test(target) ? Number(target) : target) : port,
      }));
      const labels = flags.given("labels") ? pairs(flags.all("labels")) : object.metadata.labels;
      return {
        apiVersion: "v1",
        kind: "Service",
        metadata: { ...(labels && { labels }), name },
        spec: {
          ...(flags.text("cluster-ip") && { clusterIP: flags.text("cluster-ip") }),
          ...(flags.text("external-ip") && { externalIPs: [flags.text("external-ip")] }),
          ...(flags.text("load-balancer-ip") && { loadBalancerIP: flags.text("load-balancer-ip") }),
          ports: entries,
          selector: flags.text("selector") ? pairs(flags.text("selector").split(",")) : selectorOf(object, spec),
          ...(flags.text("session-affinity") && { sessionAffinity: flags.text("session-affinity") }),
          ...(flags.text("type") && { type: flags.text("type") }),
        },
        status: { loadBalancer: {} },
      } as unknown as KubeObject;
    }
  },
};

/** The labels that a service finds the object's pods by. Throws VerbError where there are none. */
function selectorOf(
  { kind, metadata }: KubeObject & { kind: string },
  { selector }: Exposable,
): Record<string, string> {
  if (kind === "Pod") {
    if (!metadata.labels)
      throw new VerbError(
        "couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and cannot be exposed",
      );
    return metadata.labels;
  }
  if (kind === "Service" || kind === "ReplicationController") return selector as Record<string, string>;
  if (!["Deployment", "ReplicaSet"].includes(kind)) throw new VerbError(`cannot expose a ${kind}`);
  if (selector?.matchExpressions?.length)
    throw new VerbError(
      "couldn't retrieve selectors via --selector flag or introspection: couldn't convert expressions - \"matchExpressions\" to map-based selector format",
    );
  if (!selector?.matchLabels)
    throw new VerbError(
      "couldn't retrieve selectors via --selector flag or introspection: invalid deployment: no selectors, therefore cannot be exposed",
    );
  return selector.matchLabels;
}

export const autoscale: Verb = {
  name: "autoscale",
  summary: "Let a workload's number of pods follow its load",
  usage: "(TYPE NAME | TYPE/NAME | -f FILE) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]",
  flags: {
    ...createFlags,
    ...fileFlags,
    ...selectorFlag,
    "field-manager": { kind: "text", default: "kubectl-autoscale" },
    min: { kind: "number", default: "-1", help: "how many at least" },
    max: { kind: "number", default: "-1", help: "how many at most" },
    "cpu-percent": { kind: "number", default: "-1", help: "the load to aim at, in percent of what is requested" },
    cpu: { kind: "text", help: "the load to aim at: 70% or 500m" },
    memory: { kind: "text", help: "the memory to aim at: 70% or 500Mi" },
    name: { kind: "text", help: "the autoscaler's name" },
  },
  async run(session, flags) {
    if (flags.given("cpu-percent"))
      session.err(
        "Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).\n",
      );
    const [min, max] = [flags.number("min"), flags.number("max")];
    if (max < 1) throw new VerbError(`--max=MAXPODS is required and must be at least 1, max: ${max}`);
    if (max < min)
      throw new VerbError(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`);
    if (flags.given("cpu-percent") && flags.given("cpu"))
      throw new VerbError("--cpu-percent and --cpu are mutually exclusive");
    const metrics = [
      ...metric("cpu", flags.given("cpu-percent") ? `${flags.number("cpu-percent")}%` : flags.text("cpu")),
      ...metric("memory", flags.text("memory")),
    ];
    const reporter = new Reporter(session);
    const scalers = await session.resource("horizontalpodautoscalers.v2.autoscaling");
    await eachExisting(session, async ({ resource, name }) => {
      if (!resource.subresources.includes("scale"))
        throw new VerbError(`cannot autoscale a ${resource.kind}: no scale subresource`);
      const object = {
        apiVersion: "autoscaling/v2",
        kind: "HorizontalPodAutoscaler",
        metadata: { name: flags.text("name") || name },
        spec: {
          maxReplicas: max,
          ...(metrics.length && { metrics }),
          ...(min > 0 && { minReplicas: min }),
          scaleTargetRef: { apiVersion: groupVersionOf(resource), kind: resource.kind, name },
        },
      } as unknown as KubeObject;
      const made =
        dryRunOf(session) === "client"
          ? object
          : await session.client.create(scalers, session.namespace, object, writeQuery(session));
      reporter.done(scalers, made, "autoscaled");
    });
  },
};

function metric(name: string, text: string): readonly object[] {
  if (!text) return [];
  const target = text.endsWith("%")
    ? { averageUtilization: Number(text.slice(0, -1)), type: "Utilization" }
    : { averageValue: text, type: "AverageValue" };
  return [{ resource: { name, target }, type: "Resource" }];
}
